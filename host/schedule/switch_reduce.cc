#include "host/schedule/switch_reduce.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "cuda/link_delay.h"
#include "host/schedule/families.h"
#include "host/schedule/pipeline_form.h"

namespace copperwall {

namespace {

//! What a collective does in the switches.
struct Work {
    bool reduces = false;
    bool copies = false;
    std::uint32_t ways() const { return (reduces ? 1 : 0) + (copies ? 1 : 0); }
};

constexpr Work kAllReduce{true, true};
constexpr Work kReduceScatter{true, false};
constexpr Work kAllGather{false, true};

Domains one_domain(CollectiveCall const& call)
{
    Domains const domains = domains_of(call);
    if (domains.count > 1)
        throw std::invalid_argument("switch_reduce works within one domain; use hierarchical over several");
    return domains;
}

//! Software of ranks, ns.
struct Software {
    double launch_ns = 0;
    double step_ns = 0;
    double per_peer_ns = 0;
};

Software software_of(CollectiveCall const& call)
{
    if (call.in_network_GBps > 0) return {call.in_network_ns, 0, 0};
    return {call.launch_ns, call.step_ns, call.per_peer_ns};
}

class Builder {
public:
    Builder(CollectiveCall const& call, Domains const& domains, Work work)
        : call_(call), software_(software_of(call)), ranks_(domains.gpus()), work_(work)
    {
        schedule_ = empty_schedule(call, 2 * ranks_, 3 * chunks_of(call), 4);
        schedule_.launch_fs = ceil_to_fs(software_.launch_ns + work.ways() * call.path_ns);
    }

    Schedule build()
    {
        for (std::uint32_t c = 0; c != chunks_of(call_); ++c) {
            if (work_.reduces) add_reduction(c);
            if (work_.copies) add_copies(c);
        }
        return std::move(schedule_);
    }

private:
    //! Counters of a round: contributions at its units, its sum at its rank, its sum back at its unit.
    static std::uint32_t contributed(std::uint32_t round) { return 3 * round; }
    static std::uint32_t summed(std::uint32_t round) { return 3 * round + 1; }
    static std::uint32_t stored(std::uint32_t round) { return 3 * round + 2; }

    //! `count` shares of every rank to units, its own first, or of every unit to ranks.
    Family shares(bool of_ranks, std::uint32_t count, std::uint32_t step) const
    {
        Family f;
        f.count = count;
        f.group = f.shares = call_.ranks;
        f.first = of_ranks ? 0 : ranks_;
        f.senders = ranks_;
        f.shift = static_cast<std::int32_t>(ranks_) * (of_ranks ? 1 : -1);
        f.peer_k = f.chunk_r = 1;
        f.bytes = chunk_bytes(call_);
        f.step_0 = step;
        if (of_ranks) f.delay_fs = ceil_to_fs(software_.step_ns);
        if (of_ranks && count > 1) f.spacing_fs = ceil_to_fs(software_.per_peer_ns);
        return f;
    }

    static void wait_for(Family& f, std::uint32_t counter, std::uint32_t need)
    {
        f.wait = counter;
        f.need_0 = need;
    }

    void add_reduction(std::uint32_t round)
    {
        Family contribution = shares(true, call_.ranks, 0);
        contribution.chunk_k = 1;
        contribution.signal = contributed(round);
        if (round >= kOpenRounds) wait_for(contribution, summed(round - kOpenRounds), 1);
        Family sum = shares(false, 1, 1);
        sum.signal = summed(round);
        wait_for(sum, contributed(round), call_.ranks);
        schedule_.families.insert(schedule_.families.end(), {contribution, sum});
    }

    void add_copies(std::uint32_t round)
    {
        Family store = shares(true, 1, 2);
        store.signal = stored(round);
        if (work_.reduces) wait_for(store, summed(round), 1);
        Family copy = shares(false, call_.ranks, 3);
        wait_for(copy, stored(round), 1);
        schedule_.families.insert(schedule_.families.end(), {store, copy});
    }

