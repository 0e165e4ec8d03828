//! Follows contributions through an all-reduce: in any order of arrival, or in the engine's own.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bitset>
#include <functional>

#include "cuda/engine.h"
#include "tests/host/schedule_mover.h"

namespace copperwall {

//! Which parts of S a move carries, as numbers below a count that the test chooses.
using PartsOf = std::function<std::vector<std::uint32_t>(Move const&)>;

class ReductionReplay {
public:
    ReductionReplay(std::uint32_t ranks, std::uint32_t parts, PartsOf parts_of)
        : ranks_(ranks), parts_of_(std::move(parts_of)), held_(ranks, std::vector<Bits>(parts))
    {
        for (std::uint32_t r = 0; r != ranks; ++r)
            for (Bits& part : held_[r]) part.set(r);
    }

    void send(Move const& m)
    {
        for (std::uint32_t part : parts_of_(m)) carried_[key(m, part)].push_back(held_[m.from][part]);
    }

    //! What is whole replaces; what is not is added, and must hold nothing that is there already.
    void arrive(Move const& m)
    {
        for (std::uint32_t part : parts_of_(m)) {
            auto& carried = carried_.at(key(m, part));
            Bits const got = carried.front();
            carried.pop_front();
            Bits& mine = held_[m.to][part];
            if (got.count() == ranks_) {
                EXPECT_LT(mine.count(), ranks_) << m.to << " gets all of part " << part << " twice";
                mine = got;
            } else {
                EXPECT_TRUE((mine & got).none()) << m.from << " to " << m.to << ", part " << part;
                mine |= got;
            }
        }
    }

    bool complete() const
    {
        for (auto const& parts : held_)
            for (Bits const& part : parts)
                if (part.count() != ranks_) return false;
        return true;
    }

    //! At the times at which the engine lets messages go and completes them.
    void replay(Schedule const& s, EngineResult const& result)
    {
        struct Event {
            Time time;
            bool send;
            Move move;
        };
        std::vector<Event> events;
        std::size_t message = 0;
        for (std::uint32_t f = 0; f != s.families.size(); ++f)
            for (std::uint32_t k = 0; k != s.families[f].count; ++k)
                for (std::uint32_t gpu = 0; gpu != s.gpus; ++gpu, ++message) {
                    if (transfer_of(s.families[f], s.table.data(), s.gpus, gpu, k).receiver == kNone)
                        continue;
                    Move const m = move_of(s, f, gpu, k);
                    events.push_back({result.messages[message].ready, true, m});
                    events.push_back({result.messages[message].complete, false, m});
                }
        std::stable_sort(events.begin(), events.end(), [](Event const& a, Event const& b) {
            return a.time != b.time ? a.time < b.time : !a.send && b.send;
        });
        for (Event const& e : events) e.send ? send(e.move) : arrive(e.move);
    }

private:
    using Bits = std::bitset<64>;
    using Key = std::array<std::uint32_t, 4>;

    static Key key(Move const& m, std::uint32_t part) { return {m.family, m.from, m.to, part}; }

    std::uint32_t ranks_;
    PartsOf parts_of_;
    std::vector<std::vector<Bits>> held_;  //!< [gpu][part]: whose contributions
    std::map<Key, std::deque<Bits>> carried_;
};

}  // namespace copperwall
