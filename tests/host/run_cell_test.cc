//! Cells of the shipped scenarios: software, joules and bounds against arithmetic written out; the same cell
//! whatever engine, folding or number of threads.
#include "host/account/run_cell.h"

#include <gtest/gtest.h>

#include <cmath>

#include "host/account/batch.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

constexpr std::int64_t kKiB = 1024, kMiB = 1024 * kKiB;

ScenarioSpec shipped(std::string const& fabric, std::string const& technology, Settings settings = {})
{
    settings.emplace_back("fabric.file", fabric + ".toml");
    settings.emplace_back("fabric.ends.rack", technology);
    return load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/ring_64KiB_nvl72.toml", settings);
}

CollectiveSpec collective(char const* op, char const* algorithm)
{
    CollectiveSpec c;
    c.op = op;
    c.algorithm = algorithm;
    return c;
}

CollectiveSpec const kRing = collective("all_reduce", "ring");
CollectiveSpec const kTwoShot = collective("all_reduce", "two_shot");
CollectiveSpec const kDirect = collective("all_to_all", "direct");

Cell run_on(ScenarioSpec const& scenario, CollectiveSpec const& what, std::int64_t bytes,
            EngineOptions const& options = {})
{
    return run_cell(scenario, build_fabric(scenario), what, bytes, options);
}

void expect_same_outcome(Cell const& a, Cell const& b)
{
    ASSERT_EQ(a.status, CellStatus::done) << a.reason;
    ASSERT_EQ(b.status, CellStatus::done) << b.reason;
    EXPECT_EQ(a.time_us, b.time_us);
    EXPECT_EQ(a.effective_hops, b.effective_hops);
    EXPECT_EQ(a.energy.always_on_total_J(), b.energy.always_on_total_J());
    EXPECT_EQ(a.energy.traffic_total_J(), b.energy.traffic_total_J());
    EXPECT_EQ(a.breakdown.serialisation_us, b.breakdown.serialisation_us);
    EXPECT_EQ(a.breakdown.propagation_us, b.breakdown.propagation_us);
    EXPECT_EQ(a.breakdown.queueing_us, b.breakdown.queueing_us);
    ASSERT_EQ(a.timeline.size(), b.timeline.size());
    for (std::size_t i = 0; i < a.timeline.size(); ++i) {
        EXPECT_EQ(a.timeline[i].start_us, b.timeline[i].start_us);
        EXPECT_EQ(a.timeline[i].end_us, b.timeline[i].end_us);
        EXPECT_EQ(a.timeline[i].wire_bytes, b.timeline[i].wire_bytes);
    }
}

// ---- software ---------------------------------------------------------------------------------------

//! Ring of `packets` full packets a plane in each step on eight B200, NCCL against no software.
struct NcclRing {
    std::int64_t packets;
    char const* protocol;
    double launch_us, step_us, efficiency;
};

void PrintTo(NcclRing const& p, std::ostream* out)
{
    *out << p.packets << " packets of " << p.protocol;
}

class NcclOnHgxB200 : public ::testing::TestWithParam<NcclRing> {};

// 14 steps. NCCL measured a path of 0.25 us in its step. Acknowledgements leave 272 / 288 of a plane's 50
// GB/s, at which a packet of 272 B takes 5.76 ns; of that NCCL's packets get 0.78 x 288 / 256 = 0.8775, times
// the protocol's efficiency.
TEST_P(NcclOnHgxB200, IsSlowerByLaunchStepsAndSerialisation)
{
    NcclRing const& p = GetParam();
    std::int64_t const bytes = p.packets * 8 * 18 * 256;
    Cell const ideal = run_on(shipped("hgx_b200", "passive_copper"), kRing, bytes);
    Cell const nccl =
        run_on(shipped("hgx_b200", "passive_copper", {{"library.name", "nccl_blackwell"}}), kRing, bytes);
    ASSERT_EQ(nccl.status, CellStatus::done) << nccl.reason;
    EXPECT_EQ(nccl.protocol, p.protocol);
    double const packets_us = static_cast<double>(p.packets) * 5.76e-3;
    double const share_us = static_cast<double>(bytes) / 8 / 1000e3;  // at 1,000 GB/s
    double const software_us = p.launch_us + share_us + 14 * (p.step_us - 0.25);
    double const slower_us = 14 * packets_us * (1 / (0.8775 * p.efficiency) - 1);
    double const rounding_us = 14 * static_cast<double>(p.packets + 2) * 1e-9;
    // One link: 50 + 0.45 x 6.2 + 65 = 117.79 ns.
    EXPECT_NEAR(ideal.time_us, 14 * (packets_us + 2 * 0.11779), rounding_us);
    EXPECT_NEAR(nccl.time_us - ideal.time_us, software_us + slower_us, 2 * rounding_us);
    EXPECT_NEAR(nccl.breakdown.software_us, software_us, 1e-9);
    EXPECT_NEAR(nccl.breakdown.total_us(), nccl.time_us, 1e-9 * nccl.time_us);
}

