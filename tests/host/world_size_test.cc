//! Scale-up domains of many sizes on shipped fabrics: counts, lengths, policies, and what a bigger world
//! buys.
#include <gmock/gmock.h>

#include "host/account/run_cell.h"
#include "host/fabric/wiring.h"
#include "host/input/error.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

ScenarioSpec scenario_of(Settings const& settings)
{
    return load_scenario(CW_SOURCE_DIR "/workloads/world_size.toml", settings);
}

Settings single(std::string const& fabric, std::string const& ends, Settings more = {})
{
    Settings s = {
        {"fabric.file", fabric}, {"fabric.domains", "1"}, {"fabric.domain_gpus", "0"}, {"fabric.ends", ends}};
    s.insert(s.end(), more.begin(), more.end());
    return s;
}

constexpr char const* kCopperAndCpo = "{ rack = \"copper_when_you_can\", between = \"cpo\" }";

//! Physical chips of leaves and spines of one domain.
std::pair<std::uint32_t, std::uint32_t> chips(Fabric const& fabric)
{
    Levels const levels = levels_of(fabric.spec).front();
    return {levels.leaf_chips(), levels.spine_chips()};
}

std::uint64_t links_up(Fabric const& fabric)
{
    return fabric.classes.at(2).count;
}

// 8 x 72 leaves; 576 x 72 links up in 144 ports: 288 spines; at 8:1 an eighth.
TEST(Nvl576, HasTheCountsOfFullBisectionAndLess)
{
    Fabric const full = build_fabric(scenario_of(single("nvl576.toml", kCopperAndCpo)));
    EXPECT_EQ(full.network.gpus, 576u);
    EXPECT_EQ(chips(full), (std::pair{576u, 288u}));
    EXPECT_EQ(links_up(full), 41'472u);
    EXPECT_DOUBLE_EQ(full.port_rate_GBps, 1800);
    Fabric const eighth =
        build_fabric(scenario_of(single("nvl576.toml", kCopperAndCpo, {{"fabric.oversubscription", "8.0"}})));
    EXPECT_EQ(chips(eighth), (std::pair{576u, 36u}));
    EXPECT_EQ(links_up(eighth), 41'472u / 8);
}

TEST(Nvl1152, ComesAtTwoRates)
{
    Fabric const slow = build_fabric(scenario_of(single("nvl1152_1800.toml", kCopperAndCpo)));
    EXPECT_DOUBLE_EQ(slow.port_rate_GBps, 1800);
    EXPECT_EQ(slow.network.gpus, 1152u);
    EXPECT_EQ(chips(slow), (std::pair{576u, 288u}));
    EXPECT_DOUBLE_EQ(build_fabric(scenario_of(single("nvl1152_3600.toml", kCopperAndCpo))).port_rate_GBps,
                     3600);
}

// Half of each chip's 72 ports to its twin: 36 x 18 links either way, one of them on the way across.
TEST(Nvl36x2, CrossesOneLinkBetweenTwoSwitches)
{
    Fabric const fabric = build_fabric(scenario_of(single("nvl36x2.toml", "{ rack = \"passive_copper\" }")));
    EXPECT_EQ(links_up(fabric), 36u * 18);
    EXPECT_NEAR(fabric.path_ns - fabric.leaf_path.typical_ns, fabric.classes.at(2).delay.total_ns(), 1e-9);
}

// 48 boards of eight; a leaf has a link to each of a plane's eight spines: 2,688 links above the boards.
TEST(CloudMatrix384, HasItsPublishedCounts)
{
    Fabric const fabric =
        build_fabric(scenario_of(single("cloudmatrix_384.toml", "{ rack = \"passive_copper\" }")));
    EXPECT_DOUBLE_EQ(fabric.port_rate_GBps, 392);
    EXPECT_EQ(chips(fabric), (std::pair{336u, 56u}));
    EXPECT_EQ(links_up(fabric), 2688u);
}

// Racks of 0.6 m in one row of eight compute racks and two of spines in the middle (288 chips in trays of
// 16).
TEST(Floor, PutsSpinesInTheMiddle)
{
    Fabric const fabric = build_fabric(scenario_of(single("nvl576.toml", kCopperAndCpo)));
    LinkClass const& up = fabric.classes.at(2);
    EXPECT_GT(up.longest_m, 4);  // 4 to 8 m: SemiAnalysis, GTC 2026, one switch rack in the centre
    EXPECT_LT(up.longest_m, 8);
    EXPECT_LT(up.shortest_m, up.longest_m);
}

TEST(Policy, TakesCopperInTheRackAndTheFallbackBeyondItsReach)
{
    auto const ends = [](std::string const& rate) {
        Settings s = single("nvl72.toml", "{ rack = \"copper_when_you_can\" }");
        s.emplace_back("fabric.lane_rate_Gbps", rate);
        return build_fabric(scenario_of(s)).ends.at("rack").a;
    };
    EXPECT_EQ(ends("200.0"), "passive_copper");
    EXPECT_NE(ends("400.0"), "passive_copper");
    Settings between = single("nvl576.toml", "{ all = \"copper_when_you_can\" }");
    EXPECT_EQ(build_fabric(scenario_of(between)).ends.at("between").a, "cpo");
}

TEST(Policy, WithoutAFallbackIsRefused)
{
    try {
        load_scenario(CW_SOURCE_DIR "/workloads/ring_64KiB_nvl72.toml",
                      {{"fabric.ends.rack", "copper_when_you_can"}});
        FAIL();
    } catch (InputError const& error) {
        EXPECT_THAT(error.what(), ::testing::HasSubstr("add fallback = \"cpo\""));
    }
}

TEST(Domains, WithoutANetworkBetweenAreRefused)
{
    EXPECT_THROW(load_scenario(CW_SOURCE_DIR "/workloads/ring_64KiB_nvl72.toml", {{"fabric.domains", "2"}}),
                 InputError);
    EXPECT_THROW(scenario_of({{"fabric.domain_gpus", "100"}}), InputError);  // racks of 72
}

// ConnectX-8 generation: 900 to 100 GB/s. The front end: front_end_test.cc.
TEST(DirectionalFigures, ScaleUpIsNineScaleOuts)
{
    Fabric const fabric = build_fabric(scenario_of({}));
    EXPECT_DOUBLE_EQ(fabric.port_rate_GBps / fabric.outside_rate_GBps, 9);
}

double time_us(std::uint32_t group, std::uint32_t domain, char const* algorithm, char const* nics,
               Settings const& more = {})
{
    Settings s = {{"fabric.domain_gpus", std::to_string(domain)},
                  {"fabric.domains", std::to_string(1152 / domain)},
                  {"fabric.scale_out", nics},
                  {"collective.op", "all_to_all"},
                  {"collective.algorithm", algorithm},
                  {"collective.group", std::to_string(group)},
                  {"collective.groups", "0"},
                  {"collective.experts", "256"},
                  {"collective.bytes", "448MiB"},
                  {"library.name", "one_sided_nvlink"},
                  {"simulation.packet_bytes", "64KiB"}};
    s.insert(s.end(), more.begin(), more.end());
    ScenarioSpec const scenario = scenario_of(s);
    Fabric const fabric = build_fabric(scenario);
    Cell const cell = run_cell(scenario, fabric, scenario.collectives[0], scenario.collectives[0].bytes[0]);
    EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
    EXPECT_GE(cell.time_us, cell.lower_bound_us);
    return cell.time_us;
}

// 1,150 dependent steps go twice around 576 gpus and so cross 16 times between the 8 racks, by two links each
// time: a slower link between racks costs 32 times its delay, not 2 x 1,150 times.
TEST(DirectionalFigures, ARingOverEightRacksPaysThirtyTwoLinkDelays)
{
    auto const run_with = [](char const* between) {
        ScenarioSpec const scenario = scenario_of(
            {{"fabric.domain_gpus", "576"},
             {"fabric.domains", "1"},
             {"fabric.ends", std::string("{ rack = \"passive_copper\", between = \"") + between + "\" }"},
             {"collective.algorithm", "ring"},
             {"collective.bytes", "64KiB"}});
        Fabric const fabric = build_fabric(scenario);
        Cell const cell =
            run_cell(scenario, fabric, scenario.collectives[0], scenario.collectives[0].bytes[0]);
        EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
        return std::pair{cell.time_us, fabric.classes.at(2).delay.total_ns()};
    };
    auto const [slow_us, slow_ns] = run_with("dsp_pluggable");
    auto const [fast_us, fast_ns] = run_with("cpo");
    EXPECT_GT(slow_ns - fast_ns, 150);
    EXPECT_NEAR((slow_us - fast_us) * 1e3, 32 * (slow_ns - fast_ns), 0.01 * 32 * (slow_ns - fast_ns));
}

// 448 MiB of which 63/64 leave a gpu, at 620 of 900 GB/s: a domain of 72 holds the group, so 576 buys
// nothing.
TEST(DirectionalFigures, Ep64GainsNothingFromABiggerWorld)
{
    double const small = time_us(64, 72, "direct", "quantum_x800_800g");
    EXPECT_DOUBLE_EQ(time_us(64, 576, "direct", "quantum_x800_800g") / small, 1.0);
    EXPECT_NEAR(small, 448 * 1.048576e6 * 63 / 64 / 620e3, 40);  // launch 16 us, headers 0.4 %
}

// By the formula of one packed domain (72 ranks inside): 4.5, 8.9 and 2.2 at NICs of 100, 50 and 200
// GB/s, 2.05 with one copy per remote domain. Here 256 ranks lie 64 in each of four domains, and the same
// formula gives (192/256 S / NIC) / (255/256 S / 620): 4.67, 9.34, 2.33, and 2.11 with 3 (1 -
// C(192,8)/C(256,8)) = 2.71 copies of each token. The simulation adds launch, headers and what contention
// there is.
TEST(DirectionalFigures, Ep256GainsWhatTheNicsCost)
{
    double const in_one = time_us(256, 576, "direct", "quantum_x800_800g");
    auto const gain = [&](char const* algorithm, char const* nics) {
        return time_us(256, 72, algorithm, nics) / in_one;
    };
    EXPECT_NEAR(gain("direct", "quantum_x800_800g"), 4.67, 0.1 * 4.67);
    EXPECT_NEAR(gain("direct", "quantum2_400g"), 9.34, 0.1 * 9.34);
    EXPECT_NEAR(gain("direct", "quantum_x800_1600g"), 2.33, 0.1 * 2.33);
    EXPECT_NEAR(gain("deduplicated", "quantum_x800_800g"), 2.11, 0.15 * 2.11);
}

// A leaf of 72 NICs has 72 links up, at 4:1 18; 16 leaves. Of the 192 remote peers of a rank 4.5 x 3 share
// its leaf (rails: 4.5 places of every domain), so 178.5 / 192 of what leaves a domain goes through the
// spines, four times as long as through its NIC.
TEST(ScaleOut, SpinesCanBeOversubscribed)
{
    Settings settings = {{"fabric.scale_out_oversubscription", "4.0"}};
    Fabric const full = build_fabric(scenario_of({})), quarter = build_fabric(scenario_of(settings));
    EXPECT_EQ(full.interconnect + ", 4:1 nic_spine", quarter.interconnect);
    EXPECT_EQ(full.classes.at(5).name, "nic_spine down");
    EXPECT_EQ(full.classes.at(5).count, 1152u);
    EXPECT_EQ(quarter.classes.at(5).count, 288u);
    EXPECT_EQ(full.classes.front().count, quarter.classes.front().count);

    double const wire_us = 0.75 * 448 * 1.048576e6 / 100e3 * (1 + 26.0 / 4096);
    double const open_us = time_us(256, 72, "direct", "quantum_x800_800g");
    double const narrow_us = time_us(256, 72, "direct", "quantum_x800_800g", settings);
    EXPECT_GE(open_us, wire_us);
    EXPECT_GE(narrow_us, 4 * wire_us * 178.5 / 192);
    EXPECT_LE(narrow_us, 1.15 * 4 * wire_us * 178.5 / 192);
    EXPECT_THROW(build_fabric(scenario_of({{"fabric.scale_out_oversubscription", "7.0"}})), InputError);
}

// 1,152 NICs of 50 W, 40 W of them static, and 288 of the front end, 60 W static. The hierarchy takes 2 x
// 15/16 of a 72nd of the 64 MiB out of each gpu: 30 x 64 MiB for all, at 800 Gb/s 20.13 ms; frame headers add
// 26 B to at most 4 KiB and to a last, short part.
TEST(ScaleOut, NicsDrawPowerWhetherOrNotBitsFlow)
{
    ScenarioSpec const scenario = scenario_of({{"collective.bytes", "64MiB"}});
    Fabric const fabric = build_fabric(scenario);
    Cell const cell = bound_cell(scenario, fabric, scenario.collectives[0], std::int64_t{64} << 20);
    double const busy_s = 8.0 * 30 * (64 << 20) / 800e9;
    EXPECT_GT(cell.energy.nic_traffic_J, 50 * busy_s);
    EXPECT_LT(cell.energy.nic_traffic_J, 1.03 * 50 * busy_s);
    double const silent_J = (40 * 1152 + 60 * 288) * cell.time_us * 1e-6;
    EXPECT_NEAR(cell.energy.nic_J, silent_J + 0.2 * cell.energy.nic_traffic_J, 1e-9 * silent_J);
    double parts = cell.energy.nic_J + cell.energy.switch_core_J;
    for (double const part : cell.energy.always_on_J) parts += part;
    EXPECT_NEAR(cell.energy.always_on_total_J(), parts, 1e-9 * parts);
}

TEST(ScaleOut, NicsAreNoneWhereThereIsOneDomainAlone)
{
    ScenarioSpec const scenario = load_scenario(CW_SOURCE_DIR "/workloads/ring_64KiB_nvl72.toml");
    Fabric const fabric = build_fabric(scenario);
    Cell const cell = bound_cell(scenario, fabric, scenario.collectives[0], 65536);
    EXPECT_EQ(cell.energy.nic_J, 0);
    EXPECT_EQ(cell.energy.nic_traffic_J, 0);
}

TEST(Copper, IsNeverSlowerThanCpoAtEqualLength)
{
    for (char const* domain : {"72", "576"}) {
        auto const path = [&](char const* technology) {
            std::string const ends = std::string("{ rack = \"") + technology + "\", between = \"cpo\" }";
            return build_fabric(scenario_of({{"fabric.domain_gpus", domain},
                                             {"fabric.domains", domain == std::string("72") ? "16" : "2"},
                                             {"fabric.ends", ends}}))
                .path_ns;
        };
        EXPECT_LE(path("passive_copper"), path("cpo"));
    }
}

}  // namespace
}  // namespace copperwall
