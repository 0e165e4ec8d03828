#include "host/schedule/switch_reduce.h"

#include <stdexcept>

#include "cuda/link_delay.h"
#include "host/schedule/families.h"
#include "host/schedule/pipeline_form.h"
#include "host/schedule/switch_reduce_racks.h"

namespace copperwall {

namespace {

constexpr SwitchWork kAllReduce{true, true};
constexpr SwitchWork kReduceScatter{true, false};
constexpr SwitchWork kAllGather{false, true};

Domains one_domain(CollectiveCall const& call)
{
    Domains const domains = domains_of(call);
    if (domains.count > 1)
        throw std::invalid_argument("switch_reduce works within one domain; use hierarchical over several");
    return domains;
}

class Builder {
public:
    Builder(CollectiveCall const& call, Domains const& domains, SwitchWork work)
        : call_(call), software_(software_in_switches(call)), ranks_(domains.gpus()), work_(work)
    {
        schedule_ = empty_switch_schedule(call, work, 2 * ranks_, 3, 4);
    }

    Schedule build()
    {
        for_each_round(
            call_, work_, [&](std::uint32_t c) { add_reduction(c); },
            [&](std::uint32_t c) { add_copies(c); });
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
    RankSoftware software_;
    std::uint32_t ranks_;  //!< of all groups
    SwitchWork work_;
    Schedule schedule_;
};

Schedule schedule_of(CollectiveCall const& call, SwitchWork work)
{
    Domains const domain = one_domain(call);
    return units_per_rank(call) == 1 ? Builder(call, domain, work).build() : rack_switch_schedule(call, work);
}

double form_ns(CollectiveCall const& call, Paths const& paths, SwitchWork work)
{
    one_domain(call);
    return switch_form_ns(call, paths, work);
}

}  // namespace

Schedule switch_all_reduce(CollectiveCall const& call)
{
    return schedule_of(call, kAllReduce);
}

Schedule switch_reduce_scatter(CollectiveCall const& call)
{
    return schedule_of(call, kReduceScatter);
}

Schedule switch_all_gather(CollectiveCall const& call)
{
    return schedule_of(call, kAllGather);
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

std::uint32_t units_per_rank(CollectiveCall const& call)
{
    return ranks_below_switches(call) == call.ranks ? 1 : 2;
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