// 0.37 MB: LL. 74 MB: 8.5 + 14 x (1.02 + 26.3) us of LL against 10.2 + 14 x (5.95 + 13.1) of Simple.
INSTANTIATE_TEST_SUITE_P(Sizes, NcclOnHgxB200,
                         ::testing::Values(NcclRing{10, "LL", 8.5, 1.27, 0.5},
                                           NcclRing{2000, "Simple", 10.2, 6.2, 1.0}),
                         [](auto const& test) { return test.param.protocol; });

// Up the tree and down again, each once over NICs; the bound knows no software.
TEST(CellOverNics, TakesTheSoftwareOfEachStepOverThem)
{
    CollectiveSpec const tree = collective("all_reduce", "double_tree");
    ScenarioSpec scenario = shipped("hgx_h100", "passive_copper",
                                    {{"fabric.domains", "2"}, {"fabric.scale_out", "quantum2_400g"}});
    Cell const free = run_on(scenario, tree, 64 * kKiB);
    ASSERT_EQ(free.status, CellStatus::done) << free.reason;
    Quantity& us = scenario.library.protocols[0].nic_step_us.emplace();
    us.value = us.low = us.high = 5;
    Cell const costly = run_on(scenario, tree, 64 * kKiB);
    EXPECT_NEAR(costly.time_us - free.time_us, 2 * 5, 1e-9);
    EXPECT_NEAR(costly.closed_form_us - free.closed_form_us, 2 * 5, 1e-9);
    EXPECT_NEAR(costly.breakdown.software_us - free.breakdown.software_us, 2 * 5, 1e-9);
    EXPECT_NEAR(costly.breakdown.total_us(), costly.time_us, 1e-9 * costly.time_us);
    EXPECT_EQ(costly.lower_bound_us, free.lower_bound_us);
    Cell const closed = bound_cell(scenario, build_fabric(scenario), tree, 64 * kKiB);
    EXPECT_NEAR(closed.breakdown.software_us, 2 * 5, 1e-9);
}

// ---- joules -----------------------------------------------------------------------------------------

// 64 KiB over 72 ranks: 4096 units of 16 B, 57 for each of the 64 lowest chunks (912 B) and 56 for the other
// eight (896 B). 912 B: 3 x 272 + 144 + 16 = 976 B on the wire; 896 B: 3 x 272 + 128 + 16 = 960 B. A step
// sends every chunk once: 64 x 976 + 8 x 960 = 70,144 B; 142 steps, up and down. Each of the four packets of
// a chunk is acknowledged by 16 B: 72 x 4 x 16 = 4,608 B.
constexpr double kWireBits = 8.0 * (70'144 + 4'608) * 142 * 2;
constexpr double kPayloadBits = 8.0 * 65'536 * 142;

// A directed link at 400 Gb/s takes half of both ends: SerDes (4 + 0) / 2 pJ/bit = 0.8 W, the cable's 0.13
// pJ/bit = 0.052 W; 98 % of it static. 2,592 links.
TEST(EnergyOfNvl72Copper, AlwaysOnIsEveryEndAndSwitchOverTheTime)
{
    Cell const cell = run_on(shipped("nvl72", "passive_copper"), kRing, 64 * kKiB);
    ASSERT_EQ(cell.status, CellStatus::done) << cell.reason;
    double const time_s = 142 * (245.061 + 5.76) * 1e-9;
    double const busy_s = kWireBits / 400e9;
    double const serdes_J = 0.8 * (0.98 * 2592 * time_s + 0.02 * busy_s);
    double const cable_J = 0.052 * (0.98 * 2592 * time_s + 0.02 * busy_s);
    double const core_J = 13.5e-12 * 72 * 18 * 400e9 * time_s;  // 6,998.4 W
    EXPECT_NEAR(cell.energy.always_on_J[0], serdes_J, 1e-7 * serdes_J);
    EXPECT_NEAR(cell.energy.always_on_J[6], cable_J, 1e-7 * cable_J);
    EXPECT_NEAR(cell.energy.switch_core_J, core_J, 1e-7 * core_J);
    double const total_J = serdes_J + cable_J + core_J;
    EXPECT_NEAR(cell.energy.always_on_total_J(), total_J, 1e-7 * total_J);
    EXPECT_NEAR(cell.pJ_per_bit, total_J * 1e12 / kPayloadBits, 1e-7 * cell.pJ_per_bit);
}

