#include "tests/cuda/support/schedules.h"

namespace copperwall::testing {

namespace {

Family all_to_others(std::uint32_t gpus, std::int64_t bytes)
{
    Family f;
    f.count = gpus - 1;
    f.group = gpus;
    f.peer_k = 1;
    f.peer_0 = 1;
    f.bytes = bytes;
    f.shares = gpus;
    return f;
}

Family ring_family(std::uint32_t gpus, std::int64_t bytes, std::uint32_t first, std::uint32_t count)
{
    Family f;
    f.count = count;
    f.group = gpus;
    f.peer_0 = 1;
    f.bytes = bytes;
    f.shares = gpus;
    f.chunk_r = 1;
    f.chunk_k = -1;
    f.chunk_0 = -static_cast<std::int32_t>(first);
    f.signal = 0;
    f.step_0 = first;
    f.step_k = 1;
    return f;
}

TableRow random_row(CounterRandom& random, std::uint32_t gpus, std::uint32_t sender, std::int64_t most_bytes,
                    Time offset)
{
    TableRow row;
    row.offset_fs = offset;
    if (random.below(10) == 0) return row;
    row.receiver = static_cast<std::uint32_t>((sender + 1 + random.below(gpus - 1)) % gpus);
    row.bytes = random.between(1, most_bytes);
    return row;
}

}  // namespace

Schedule ring_all_reduce(std::uint32_t gpus, std::int64_t bytes, std::uint32_t steps)
{
    Schedule s;
    s.gpus = gpus;
    s.counters = 1;
    s.steps = steps;
    Family rest = ring_family(gpus, bytes, 1, steps - 1);
    rest.wait = 0;
    rest.need_0 = 1;
    rest.need_k = 1;
    s.families = {ring_family(gpus, bytes, 0, 1), rest};
    return s;
}

Schedule two_shot(std::uint32_t gpus, std::int64_t bytes)
{
    Schedule s;
    s.gpus = gpus;
    s.counters = 1;
    s.steps = 2;
    Family reduce = all_to_others(gpus, bytes);
    reduce.chunk_r = reduce.chunk_k = reduce.chunk_0 = 1;
    reduce.signal = 0;
    Family gather = all_to_others(gpus, bytes);
    gather.chunk_r = 1;
    gather.wait = 0;
    gather.need_0 = gpus - 1;
    gather.step_0 = 1;
    s.families = {reduce, gather};
    return s;
}

Schedule all_to_all(std::uint32_t gpus, std::int64_t bytes, std::vector<Time> const& skews)
{
    Schedule s;
    s.gpus = gpus;
    Family f = all_to_others(gpus, bytes);
    f.chunk_r = f.chunk_k = f.chunk_0 = 1;
    if (!skews.empty()) {
        f.table = 0;
        for (std::uint32_t k = 0; k != f.count; ++k)
            for (std::uint32_t g = 0; g != gpus; ++g)
                s.table.push_back(
                    {(g + 1 + k) % gpus, share_bytes(bytes, gpus, (g + 1 + k) % gpus), skews[g]});
    }
    s.families = {f};
    return s;
}

Schedule incast(std::uint32_t gpus, std::int64_t bytes)
{
    Schedule s;
    s.gpus = gpus;
    Family f;
    f.count = 1;
    f.group = gpus;
    f.table = 0;
    for (std::uint32_t g = 0; g != gpus; ++g) s.table.push_back({g == 0 ? kNone : 0, bytes, 0});
    s.families = {f};
    return s;
}

Schedule reduced_by_units(std::uint32_t ranks, std::int64_t bytes, std::uint32_t rounds)
{
    Schedule s;
    s.gpus = 2 * ranks;
    s.counters = 3 * rounds;
    s.steps = 4;
    auto const add = [&](bool by_units, std::uint32_t count, std::uint32_t wait, std::uint32_t need) {
        Family f;
        f.count = count;
        f.group = f.senders = f.shares = ranks;
        f.first = by_units ? ranks : 0;
        f.shift = static_cast<std::int32_t>(ranks) * (by_units ? -1 : 1);
        f.peer_k = f.chunk_r = 1;
        f.bytes = bytes;
        f.wait = wait;
        f.need_0 = need;
        s.families.push_back(f);
        return &s.families.back();
    };
    for (std::uint32_t c = 0; c != rounds; ++c) {
        std::uint32_t const contributed = 3 * c, owned = contributed + 1, stored = contributed + 2;
        Family* f = add(false, ranks, c < 2 ? kNone : owned - 6, c < 2 ? 0 : 1);
        f->chunk_k = 1;
        f->signal = contributed;
        f = add(true, 1, contributed, ranks);
        f->signal = owned;
        f->step_0 = 1;
        f = add(false, 1, owned, 1);
        f->signal = stored;
        f->step_0 = 2;
        add(true, ranks, stored, 1)->step_0 = 3;
    }
    return s;
}

Schedule random_traffic(std::uint32_t gpus, std::uint32_t per_gpu, std::int64_t most_bytes,
                        Time longest_pause, std::uint64_t seed)
{
    CounterRandom random(seed);
    Schedule s;
    s.gpus = gpus;
    s.counters = 1;
    s.steps = 2;
    for (std::uint32_t part = 0; part != 2; ++part) {
        Family f;
        f.count = per_gpu / 2;
        f.group = gpus;
        f.table = static_cast<std::uint32_t>(s.table.size());
        f.delay_fs = random.between(0, longest_pause);
        f.spacing_fs = random.between(0, longest_pause / 4);
        f.step_0 = part;
        std::vector<Time> at(gpus, 0);
        for (std::uint32_t k = 0; k != f.count; ++k)
            for (std::uint32_t g = 0; g != gpus; ++g)
                s.table.push_back(
                    random_row(random, gpus, g, most_bytes, at[g] += random.between(0, longest_pause)));
        s.families.push_back(f);
    }
    // Not everyone need receive something: answers follow a family that reaches every gpu for certain.
    Family call = all_to_others(gpus, most_bytes);
    call.count = 1;
    call.signal = 0;
    Family answer = call;
    answer.signal = kNone;
    answer.peer_0 = static_cast<std::int32_t>(gpus) - 1;
    answer.wait = 0;
    answer.need_0 = 1;
    answer.delay_fs = random.between(0, longest_pause);
    answer.step_0 = 1;
    s.families.push_back(call);
    s.families.push_back(answer);
    return s;
}

Schedule by_turns(Schedule schedule, std::uint32_t at_once)
{
    schedule.at_once = at_once;
    return schedule;
}

std::vector<Time> random_skews(std::uint32_t gpus, Time longest, std::uint64_t seed)
{
    CounterRandom random(seed);
    std::vector<Time> skews;
    for (std::uint32_t g = 0; g != gpus; ++g) skews.push_back(random.between(0, longest));
    return skews;
}

}  // namespace copperwall::testing
