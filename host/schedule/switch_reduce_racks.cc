#include "host/schedule/switch_reduce_racks.h"

#include <stdexcept>

#include "cuda/link_delay.h"
#include "host/schedule/domains.h"
#include "host/schedule/families.h"
#include "host/schedule/pipeline_form.h"
#include "host/schedule/switch_reduce.h"

namespace copperwall {

namespace {

//! Of gpus: ranks, then their inlets, then their outlets.
enum Role : std::uint32_t { kRank, kInlet, kOutlet, kRoles };

//! Counters of a round, at the role that has what they count.
enum Counter : std::uint32_t {
    kContributed,  //!< blocks at an inlet
    kGathered,     //!< racks' sums at an outlet
    kSummed,       //!< sums at a rank
    kStored,       //!< the same, back at its inlet
    kCopied,       //!< shares at an outlet
    kReceived,     //!< blocks at a rank
    kCounters
};

class RackBuilder {
public:
    RackBuilder(CollectiveCall const& call, SwitchWork work)
        : call_(call),
          software_(software_in_switches(call)),
          all_(domains_of(call).gpus()),
          rack_(ranks_below_switches(call)),
          racks_(call.ranks / rack_),
          work_(work)
    {
        schedule_ = empty_switch_schedule(call, work, kRoles * all_, kCounters, 6);
    }

    Schedule build()
    {
        for_each_round(
            call_, work_, [&](std::uint32_t c) { add_reduction(c); },
            [&](std::uint32_t c) { add_copies(c); });
        return std::move(schedule_);
    }

private:
    static std::uint32_t counter(Counter of, std::uint32_t round) { return kCounters * round + of; }

    Family family(Role from, Role to, std::uint32_t step, std::uint32_t signal) const
    {
        Family f;
        f.first = from * all_;
        f.senders = all_;
        f.shift = (static_cast<std::int32_t>(to) - static_cast<std::int32_t>(from)) *
                  static_cast<std::int32_t>(all_);
        f.bytes = chunk_bytes(call_);
        f.step_0 = step;
        f.signal = signal;
        if (from == kRank) f.delay_fs = ceil_to_fs(software_.step_ns);
        return f;
    }

    //! Block l to or from every member of the rack, the own first.
    Family blocks(Role from, Role to, std::uint32_t step, std::uint32_t signal) const
    {
        Family f = family(from, to, step, signal);
        f.count = f.group = f.shares = rack_;
        f.peer_k = 1;
        f.chunk_r = 1;
        if (from == kRank) {
            f.chunk_k = 1;
            f.spacing_fs = ceil_to_fs(software_.per_peer_ns);
        }
        return f;
    }

    //! A share to the outlet of the own place in every rack, the own last. All shares are of one size.
    Family across(std::uint32_t step, std::uint32_t signal) const
    {
        Family f = family(kInlet, kOutlet, step, signal);
        f.count = f.group = racks_;
        f.stride = rack_;
        f.peer_k = f.peer_0 = 1;
        f.shares = call_.ranks;
        return f;
    }

    //! A share between a rank and a unit of its own.
    Family own_share(Role from, Role to, std::uint32_t step, std::uint32_t signal) const
    {
        Family f = family(from, to, step, signal);
        f.count = 1;
        f.group = rack_;
        f.shares = call_.ranks;
        return f;
    }

    void add(Family f, std::uint32_t wait, std::uint32_t need)
    {
        f.wait = wait;
        f.need_0 = need;
        schedule_.families.push_back(f);
    }

    void add_when_open(Family f, std::uint32_t round, Counter closed, std::uint32_t need)
    {
        if (round < kOpenRounds)
            schedule_.families.push_back(f);
        else
            add(f, counter(closed, round - kOpenRounds), need);
    }

    void add_reduction(std::uint32_t round)
    {
        auto const at = [&](Counter of) { return counter(of, round); };
        add_when_open(blocks(kRank, kInlet, 0, at(kContributed)), round, kSummed, 1);
        add(across(1, at(kGathered)), at(kContributed), rack_);
        add(own_share(kOutlet, kRank, 2, at(kSummed)), at(kGathered), racks_);
    }

    void add_copies(std::uint32_t round)
    {
        auto const at = [&](Counter of) { return counter(of, round); };
        Family const store = own_share(kRank, kInlet, 3, at(kStored));
        if (work_.reduces)
            add(store, at(kSummed), 1);
        else
            add_when_open(store, round, kReceived, rack_);
        add(across(4, at(kCopied)), at(kStored), 1);
        add(blocks(kOutlet, kRank, 5, at(kReceived)), at(kCopied), racks_);
    }

    CollectiveCall const& call_;
    RankSoftware software_;
    std::uint32_t all_;    //!< M
    std::uint32_t rack_;   //!< q
    std::uint32_t racks_;  //!< m
    SwitchWork work_;
    Schedule schedule_;
};

}  // namespace

std::uint32_t ranks_below_switches(CollectiveCall const& call)
{
    std::uint32_t const rack = call.leaf_ranks == 0 ? call.ranks : call.leaf_ranks;
    if (rack > call.ranks || call.ranks % rack != 0)
        throw std::invalid_argument("racks of " + std::to_string(rack) + " ranks do not divide a group of " +
                                    std::to_string(call.ranks) + "; every rack must hold as many");
    return rack;
}

Schedule rack_switch_schedule(CollectiveCall const& call, SwitchWork work)
{
    return RackBuilder(call, work).build();
}

}  // namespace copperwall