// SerDes 2.2 to 6 pJ/bit at the gpu, the cable 0 to 0.13 at both ends, 90 to 100 % of it static; over the
// least and the longest time.
TEST(EnergyOfNvl72Copper, HasABandOfAllItsEnergiesAndOfTheTime)
{
    Cell const cell = run_on(shipped("nvl72", "passive_copper"), kRing, 64 * kKiB);
    double const busy_s = kWireBits / 400e9;
    double const core_W = 13.5e-12 * 72 * 18 * 400e9;
    double const low_s = cell.low_us * 1e-6;
    double const low_J = 0.44 * (0.90 * 2592 * low_s + 0.10 * busy_s) + core_W * low_s;
    EXPECT_NEAR(cell.energy_low_J, low_J, 1e-7 * low_J);
    double const high_s = cell.high_us * 1e-6;
    double const high_J = (1.2 + 0.052) * 2592 * high_s + core_W * high_s;
    EXPECT_NEAR(cell.energy_high_J, high_J, 1e-7 * high_J);
    EXPECT_LT(cell.energy_low_J, cell.energy.always_on_total_J());
    EXPECT_GT(cell.energy_high_J, cell.energy.always_on_total_J());
}

TEST(EnergyOfNvl72Copper, OfTrafficIsPicojoulesTimesBits)
{
    Cell const cell = run_on(shipped("nvl72", "passive_copper"), kRing, 64 * kKiB);
    double const links_J = (2 + 0.13) * 1e-12 * kWireBits;
    double const core_J = 13.5e-12 * kPayloadBits;  // switched once on the way
    EXPECT_NEAR(cell.energy.switch_core_traffic_J, core_J, 1e-12 * core_J);
    EXPECT_NEAR(cell.energy.traffic_total_J(), links_J + core_J, 1e-12);
}

// ---- the same cell whatever computes it -------------------------------------------------------------

TEST(CellOfNvl72, TakesTheTimeOfItsStepsToTheNanosecond)
{
    Cell const cell = run_on(shipped("nvl72", "passive_copper"), kRing, 64 * kKiB);
    EXPECT_NEAR(cell.time_us * 1e3, 142 * (245.061 + 5.76), 1);
}

TEST(CellOfNvl72, IsTheSameFoldedAndUnfolded)
{
    ScenarioSpec const fold = shipped("nvl72", "cpo");
    ScenarioSpec const whole = shipped("nvl72", "cpo", {{"simulation.fold", "false"}});
    for (auto const& [what, bytes] : {std::pair{kRing, kMiB}, {kTwoShot, kMiB}, {kDirect, kMiB + 1000}}) {
        Cell const folded = run_on(fold, what, bytes);
        Cell const unfolded = run_on(whole, what, bytes);
        EXPECT_TRUE(folded.folded);
        EXPECT_FALSE(unfolded.folded);
        EXPECT_EQ(folded.hops * 18, unfolded.hops);
        expect_same_outcome(folded, unfolded);
    }
}

TEST(CellOfHgxH100, IsTheSameOnEitherEngine)
{
    EngineOptions reference;
    reference.engine = Engine::reference;
    ScenarioSpec const scenario = shipped("hgx_h100", "dsp_pluggable");
    for (auto const& what : {kRing, kTwoShot, kDirect})
        for (std::int64_t const bytes : {std::int64_t{256}, 64 * kKiB, kMiB})
            expect_same_outcome(run_on(scenario, what, bytes), run_on(scenario, what, bytes, reference));
}