    CollectiveCall const& call_;
    Software software_;
    std::uint32_t ranks_;  //!< of all groups
    Work work_;
    Schedule schedule_;
};

//! A rank's link up and its unit's link down; of a rank's link down the same. Times of a unit's link are
//! those at which the rank's could have sent.
class Form {
public:
    Form(CollectiveCall const& call, Paths const& paths, Work work)
        : software_(software_of(call)), rounds_(chunks_of(call)), work_(work)
    {
        PathModel const& path = paths.inside;
        std::int64_t const share = chunk_bytes(call) / call.ranks;
        one_ns_ = message_ns(path, share);
        all_ns_ = burst_ns(path, call.ranks, share, 0);
        spaced_ns_ = (call.ranks - 1) * software_.per_peer_ns + one_ns_;
        unit_ns_ = path.path_ns + *path.reduce_ns + 2 * path.hop_packet_ns;
        start_ns_ = software_.launch_ns + work.ways() * path.path_ns;
    }

    double total_ns()
    {
        std::uint32_t const behind = work_.reduces && work_.copies ? 1 : 0;
        for (std::uint32_t c = 0; c != rounds_ + behind; ++c) {
            if (work_.reduces && c != rounds_) reduce(c);
            if (work_.copies && c >= behind) copy(c - behind);
        }
        return start_ns_ + end_ns_;
    }

private:
    void reduce(std::uint32_t round)
    {
        double const ready = round < kOpenRounds ? 0 : summed_ns_[round - kOpenRounds];
        double const sent = up_.send_ns(ready + software_.step_ns, all_ns_, spaced_ns_);
        summed_ns_.push_back(arrived(down_.send_ns(sent, one_ns_, one_ns_)));
    }

    void copy(std::uint32_t round)
    {
        double const ready = work_.reduces ? summed_ns_[round] : 0;
        double const sent = up_.send_ns(ready + software_.step_ns, one_ns_, one_ns_);
        arrived(down_.send_ns(sent, all_ns_, one_ns_));
    }

    double arrived(double sent_ns)
    {
        end_ns_ = std::max(end_ns_, sent_ns + unit_ns_);
        return sent_ns + unit_ns_;
    }

    Software software_;
    std::uint32_t rounds_;
    Work work_;
    double one_ns_, all_ns_, spaced_ns_, unit_ns_, start_ns_;
    double end_ns_ = 0;
    PortQueue up_, down_;
    std::vector<double> summed_ns_;  //!< [round]
};

double form_ns(CollectiveCall const& call, Paths const& paths, Work work)
{
    one_domain(call);
    if (!paths.inside.reduce_ns || paths.inside.leaf_ranks != 0)
        throw std::invalid_argument(
            "switch_reduce needs a fabric of one domain below one tier of switches that reduce "
            "(reduce_latency_ns in its file)");
    return Form(call, paths, work).total_ns();
}

}  // namespace

Schedule switch_all_reduce(CollectiveCall const& call)
{
    return Builder(call, one_domain(call), kAllReduce).build();
}

Schedule switch_reduce_scatter(CollectiveCall const& call)
{
    return Builder(call, one_domain(call), kReduceScatter).build();
}

Schedule switch_all_gather(CollectiveCall const& call)
{
    return Builder(call, one_domain(call), kAllGather).build();
}

double switch_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    return form_ns(call, paths, kAllReduce);
}

double switch_reduce_scatter_ns(CollectiveCall const& call, Paths const& paths)
{
    return form_ns(call, paths, kReduceScatter);
}

double switch_all_gather_ns(CollectiveCall const& call, Paths const& paths)
{
    return form_ns(call, paths, kAllGather);
}

std::uint32_t ways_without_bytes(Algorithm const& algorithm)
{
    if (!algorithm.units) return 0;
    return algorithm.make == switch_all_reduce ? kAllReduce.ways() : 1;
}

ChunkMessages switch_reduce_messages(CollectiveCall const& call)
{
    one_domain(call);
    return {chunk_bytes(call) / call.ranks, 0};
}

}  // namespace copperwall
