#include "host/command/bench_cases.h"

#include <array>
#include <random>

#include "host/command/bench_networks.h"

namespace copperwall {
namespace {

constexpr std::uint32_t kPayload = 256;
constexpr std::int64_t kPerGpu = std::int64_t{64} << 20;  //!< folded cases, bytes
constexpr std::uint32_t kPeerStride =
    17;  //!< coprime to 576 and 1152: any number of peers is spread over all groups
constexpr std::uint64_t kSeed = 42;

EngineInput input(BenchNetwork const& shape)
{
    EngineInput result;
    result.network = bench_network(shape);
    result.format = bench_format();
    result.schedule.gpus = result.network.gpus;
    return result;
}

Family family(EngineInput const& to, std::uint32_t count, std::int64_t bytes)
{
    Family result;
    result.count = count;
    result.group = to.network.gpus;
    result.bytes = bytes;
    return result;
}

//! `peers` messages a gpu, each `packets` packets on every plane.
void add_all_to_all(EngineInput& to, std::uint32_t peers, std::uint32_t packets, std::uint32_t stride)
{
    auto f = family(to, peers, std::int64_t{packets} * kPayload * to.network.ports[kInside].planes);
    f.peer_k = f.peer_0 = static_cast<std::int32_t>(stride);
    to.schedule.families.push_back(f);
}

//! The first `peers` messages of an all-to-all of `bytes` a gpu.
void add_shared_all_to_all(EngineInput& to, std::uint32_t peers, std::int64_t bytes)
{
    auto f = family(to, peers, bytes);
    f.shares = f.group;
    f.peer_k = f.peer_0 = kPeerStride;
    f.chunk_r = 1;
    f.chunk_k = f.chunk_0 = kPeerStride;
    to.schedule.families.push_back(f);
}

//! The first `steps` of a ring all-reduce of `bytes`: a step waits for the one before it.
void add_ring(EngineInput& to, std::uint32_t steps, std::int64_t bytes)
{
    auto first = family(to, 1, bytes);
    first.shares = first.group;
    first.peer_0 = 1;
    first.chunk_r = 1;
    first.signal = 0;
    auto rest = first;
    rest.count = steps - 1;
    rest.chunk_k = rest.chunk_0 = -1;
    rest.wait = 0;
    rest.need_0 = rest.need_k = 1;
    rest.step_0 = rest.step_k = 1;
    to.schedule.counters = 1;
    to.schedule.steps = steps;
    to.schedule.families = {first, rest};
}

//! `count` messages a gpu, each to a random other gpu, `mean_gap` apart on average (uniform in [0, 2
//! mean_gap]).
void add_random(EngineInput& to, std::uint32_t count, std::int64_t bytes, Time mean_gap)
{
    std::mt19937_64 random(kSeed);
    std::uint32_t const gpus = to.network.gpus;
    auto f = family(to, count, bytes);
    f.table = 0;
    to.schedule.families = {f};
    to.schedule.table.resize(std::size_t{count} * gpus);
    for (std::uint32_t k = 0; k < count; ++k) {
        for (std::uint32_t gpu = 0; gpu < gpus; ++gpu) {
            auto& row = to.schedule.table[std::size_t{k} * gpus + gpu];
            auto const other = static_cast<std::uint32_t>(random() % (gpus - 1));
            row.receiver = other < gpu ? other : other + 1;
            row.bytes = bytes;
            row.offset_fs = static_cast<Time>(random() % static_cast<std::uint64_t>(2 * mean_gap + 1));
            if (k != 0) row.offset_fs += to.schedule.table[std::size_t{k - 1} * gpus + gpu].offset_fs;
        }
    }
}

EngineInput all_to_all_72(std::uint32_t packets)
{
    auto result = input({});
    add_all_to_all(result, kLeafGpus - 1, packets, 1);
    return result;
}

EngineInput credits_all_to_all_72(std::uint32_t packets)
{
    auto result = input({.finite_buffers = true});
    add_all_to_all(result, kLeafGpus - 1, packets, 1);
    return result;
}

EngineInput all_to_all_576(std::uint32_t peers)
{
    auto result = input({.groups = 8, .planes = 8});
    add_all_to_all(result, peers, 4, kPeerStride);
    return result;
}

EngineInput all_to_all_1152(std::uint32_t peers)
{
    auto result = input({.groups = 16, .planes = 4});
    add_all_to_all(result, peers, 2, kPeerStride);
    return result;
}

EngineInput full_all_to_all_1152(std::uint32_t peers)
{
    auto result = input({.groups = 16, .planes = 8});
    add_all_to_all(result, peers, 16, kPeerStride);
    return result;
}

template <bool finite_buffers>
EngineInput ring_72(std::uint32_t steps)
{
    auto result = input({.finite_buffers = finite_buffers});
    add_ring(result, steps, kPerGpu);
    return result;
}

template <bool finite_buffers>
EngineInput incast_72(std::uint32_t messages)
{
    auto result = input({.finite_buffers = finite_buffers});
    add_random(result, messages, std::int64_t{64} * kPayload * result.network.ports[kInside].planes, 0);
    return result;
}

//! One packet a message and a gap of 70 ns a gpu: 0.2 hops per link and window of 120 ns.
EngineInput sparse_576(std::uint32_t messages)
{
    auto result = input({.groups = 8, .planes = 8, .uneven_latencies = true});
    add_random(result, messages, kPayload, 70 * kFsPerNs);
    return result;
}

template <std::uint32_t groups>
EngineInput folded_ring(std::uint32_t steps)
{
    auto result = input({.groups = groups, .folded = true});
    add_ring(result, steps, kPerGpu);
    return result;
}

template <std::uint32_t groups>
EngineInput folded_all_to_all(std::uint32_t peers)
{
    auto result = input({.groups = groups, .folded = true});
    add_shared_all_to_all(result, peers, kPerGpu);
    return result;
}

constexpr std::array kCases = {
    BenchCase{"a2a_72", "72-gpu all-to-all, 256 packets a plane, one by one", all_to_all_72, 256, 16, 1},
    BenchCase{"a2a_576", "576-gpu two-tier all-to-all, 4 packets a plane, 8 planes", all_to_all_576, 575, 64},
    BenchCase{"a2a_1152", "1152-gpu two-tier all-to-all, 2 packets a plane, 4 planes", all_to_all_1152, 1151,
              64},
    BenchCase{"ring_72", "72-gpu ring all-reduce of 64 MiB in trains", ring_72<false>, 142, 6},
    BenchCase{"incast_72", "72 gpus, messages of 64 packets a plane to random gpus", incast_72<false>, 160,
              16},
    BenchCase{"sparse_576", "576 gpus two-tier, single random packets, 0.2 hops per link and window",
              sparse_576, 1800, 900},
    BenchCase{"folded_ring_576", "576-gpu ring all-reduce of 64 MiB, 18 planes folded", folded_ring<8>, 1150,
              64},
    BenchCase{"folded_ring_1152", "1152-gpu ring all-reduce of 64 MiB, 18 planes folded", folded_ring<16>,
              2302, 64},
    BenchCase{"folded_a2a_576", "576-gpu all-to-all of 64 MiB, 18 planes folded", folded_all_to_all<8>, 575,
              40},
    BenchCase{"folded_a2a_1152", "1152-gpu all-to-all of 64 MiB, 18 planes folded", folded_all_to_all<16>,
              1151, 40},
    BenchCase{"credits_a2a_72", "a2a_72 with buffers for a round trip", credits_all_to_all_72, 256, 16, 1},
    BenchCase{"credits_ring_72", "ring_72 with buffers for a round trip", ring_72<true>, 142, 6},
    BenchCase{"credits_incast_72", "incast_72 with buffers for a round trip", incast_72<true>, 160, 16},
    BenchCase{"batch16_a2a_72", "16 x 72-gpu all-to-all, 16 packets a plane, one by one", all_to_all_72, 16,
              16, 1, 16},
    BenchCase{"batch64_a2a_72", "64 of them", all_to_all_72, 16, 16, 1, 64, true},
    BenchCase{"batch256_a2a_72", "256 of them", all_to_all_72, 16, 16, 1, 256, true},
    BenchCase{"full_a2a_1152", "1152-gpu two-tier all-to-all, 16 packets a plane, 8 planes",
              full_all_to_all_1152, 1151, 16, 1, 1, true},
};

}  // namespace

std::span<BenchCase const> bench_cases()
{
    return kCases;
}

}  // namespace copperwall