TEST(CellOfNvl72, IsTheSameOnEitherEngine)
{
    EngineOptions reference;
    reference.engine = Engine::reference;
    ScenarioSpec const scenario = shipped("nvl72", "passive_copper");
    expect_same_outcome(run_on(scenario, kRing, 64 * kKiB), run_on(scenario, kRing, 64 * kKiB, reference));
    expect_same_outcome(run_on(scenario, kDirect, 4 * kKiB), run_on(scenario, kDirect, 4 * kKiB, reference));
}

// Every gpu sends its n-th packet to the gpu as many places further, so none waits for another.
TEST(CellOfHgxH100, TakesAsLongByTurnsWhereAllSendAlike)
{
    EngineOptions reference;
    reference.engine = Engine::reference;
    double const one_by_one = run_on(shipped("hgx_h100", "dsp_pluggable"), kDirect, kMiB).time_us;
    for (char const* at_once : {"2", "3", "7", "64"}) {
        ScenarioSpec const scenario =
            shipped("hgx_h100", "dsp_pluggable", {{"library.messages_at_once", at_once}});
        Cell const cell = run_on(scenario, kDirect, kMiB);
        expect_same_outcome(cell, run_on(scenario, kDirect, kMiB, reference));
        EXPECT_EQ(cell.time_us, one_by_one) << at_once;
    }
}

TEST(CellsOfShippedFabrics, AreTheSameOnOneTwoAndFourThreads)
{
    std::vector<CellJob> jobs;
    for (char const* technology : {"passive_copper", "dsp_pluggable", "cpo"}) {
        auto const scenario = std::make_shared<ScenarioSpec const>(shipped("hgx_b200", technology));
        auto const fabric = std::make_shared<Fabric const>(build_fabric(*scenario));
        for (auto const& what : {kRing, kTwoShot, kDirect})
            for (std::int64_t const bytes : {kMiB, std::int64_t{256}, 64 * kKiB})
                jobs.push_back({scenario, fabric, what, bytes, {}, false});
    }
    auto const one = run_cells(jobs, 1);
    for (unsigned const threads : {2u, 4u}) {
        auto const several = run_cells(jobs, threads);
        ASSERT_EQ(several.size(), jobs.size());
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            EXPECT_EQ(several[i].bytes, jobs[i].bytes);
            EXPECT_EQ(several[i].op, jobs[i].collective.op);
            EXPECT_EQ(several[i].interconnect, jobs[i].fabric->interconnect);
            expect_same_outcome(one[i], several[i]);
        }
    }
}

// ---- bounds -----------------------------------------------------------------------------------------

struct Domain {
    char const* fabric;
    double gpus, port_GBps;
};

void PrintTo(Domain const& d, std::ostream* out)
{
    *out << d.fabric;
}

class EveryDomain : public ::testing::TestWithParam<Domain> {};

//! Bytes that must leave every gpu, over its port, and the way of the last one.
double least_us(Domain const& d, CollectiveSpec const& what, std::int64_t bytes, Fabric const& fabric)
{
    double const share = (what.op == "all_reduce" ? 2 : 1) * (d.gpus - 1) / d.gpus;
    double way_ns = 0;
    for (LinkClass const& c : fabric.classes) way_ns += c.delay.total_ns();
    return (share * static_cast<double>(bytes) / d.port_GBps + way_ns) * 1e-3;
}

TEST_P(EveryDomain, NeverBeatsItsBound)
{
    for (char const* technology : {"passive_copper", "dsp_pluggable", "cpo"}) {
        ScenarioSpec const scenario = shipped(GetParam().fabric, technology);
        Fabric const fabric = build_fabric(scenario);
        for (auto const& what : {kRing, kTwoShot, kDirect})
            for (std::int64_t const bytes : {std::int64_t{256}, 4 * kKiB, 64 * kKiB, kMiB, 64 * kMiB}) {
                Cell const cell = run_cell(scenario, fabric, what, bytes);
                SCOPED_TRACE(std::string(technology) + " " + what.algorithm + " " + std::to_string(bytes));
                ASSERT_EQ(cell.status, CellStatus::done) << cell.reason;
                double const least = least_us(GetParam(), what, bytes, fabric);
                EXPECT_GE(cell.time_us, least * (1 - 1e-9));
                EXPECT_NEAR(cell.lower_bound_us, least, 1e-8 * least);
                EXPECT_LE(cell.busbw_GBps, GetParam().port_GBps);
                EXPECT_LE(cell.low_us, cell.time_us);
                EXPECT_GE(cell.high_us, cell.time_us);
                EXPECT_NEAR(cell.breakdown.total_us(), cell.time_us, 1e-9);
                EXPECT_GE(cell.breakdown.queueing_us, -1e-9);
            }
    }
}

