#include "tests/cuda/support/random_cases.h"

#include <algorithm>
#include <numeric>

#include "tests/cuda/support/networks.h"
#include "tests/cuda/support/three_tiers.h"

namespace copperwall::testing {
namespace {

class Draw {
public:
    explicit Draw(std::uint64_t seed) : random_(seed) {}

    std::uint32_t number(std::int64_t low, std::int64_t high)
    {
        return static_cast<std::uint32_t>(random_.between(low, high));
    }
    std::int64_t wide(std::int64_t low, std::int64_t high) { return random_.between(low, high); }
    bool percent(std::uint64_t p) { return random_.below(100) < p; }
    Time pause(Time mean) { return static_cast<Time>(random_.exponential(static_cast<double>(mean))); }

    //! The second algorithm knows no sets of ports.
    Network network(bool may_spread)
    {
        bool const spreads = may_spread && percent(40);
        Network n = percent(25) ? of_three_tiers(spreads) : of_two_tiers(spreads);
        n.spreading.packets = number(0, 3);
        n.spreading.adaptive = percent(50);
        if (percent(70)) randomise_links(n);
        return n;
    }

    PacketFormat format()
    {
        std::uint32_t const flit = 1u << number(2, 6);
        std::uint32_t const payload = flit * number(1, 40);
        return {payload, number(0, 32), flit, percent(50) ? 0 : number(1, 3 * payload)};
    }

    Schedule schedule(std::uint32_t gpus, bool dependencies)
    {
        Schedule s;
        s.gpus = gpus;
        s.counters = 3;
        s.steps = 4;
        s.launch_fs = percent(50) ? 0 : wide(0, 2 * kFsPerUs);
        std::vector<std::uint32_t> given(s.counters, 0);
        for (std::uint32_t families = number(1, 6); families != 0; --families) {
            bool const from_table = percent(25);
            Family f = from_table ? table_family(s) : affine_family(gpus);
            if (percent(40)) f.delay_fs = wide(0, 500 * kFsPerNs);
            if (percent(40)) f.spacing_fs = wide(0, 100 * kFsPerNs);
            f.step_0 = number(0, s.steps - 1);
            bool const of_some = !from_table && gpus >= 4 && percent(30);
            if (of_some) restrict_senders(f, gpus);
            if (dependencies) depend(f, from_table || of_some, given);
            s.families.push_back(f);
        }
        return s;
    }

private:
    //! Or of one.
    Network of_two_tiers(bool spreads)
    {
        Shape shape;
        shape.planes = number(1, 3);
        shape.leaves = number(1, 4);
        shape.per_leaf = shape.leaves == 1 ? number(2, 12) : number(1, 4);
        shape.spines = shape.leaves == 1 ? 0 : number(1, 4);
        shape.latency_fs = wide(20, 300) * kFsPerNs;
        shape.spine_latency_fs = wide(20, 500) * kFsPerNs;
        shape.into_switches = percent(50) ? Arrival::head : Arrival::tail;
        shape.spreads = spreads && shape.spines != 0;
        return leaf_spine(shape);
    }

    Network of_three_tiers(bool spreads)
    {
        ThreeTiers shape;
        shape.planes = number(1, 2);
        shape.pods = number(1, 3);
        shape.leaves = number(1, 3);
        shape.per_leaf = shape.pods * shape.leaves == 1 ? number(2, 4) : number(1, 3);
        shape.spines = number(1, 3);
        shape.cores = number(1, 4);
        shape.latency_fs = wide(20, 300) * kFsPerNs;
        shape.spine_latency_fs = wide(20, 500) * kFsPerNs;
        shape.core_latency_fs = wide(20, 900) * kFsPerNs;
        shape.into_switches = percent(50) ? Arrival::head : Arrival::tail;
        shape.spreads = spreads;
        return three_tiers(shape);
    }

