//! Forecasts of memory beside what a process of its own really takes, and how cells are held to a limit.
#include "host/account/forecast.h"

#include <gmock/gmock.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "account_support.h"
#include "host/account/batch.h"
#include "host/account/memory_gate.h"
#include "host/command/machine.h"
#include "host/input/error.h"
#include "host/input/load.h"
#include "host/input/size_text.h"

namespace copperwall {
namespace {

using ::testing::HasSubstr;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kOwnMemory = false;  // a sanitizer's own memory is several times that of the program
#else
constexpr bool kOwnMemory = true;
#endif

struct Case {
    char const* name;
    char const* workload;
    std::int64_t bytes;
    unsigned threads;
    Settings settings;
};

void PrintTo(Case const& c, std::ostream* out)
{
    *out << c.name;
}

struct Sizes {
    std::uint64_t forecast = 0;
    std::uint64_t peak = 0;
    bool done = false;
};

//! Pages of the program itself are no part of a forecast.
void run_code_once()
{
    using namespace account_test;
    run_small(small_scenario(), collective("all_to_all", "direct"), 4096);
    run_small(small_scenario(), collective("all_reduce", "ring"), 64);
}

//! Fabric, plan, run and account, as `copperwall run` does them.
Sizes sizes_of(Case const& c)
{
    ScenarioSpec const scenario =
        load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/" + c.workload, c.settings);
    CollectiveSpec const& what = scenario.collectives.front();
    EngineOptions options;
    options.threads = c.threads;
    run_code_once();
    malloc_trim(0);
    MemoryWatch const watch;
    Fabric const fabric = build_fabric(scenario);
    Sizes sizes;
    sizes.done = run_cell(scenario, fabric, what, c.bytes, options).status == CellStatus::done;
    sizes.peak = watch.peak_bytes();
    Plan const plan = plan_cell(scenario, fabric, what, c.bytes);
    sizes.forecast = memory_of(fabric) + forecast_memory(plan, fabric, Engine::windows, c.threads).total();
    return sizes;
}

//! The same in a child, whose memory nobody else has touched.
Sizes in_child(Case const& c)
{
    int ends[2];
    if (pipe(ends) != 0) return {};
    pid_t const child = fork();
    if (child == 0) {
        try {
            Sizes const sizes = sizes_of(c);
            _exit(write(ends[1], &sizes, sizeof sizes) == static_cast<ssize_t>(sizeof sizes) ? 0 : 1);
        } catch (std::exception const& error) {
            std::fprintf(stderr, "%s\n", error.what());
            _exit(1);
        }
    }
    close(ends[1]);
    Sizes sizes;
    bool const read_all = read(ends[0], &sizes, sizeof sizes) == static_cast<ssize_t>(sizeof sizes);
    close(ends[0]);
    waitpid(child, nullptr, 0);
    return read_all ? sizes : Sizes{};
}

//! Bytes that a peak differs by from run to run, as pages are found free or not.
constexpr double kPages = 512 << 10;

class Forecast : public ::testing::TestWithParam<Case> {};

TEST_P(Forecast, IsWithinAFifthOfWhatTheRunTakes)
{
    if (!kOwnMemory) GTEST_SKIP() << "a sanitizer changes what memory is taken";
    if (access("/proc/self/clear_refs", W_OK) != 0) GTEST_SKIP() << "no peak memory that can be reset";
    Sizes const sizes = in_child(GetParam());
    ASSERT_TRUE(sizes.done);
    double const ratio = static_cast<double>(sizes.forecast) / static_cast<double>(sizes.peak);
    std::printf("  forecast %s, peak %s: %+.1f %%\n", rounded_size(sizes.forecast).c_str(),
                rounded_size(sizes.peak).c_str(), 100 * (ratio - 1));
    double const peak = static_cast<double>(sizes.peak);
    EXPECT_NEAR(static_cast<double>(sizes.forecast), peak, std::max(0.2 * peak, kPages));
}

constexpr std::int64_t kMiB = 1 << 20;
Settings const kUnfolded = {{"simulation.fold", "false"}};
Settings const kFinite = {{"simulation.fold", "false"}, {"fabric.buffers", "round_trip"}};
Settings const kFourChannels = {
    {"simulation.fold", "false"}, {"fabric.buffers", "round_trip"}, {"fabric.channels", "4"}};

Settings on(char const* fabric, char const* packet_bytes)
{
    return {{"fabric.file", std::string(fabric) + ".toml"}, {"simulation.packet_bytes", packet_bytes}};
}

Settings adaptive(char const* fabric, char const* packet_bytes)
{
    Settings settings = on(fabric, packet_bytes);
    settings.emplace_back("fabric.routing", "adaptive");
    return settings;
}

INSTANTIATE_TEST_SUITE_P(
    Gpus, Forecast,
    ::testing::Values(
        Case{"AllToAll72", "all_to_all_nvl72.toml", 64 * kMiB, 1, kUnfolded},
        Case{"Small72", "all_to_all_nvl72.toml", 65536, 1, kUnfolded},
        Case{"AllToAll576", "all_to_all_nvl72.toml", 32 * kMiB, 1, on("nvl576", "4096")},
        Case{"TwoThreads576", "all_to_all_nvl72.toml", 16 * kMiB, 2, on("nvl576", "4096")},
        Case{"Folded576", "all_to_all_nvl72.toml", 64 * kMiB, 1, on("nvl576", "256")},
        Case{"Adaptive576", "all_to_all_nvl72.toml", 16 * kMiB, 1, adaptive("nvl576", "256")},
        Case{"TwoShot576", "all_reduce_two_shot_nvl72.toml", 4 * kMiB, 1, on("nvl576", "256")},
        Case{"AllToAll1152", "all_to_all_nvl72.toml", 16 * kMiB, 1, on("nvl1152_1800", "4096")},
        Case{"Folded1152", "all_to_all_nvl72.toml", 64 * kMiB, 1, on("nvl1152_1800", "256")},
        Case{"Ring576", "ring_64KiB_nvl72.toml", 65536, 1, on("nvl576", "256")},
        Case{"Credits72", "all_to_all_nvl72.toml", 64 * kMiB, 1, kFinite},
        Case{"Channels72", "all_to_all_nvl72.toml", 64 * kMiB, 1, kFourChannels},
        Case{"Turns72",
             "all_to_all_nvl72.toml",
             64 * kMiB,
             1,
             {{"simulation.fold", "false"}, {"library.messages_at_once", "8"}}},
        Case{"Acks72",
             "all_to_all_nvl72.toml",
             16 * kMiB,
             1,
             {{"simulation.fold", "false"}, {"fabric.acks", "packets"}}},
        Case{"Switches72", "all_reduce_switches_nvl72.toml", 256 * kMiB, 1, {}},
        Case{"SwitchesOfRacks576", "all_reduce_switches_nvl72.toml", 64 * kMiB, 1, on("nvl576", "256")},
        Case{"SwitchesUnfolded72", "all_reduce_switches_nvl72.toml", 16 * kMiB, 1, kUnfolded},
        Case{"SkewedOverNics",
             "all_to_all_ep256.toml",
             56 * kMiB,
             1,
             {{"collective.zipf", "0.6"}, {"simulation.packet_bytes", "8KiB"}}},
        Case{"SkewedOverThinSpines",
             "all_to_all_ep256.toml",
             56 * kMiB,
             1,
             {{"collective.zipf", "0.6"},
              {"simulation.packet_bytes", "8KiB"},
              {"fabric.scale_out_oversubscription", "4.0"}}},
        Case{"Trees1152", "world_size.toml", 16 * kMiB, 1, {{"collective.algorithm", "double_tree"}}},
        Case{"ChainsOverFewNics",
             "all_reduce_nvls_two_racks.toml",
             64 * kMiB,
             1,
             {{"collective.algorithm", "chain_tree"}}},
        Case{"Domains1152",
             "world_size.toml",
             16 * kMiB,
             1,
             {{"fabric.domain_gpus", "576"},
              {"fabric.domains", "2"},
              {"fabric.oversubscription", "4.0"},
              {"collective.op", "all_to_all"},
              {"collective.algorithm", "direct"}}}),
    [](auto const& test) { return test.param.name; });

// ---- the limit --------------------------------------------------------------------------------------

TEST(MemoryGate, LetsInWhatFitsAndGoesOnWhenSomeoneLeaves)
{
    MemoryGate gate({60, 50, 30}, 100);
    EXPECT_EQ(gate.enter(), 0u);
    EXPECT_EQ(gate.enter(), 2u);  // 60 + 50 does not fit, 60 + 30 does
    std::size_t late = MemoryGate::kNone;
    std::thread waiting([&] { late = gate.enter(); });
    gate.leave(0);
    waiting.join();
    EXPECT_EQ(late, 1u);
    EXPECT_EQ(gate.enter(), MemoryGate::kNone);
    EXPECT_EQ(gate.most(), 90u);
}

TEST(MemoryGate, LetsInAloneWhatFitsNowhere)
{
    MemoryGate gate({500, 1}, 100);
    EXPECT_EQ(gate.enter(), 0u);
    gate.leave(0);
    EXPECT_EQ(gate.enter(), 1u);
}

std::vector<CellJob> jobs()
{
    using namespace account_test;
    auto const scenario = std::make_shared<ScenarioSpec const>(small_scenario());
    auto const fabric = std::make_shared<Fabric const>(build_fabric(*scenario));
    std::vector<CellJob> all;
    for (std::int64_t bytes : {64, 4096, 100'000, 1'000'000})
        all.push_back({scenario, fabric, collective("all_to_all", "direct"), bytes, {}, false});
    return all;
}

TEST(MemoryLimit, ChangesHowManyCellsRunAtOnceAndNoResult)
{
    auto const all = jobs();
    auto const free = run_cells(all, 4);
    std::uint64_t largest = 0;
    std::uint64_t held = memory_of(*all.front().fabric);
    for (auto const& job : all) {
        Plan const plan = plan_cell(*job.scenario, *job.fabric, job.collective, job.bytes);
        MemoryForecast const forecast = forecast_memory(plan, *job.fabric, Engine::windows, 1);
        largest = std::max(largest, forecast.total());
        held += forecast.results;
    }
    auto const tight = run_cells(all, 4, nullptr, {}, {held + largest, "the test's"});
    for (std::size_t i = 0; i != all.size(); ++i) {
        EXPECT_EQ(tight[i].status, CellStatus::done);
        EXPECT_EQ(tight[i].time_us, free[i].time_us);
        EXPECT_GT(tight[i].forecast_bytes, 0u);
    }
    EXPECT_THROW(run_cells(all, 4, nullptr, {}, {held + largest - 1, "the test's"}), InputError);
}

TEST(PlanningMemory, IsThatOfTablesAlone)
{
    auto const scenario = account_test::small_scenario();
    Fabric fabric = build_fabric(scenario);
    CollectiveSpec direct = account_test::collective("all_to_all", "direct");
    EXPECT_EQ(planning_memory(direct, fabric), 0u);
    fabric.domain_gpus = 2;
    EXPECT_EQ(planning_memory(direct, fabric), 4u * 4 * 24);  // 24 B: receiver, bytes, offset
    EXPECT_EQ(planning_memory(account_test::collective("all_reduce", "ring"), fabric), 0u);
    // Of 4 gpus in domains of 2: a row a ring of each place; two neighbours at each of 2 positions of a
    // chain.
    EXPECT_EQ(planning_memory(account_test::collective("all_reduce", "multi_ring"), fabric), 4u * 2 * 24);
    EXPECT_EQ(planning_memory(account_test::collective("all_reduce", "chain_tree"), fabric), 4u * 2 * 2 * 24);
    direct.experts = 8;
    direct.group = 2;
    direct.groups = 0;
    EXPECT_EQ(planning_memory(direct, fabric), 4u * 2 * 24);
}

// All-gather of 16 MiB over 2 nodes of 8: 8 rings of 15 steps of 16 ranks, each step 128 KiB, 512 packets of
// 256 B and its last. Skewed bytes count as they are: all of them over 4 gpus.
TEST(ExpectedHops, CountsWhatTablesSay)
{
    ScenarioSpec rings =
        load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/all_reduce_ring_hgx_h100.toml",
                      {{"fabric.domains", "2"},
                       {"fabric.scale_out", "quantum2_400g"},
                       {"simulation.packet_bytes", "256B"},
                       {"simulation.fold", "false"}});
    Fabric const fabric = build_fabric(rings);
    CollectiveSpec const gather = account_test::collective("all_gather", "multi_ring");
    Plan const plan = plan_cell(rings, fabric, gather, 16 << 20);
    EXPECT_DOUBLE_EQ(expected_hops(plan), 2.0 * 8 * 15 * 16 * (1 + 512));
}

TEST(RoundedSize, HasThreeDigits)
{
    EXPECT_EQ(rounded_size(0), "0 B");
    EXPECT_EQ(rounded_size(999), "999 B");
    EXPECT_EQ(rounded_size(1024 * 1024), "1 MiB");
    EXPECT_EQ(rounded_size(123'456'789), "118 MiB");
    EXPECT_EQ(rounded_size(std::uint64_t{5} << 40), "5 TiB");
}

}  // namespace
}  // namespace copperwall