// Chunks of 10 full packets of 256 + 16 B on every plane, with 16 B of acknowledgement for each: nothing is
// short, nothing waits for others.
TEST_P(EveryDomain, TakesItsClosedFormWhereNothingContends)
{
    ScenarioSpec const scenario = shipped(GetParam().fabric, "cpo");
    Fabric const fabric = build_fabric(scenario);
    double const n = GetParam().gpus;
    double const chunk_us = 10 * 18 * 288 / GetParam().port_GBps * 1e-3;
    double way_us = 0;
    for (LinkClass const& c : fabric.classes) way_us += c.delay.total_ns() * 1e-3;
    auto const bytes = static_cast<std::int64_t>(n) * 18 * 256 * 10;
    for (auto const& [what, expected_us] : {std::pair{kRing, 2 * (n - 1) * (chunk_us + way_us)},
                                            {kTwoShot, 2 * ((n - 1) * chunk_us + way_us)},
                                            {kDirect, (n - 1) * chunk_us + way_us}}) {
        Cell const simulated = run_cell(scenario, fabric, what, bytes);
        Cell const bound = bound_cell(scenario, fabric, what, bytes);
        EXPECT_NEAR(bound.time_us, expected_us, 1e-9 * expected_us) << what.algorithm;
        EXPECT_EQ(bound.time_us, bound.closed_form_us);
        EXPECT_EQ(bound.hops, 0);
        EXPECT_EQ(simulated.closed_form_us, bound.closed_form_us);
        EXPECT_NEAR(simulated.time_us, expected_us, 1e-6 * expected_us) << what.algorithm;
    }
}

INSTANTIATE_TEST_SUITE_P(Fabrics, EveryDomain,
                         ::testing::Values(Domain{"hgx_h100", 8, 450}, Domain{"nvl72", 72, 900}),
                         [](auto const& test) { return test.param.fabric; });

// ---- cells that are not done ------------------------------------------------------------------------

TEST(CellOfNvl72, OfLinksPastTheirReachHasAReasonAndNoFigure)
{
    ScenarioSpec scenario = shipped("nvl72", "cpo");
    scenario.technologies["cpo"].reach_m.value = 1;
    Cell const cell = run_on(scenario, kRing, 64 * kKiB);
    EXPECT_EQ(cell.status, CellStatus::infeasible);
    EXPECT_EQ(cell.reason,
              "links 'rack up' are up to 1.0201 m long, past the reach of 1 m of cpo; "
              "links 'rack down' are up to 1.0201 m long, past the reach of 1 m of cpo");
    for (double const figure :
         {cell.time_us, cell.algbw_GBps, cell.busbw_GBps, cell.lower_bound_us, cell.closed_form_us,
          cell.low_us, cell.high_us, cell.pJ_per_bit, cell.breakdown.total_us(),
          cell.energy.always_on_total_J(), cell.energy.traffic_total_J()})
        EXPECT_TRUE(std::isnan(figure));
}

// 100 B is no whole number of 16 B flits.
TEST(CellOfNvl72, ThatFailedKeepsItsReasonInABatch)
{
    auto scenario = std::make_shared<ScenarioSpec>(shipped("nvl72", "passive_copper"));
    scenario->simulation.packet_bytes = 100;
    auto const fabric = std::make_shared<Fabric const>(build_fabric(*scenario));
    std::string const alone = run_cell(*scenario, *fabric, kRing, kMiB).reason;
    auto const cells = run_cells({{scenario, fabric, kRing, kMiB, {}, false}}, 1);
    ASSERT_EQ(cells.size(), 1u);
    EXPECT_EQ(cells[0].status, CellStatus::failed);
    EXPECT_NE(alone.find("100"), std::string::npos) << alone;
    EXPECT_EQ(cells[0].reason, alone);
}

}  // namespace
}  // namespace copperwall