    void randomise_links(Network& n)
    {
        std::vector<bool> const in_set = links_in_sets(n);
        n.rates_Bps.clear();
        std::uint32_t const rates = number(1, 5);
        for (std::uint32_t r = 0; r != rates; ++r) n.rates_Bps.push_back(wide(5, 200) * 1'000'000'007);
        std::vector<std::vector<std::uint32_t>> ports;
        for (Node const& node : n.nodes) ports.push_back(shuffled(node.ingress_count));
        Time const least = percent(10) ? 1 : kFsPerNs;
        for (std::size_t l = 0; l != n.links.size(); ++l) {
            Link& link = n.links[l];
            link.rate = static_cast<std::uint16_t>(number(0, rates - 1));
            if (in_set[l]) link.rate = 0;
            link.latency_fs = wide(least, percent(20) ? 2 * least : 400 * kFsPerNs);
            link.ingress_port = ports[link.to].back();
            ports[link.to].pop_back();
            if (link.to >= n.gpus) link.arrival = percent(50) ? Arrival::head : Arrival::tail;
        }
    }

    std::vector<std::uint32_t> shuffled(std::uint32_t count)
    {
        std::vector<std::uint32_t> order(count);
        std::iota(order.begin(), order.end(), 0u);
        for (std::uint32_t i = count; i > 1; --i) std::swap(order[i - 1], order[number(0, i - 1)]);
        return order;
    }

    std::int64_t most_bytes() { return percent(30) ? 100'000 : 3000; }

    Family affine_family(std::uint32_t gpus)
    {
        Family f;
        f.group = number(2, gpus);
        while (gpus % f.group != 0) ++f.group;
        f.stride = percent(50) ? gpus / f.group : 1;
        bool const everyone = percent(50);
        f.peer_k = everyone ? 1 : 0;
        f.peer_0 = everyone ? 1 : static_cast<std::int32_t>(number(1, f.group - 1));
        f.count = everyone ? f.group - 1 : number(0, 6);
        f.bytes = wide(0, most_bytes());
        f.shares = number(1, 5);
        f.chunk_r = static_cast<std::int32_t>(number(0, 6)) - 3;
        f.chunk_k = static_cast<std::int32_t>(number(0, 6)) - 3;
        return f;
    }

    //! To a block of senders, at times with receivers in another block.
    void restrict_senders(Family& f, std::uint32_t gpus)
    {
        f.senders = f.group = number(2, gpus / 2);
        f.stride = 1;
        std::uint32_t const low = number(0, gpus - 2 * f.senders);
        std::uint32_t const high = number(low + f.senders, gpus - f.senders);
        bool const upwards = percent(50);
        f.first = upwards ? low : high;
        if (percent(70)) f.shift = static_cast<std::int32_t>(upwards ? high - low : low - high);
        f.peer_k = f.shift != 0 ? 1 : 0;
        f.peer_0 = f.shift != 0 ? static_cast<std::int32_t>(number(0, 3)) : 1;
        f.count = number(0, 6);
    }

    Family table_family(Schedule& s)
    {
        Family f;
        f.count = number(1, 6);
        f.table = static_cast<std::uint32_t>(s.table.size());
        f.table_k = percent(20) ? 0 : 1;
        std::int64_t const most = most_bytes();
        std::vector<Time> at(s.gpus, 0);
        for (std::uint32_t k = 0; k != (f.table_k == 0 ? 1 : f.count); ++k) {
            for (std::uint32_t gpu = 0; gpu != s.gpus; ++gpu) {
                if (percent(60)) at[gpu] += pause(100 * kFsPerNs);
                std::uint32_t const receiver = (gpu + number(1, s.gpus - 1)) % s.gpus;
                s.table.push_back({percent(15) ? kNone : receiver, wide(0, most), at[gpu]});
            }
        }
        return f;
    }

    //! `given`: signals that every gpu is sure to get, by counter. Those of tables and of some gpus reach
    //! gpus unequally, so such families give none.
    void depend(Family& f, bool unequal, std::vector<std::uint32_t>& given)
    {
        auto const counters = static_cast<std::int64_t>(given.size());
        std::uint32_t const counter = number(0, counters - 1);
        bool ring = false;
        if (given[counter] != 0 && percent(90)) {
            f.wait = counter;
            f.need_0 = number(1, given[counter]);
            std::uint32_t const spare = given[counter] - f.need_0;
            ring = !unequal && percent(40);
            if (ring)
                f.need_k = 1;
            else if (f.count != 0 && percent(50))
                f.need_k = spare / f.count;
        }
        if (ring)
            f.signal = counter;
        else if (!unequal && percent(80))
            f.signal = number(0, counters - 1);
        if (f.signal != kNone) given[f.signal] += f.count;
    }

    CounterRandom random_;
};

constexpr std::int64_t kMostPackets = 200'000;

std::int64_t payload_of(Schedule const& s)
{
    std::int64_t bytes = 0;
    for (Family const& f : s.families)
        if (f.table == kNone) bytes += f.bytes * f.count * f.width(s.gpus);
    for (TableRow const& t : s.table) bytes += t.bytes;
    return bytes;
}

//! Large messages in tiny packets would take minutes: messages are halved until there are not too many.
void limit_packets(Schedule& s, std::uint32_t payload_bytes)
{
    while (payload_of(s) / payload_bytes > kMostPackets) {
        for (Family& f : s.families) f.bytes /= 2;
        for (TableRow& t : s.table) t.bytes /= 2;
    }
}

}  // namespace

EngineInput random_input(std::uint64_t seed, bool dependencies)
{
    Draw draw(seed);
    Network network = draw.network(dependencies);
    PacketFormat const format = draw.format();
    Schedule schedule = draw.schedule(network.gpus, dependencies);
    limit_packets(schedule, format.payload_bytes);
    return {std::move(network), std::move(schedule), format};
}

}  // namespace copperwall::testing
