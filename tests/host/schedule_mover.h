//! Carries out schedules without times: what is sent and arrives in any order that the engine's rules allow.
#pragma once

#include <deque>
#include <map>
#include <random>
#include <vector>

#include "cuda/schedule.h"

namespace copperwall {

//! What one transfer means, expanded by plain arithmetic from the definition of a family.
struct Move {
    std::uint32_t from, to, chunk, step;
    std::uint32_t wait, need, signal;
    std::int64_t bytes;
    std::uint32_t family;
};

inline std::uint32_t modulo(std::int64_t value, std::uint32_t n)
{
    while (value < 0) value += n;
    return static_cast<std::uint32_t>(value % n);
}

inline Move move_of(Schedule const& s, std::uint32_t family, std::uint32_t gpu, std::uint32_t k)
{
    Family const& f = s.families[family];
    std::int64_t const r = (gpu - f.first) / f.stride % f.group;
    Move m{};
    m.from = gpu;
    m.to = static_cast<std::uint32_t>(
        gpu + (modulo(r + std::int64_t{f.peer_k} * k + f.peer_0, f.group) - r) * f.stride + f.shift);
    m.chunk = modulo(f.chunk_r * r + std::int64_t{f.chunk_k} * k + f.chunk_0, f.shares);
    m.step = f.step_0 + f.step_k * k;
    m.wait = f.wait;
    m.need = f.need_0 + f.need_k * k;
    m.signal = f.signal;
    Transfer const t = transfer_of(f, s.table.data(), s.gpus, gpu, k);
    m.bytes = t.bytes;
    if (f.table != kNone) m.to = t.receiver;
    m.family = family;
    return m;
}

//! All moves of each sender by family and k; those that a table leaves out are not among them.
inline std::vector<std::deque<Move>> expand(Schedule const& s)
{
    std::vector<std::deque<Move>> moves(s.gpus);
    for (std::uint32_t f = 0; f != s.families.size(); ++f)
        for (std::uint32_t k = 0; k != s.families[f].count; ++k)
            for (std::uint32_t gpu = 0; gpu != s.gpus; ++gpu)
                if (s.families[f].sends(gpu, s.gpus) &&
                    transfer_of(s.families[f], s.table.data(), s.gpus, gpu, k).receiver != kNone)
                    moves[gpu].push_back(move_of(s, f, gpu, k));
    return moves;
}

//! A gpu sends over two ports, within its domain and out of it, on each in the order of release. Messages
//! of one pair arrive in order, those of steps below `first_steps` before all others; all else is random.
class Mover {
public:
    Mover(Schedule const& s, unsigned seed, std::uint32_t domain_ranks = 0, std::uint32_t first_steps = 0)
        : first_steps_(first_steps),
          domain_(domain_ranks == 0 ? s.gpus : domain_ranks),
          waiting_(expand(s)),
          counters_(s.gpus, std::vector<std::uint32_t>(s.counters)),
          ports_(std::size_t{2} * s.gpus),
          random_(seed)
    {
        for (auto const& moves : waiting_)
            for (Move const& m : moves) early_left_ += m.step < first_steps_ ? 1 : 0;
        for (std::uint32_t gpu = 0; gpu != s.gpus; ++gpu) release(gpu);
    }

    //! Calls send(move) and then, some time later, arrive(move). False on deadlock.
    template <class Send, class Arrive>
    bool run(Send send, Arrive arrive)
    {
        while (true) {
            std::vector<std::size_t> const ready = ports_with_work();
            std::vector<Pair> const coming = pairs_that_may_arrive();
            if (ready.empty() && coming.empty()) break;
            std::uint64_t const pick = random_() % (ready.size() + coming.size());
            if (pick < ready.size())
                send_one(ports_[ready[pick]], send);
            else
                arrive_one(coming[pick - ready.size()], arrive);
        }
        for (auto const& moves : waiting_)
            if (!moves.empty()) return false;
        return true;
    }

private:
    using Pair = std::pair<std::uint32_t, std::uint32_t>;

    std::vector<Pair> pairs_that_may_arrive() const
    {
        std::vector<Pair> pairs;
        for (auto const& [pair, moves] : flying_)
            if (early_left_ == 0 || moves.front().step < first_steps_) pairs.push_back(pair);
        return pairs;
    }

    std::vector<std::size_t> ports_with_work() const
    {
        std::vector<std::size_t> ready;
        for (std::size_t p = 0; p != ports_.size(); ++p)
            if (!ports_[p].empty()) ready.push_back(p);
        return ready;
    }

    template <class Send>
    void send_one(std::deque<Move>& port, Send& send)
    {
        Move const m = port.front();
        port.pop_front();
        send(m);
        flying_[{m.from, m.to}].push_back(m);
    }

    template <class Arrive>
    void arrive_one(Pair const& pair, Arrive& arrive)
    {
        auto const it = flying_.find(pair);
        Move const m = it->second.front();
        it->second.pop_front();
        if (it->second.empty()) flying_.erase(it);
        if (m.step < first_steps_) --early_left_;
        arrive(m);
        if (m.signal == kNone) return;
        ++counters_[m.to][m.signal];
        release(m.to);
    }

    void release(std::uint32_t gpu)
    {
        std::deque<Move> still;
        for (Move const& m : waiting_[gpu]) {
            bool const may = m.wait == kNone || counters_[gpu][m.wait] >= m.need;
            bool const outside = m.from / domain_ != m.to / domain_;
            (may ? ports_[2 * gpu + (outside ? 1 : 0)] : still).push_back(m);
        }
        waiting_[gpu] = still;
    }

    std::uint32_t first_steps_;
    std::uint64_t early_left_ = 0;  //!< moves of the first steps that have not arrived
    std::uint32_t domain_;
    std::vector<std::deque<Move>> waiting_;
    std::vector<std::vector<std::uint32_t>> counters_;
    std::vector<std::deque<Move>> ports_;  //!< [2 gpu] within the domain, [2 gpu + 1] out of it
    std::map<Pair, std::deque<Move>> flying_;
    std::mt19937 random_;
};

}  // namespace copperwall
