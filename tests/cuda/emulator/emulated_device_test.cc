// The kernel's own text on host threads gives the bits of the CPU: workers, barriers, lists, memory, queue.
#include <gmock/gmock.h>

#include <thread>

#include "cuda/device.h"
#include "cuda/staging.cuh"
#include "tests/cuda/emulator/cuda_runtime.h"
#include "tests/cuda/support/compare.h"
#include "tests/cuda/support/networks.h"
#include "tests/cuda/support/schedules.h"

namespace copperwall::testing {
namespace {

constexpr PacketFormat kNvlink{256, 16, 16};

Shape small(std::uint32_t planes)
{
    Shape s;
    s.leaves = 2;
    s.per_leaf = 4;
    s.spines = 2;
    s.planes = planes;
    return s;
}

constexpr std::uint64_t kFirstDevice = 0b01;
constexpr std::uint64_t kSecondDevice = 0b10;
constexpr std::uint64_t kBothDevices = kFirstDevice | kSecondDevice;

EngineResult run_on(Backend backend, EngineInput const& input, std::uint32_t longest_train = kNone,
                    std::uint64_t devices = kFirstDevice)
{
    EngineOptions options;
    options.hash = true;
    options.backend = backend;
    options.devices = devices;
    options.longest_train = longest_train;
    return run(input, options);
}

void expect_same_bits(EngineInput const& input, std::uint32_t longest_train = kNone)
{
    EXPECT_TRUE(equal_runs(run_on(Backend::cuda, input, longest_train), run_on(Backend::cpu, input)));
}

//! What each of `count` threads that bring a scenario at the same time gets: an error, or nothing.
std::vector<std::string> errors_side_by_side(std::size_t count, std::uint64_t devices = kFirstDevice)
{
    std::vector<std::string> errors(count);
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i != count; ++i) {
        threads.emplace_back([&, i] {
            EngineInput const input{leaf_spine(small(2)), all_to_all(8, 4'000 + 1'000 * static_cast<int>(i)),
                                    kNvlink};
            try {
                EXPECT_TRUE(
                    equal_runs(run_on(Backend::cuda, input, kNone, devices), run_on(Backend::cpu, input)));
            } catch (std::exception const& e) {
                errors[i] = e.what();
            }
        });
    }
    threads.clear();
    return errors;
}

//! With one plane lanes step gpus alone; with six, warps.
TEST(EmulatedDevice, PortsOfGpus)
{
    for (std::uint32_t const planes : {1u, 6u}) {
        expect_same_bits({leaf_spine(small(planes)), all_to_all(8, 4'000), kNvlink});
        expect_same_bits({leaf_spine(small(planes)), ring_all_reduce(8, 8'000, 14), kNvlink});
    }
}

TEST(EmulatedDevice, MoreGpusThanWarps)
{
    Shape shape = small(1);
    shape.per_leaf = 12;
    expect_same_bits({leaf_spine(shape), random_traffic(24, 6, 5'000, 300 * kFsPerNs, 7), kNvlink});
    expect_same_bits(
        {with_slots(leaf_spine(shape), 3), random_traffic(24, 6, 5'000, 300 * kFsPerNs, 7), kNvlink});
}

//! Two blocks, of which one steps the switch: two gpus are for the warps of the other, four for lanes of
//! both.
TEST(EmulatedDevice, GpusBesideOneSwitch)
{
    Shape shape;
    for (std::uint32_t const gpus : {2u, 4u}) {
        shape.per_leaf = gpus;
        expect_same_bits({leaf_spine(shape), all_to_all(gpus, 4'000), kNvlink});
        expect_same_bits({with_slots(leaf_spine(shape), 3), two_shot(gpus, 9'000), kNvlink});
    }
}

//! More packets for a port in a window than it can start, one by one and in trains.
TEST(EmulatedDevice, CrowdedPorts)
{
    Shape shape;
    shape.per_leaf = 48;
    Schedule const exchange = all_to_all(48, 2'000, random_skews(48, kFsPerUs / 50, 3));
    Schedule incast = random_traffic(48, 8, 1'500, 2 * kFsPerNs, 8);
    for (std::size_t i = 0; i != incast.table.size(); ++i) incast.table[i].receiver = i % 48 < 2 ? 2 : i % 2;
    for (std::uint32_t const longest : {1u, 3u, kNone}) {
        expect_same_bits({leaf_spine(shape), exchange, kNvlink}, longest);
        expect_same_bits({with_random_links(leaf_spine(shape), 8), incast, kNvlink}, longest);
        expect_same_bits({with_slots(leaf_spine(shape), 12), incast, kNvlink}, longest);
        expect_same_bits({with_slots(leaf_spine(shape), 900), incast, kNvlink}, longest);
    }
}

TEST(EmulatedDevice, CreditsAndSpreading)
{
    Shape shape = small(2);
    shape.spreads = true;
    expect_same_bits({with_slots(leaf_spine(shape), 5), all_to_all(8, 4'000), kNvlink});
    expect_same_bits(
        {with_random_slots(with_random_links(leaf_spine(shape), 3), 3), two_shot(8, 4'000), kNvlink});
}

TEST(EmulatedDevice, QueuesAndOutages)
{
    Shape shape = small(2);
    shape.spreads = true;
    Network chosen = leaf_spine(shape);
    chosen.spreading.adaptive = true;
    expect_same_bits({chosen, all_to_all(8, 4'000), kNvlink});
    expect_same_bits({with_slots(chosen, 4), two_shot(8, 4'000), kNvlink});
    expect_same_bits({with_random_outages(chosen, kFsPerUs, 6), all_to_all(8, 4'000), kNvlink});
    expect_same_bits(
        {with_random_retraining(with_slots(chosen, 4), kFsPerUs, 7), two_shot(8, 4'000), kNvlink});
    expect_same_bits({with_random_retraining(with_slots(leaf_spine(small(1)), 6), kFsPerUs, 5),
                      all_to_all(8, 4'000), kNvlink});
}

TEST(EmulatedDevice, RoutesPlannedAnew)
{
    Shape shape = small(2);
    shape.spreads = true;
    for (std::uint64_t seed = 0; seed != 4; ++seed) {
        Network network = with_random_outages(leaf_spine(shape), kFsPerUs, seed);
        if (seed % 2 != 0) network = with_slots(std::move(network), 5);
        expect_same_bits(
            {with_random_replans(std::move(network), kFsPerUs, seed), all_to_all(8, 4'000), kNvlink});
    }
}

TEST(EmulatedDevice, Channels)
{
    Shape shape = small(2);
    shape.spreads = true;
    expect_same_bits({with_channels(with_slots(leaf_spine(shape), 3), 4), all_to_all(8, 4'000), kNvlink});
    expect_same_bits(
        {with_random_outages(with_channels(with_random_slots(leaf_spine(small(1)), 4), 3, ChannelBy::message),
                             kFsPerUs, 6),
         random_traffic(8, 6, 5'000, 300 * kFsPerNs, 8), kNvlink});
}

TEST(EmulatedDevice, RandomCases)
{
    for (std::uint64_t seed = 0; seed != 6; ++seed) {
        Network network =
            with_random_links(leaf_spine(small(static_cast<std::uint32_t>(1 + seed % 5))), seed);
        if (seed % 2 == 0) network = with_random_slots(std::move(network), seed);
        Schedule schedule = random_traffic(8, 6, 5'000, 300 * kFsPerNs, seed);
        schedule.at_once = static_cast<std::uint32_t>(1 + seed % 3);
        PacketFormat format = kNvlink;
        format.ack_bytes = seed % 4 == 3 ? 16 : 0;
        expect_same_bits({network, schedule, format});
    }
}

//! Messages, their table and what comes back take more than one piece of staging memory each.
TEST(EmulatedDevice, MoreThanGoesAtOnce)
{
    Schedule const many = random_traffic(8, 4'500, 200, kFsPerNs, 9);
    ASSERT_GT(many.messages() * sizeof(MessageTimes), kStagingBytes);
    ASSERT_GT(many.table.size() * sizeof(TableRow), kStagingBytes / 2);
    expect_same_bits({leaf_spine(small(2)), many, kNvlink});
}

TEST(EmulatedDevice, ThreadsShareIt)
{
    EXPECT_THAT(errors_side_by_side(12), ::testing::Each(std::string{}));
}

//! Room for the lists and two scenarios at a time: the others wait, and all get done.
TEST(EmulatedDevice, WaitsForMemory)
{
    run_on(Backend::cuda, {leaf_spine(small(2)), all_to_all(8, 4'000), kNvlink});
    emulator::limit_memory(emulator::memory_in_use() + (1 << 20));
    EXPECT_THAT(errors_side_by_side(12), ::testing::Each(std::string{}));
    emulator::limit_memory(emulator::memory_in_use() + (10 << 10));
    EXPECT_THAT(errors_side_by_side(3), ::testing::Each(::testing::HasSubstr("device memory is too small")));
    emulator::limit_memory(0);
}

TEST(EmulatedDevices, ShareScenarios)
{
    EXPECT_THAT(errors_side_by_side(12, kBothDevices), ::testing::Each(std::string{}));
    EXPECT_GT(emulator::launches_on(0), 0u);
    EXPECT_GT(emulator::launches_on(1), 0u);
}

TEST(EmulatedDevices, RunOnTheOneThatIsAllowed)
{
    std::size_t const before = emulator::launches_on(0);
    EXPECT_THAT(errors_side_by_side(4, kSecondDevice), ::testing::Each(std::string{}));
    EXPECT_EQ(emulator::launches_on(0), before);
}

//! From here on tests break what earlier ones need: first the second device, then both.
TEST(EmulatedDeviceLost, AnotherTakesOver)
{
    std::size_t const before = emulator::launches_on(1);
    emulator::fail_after_launches(1, 0);
    EXPECT_THAT(errors_side_by_side(12, kBothDevices), ::testing::Each(std::string{}));
    EXPECT_EQ(emulator::launches_on(1), before + 1) << "which failed";
    EXPECT_THAT(errors_side_by_side(1, kSecondDevice),
                ::testing::Each(::testing::HasSubstr("unspecified launch failure")));
    std::size_t const launches = emulator::launches_on(1);
    EXPECT_THAT(errors_side_by_side(4, kBothDevices), ::testing::Each(std::string{}));
    EXPECT_EQ(emulator::launches_on(1), launches) << "what has failed is not asked again";
}

TEST(EmulatedDeviceLost, EveryThreadGetsTheError)
{
    emulator::fail_after_launches(0, 0);
    emulator::fail_after_launches(1, 0);
    EXPECT_THAT(errors_side_by_side(12, kBothDevices),
                ::testing::Each(::testing::HasSubstr("unspecified launch failure")));
    EngineInput const input{leaf_spine(small(2)), all_to_all(8, 4'000), kNvlink};
    EXPECT_THROW(run_on(Backend::cuda, input, kNone, kBothDevices), DeviceError);
}

}  // namespace
}  // namespace copperwall::testing
