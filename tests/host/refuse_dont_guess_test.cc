//! Failures that must not pass in silence: each either works, or ends in an error that says what is wrong.
#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <set>
#include <sstream>

#include "account_support.h"
#include "command_support.h"
#include "host/account/batch.h"
#include "host/command/execution.h"
#include "host/command/exit_code.h"
#include "host/input/load.h"
#include "host/schedule/registry.h"

namespace copperwall {
namespace {

namespace fs = std::filesystem;
using namespace account_test;
using ::testing::HasSubstr;

constexpr std::int64_t kMiB = 1 << 20;

// ---- many ports -------------------------------------------------------------------------------------

//! 576 gpus on one switch chip a plane: 576 ports.
ScenarioSpec one_big_switch()
{
    ScenarioSpec s = small_scenario();
    s.fabric.gpus = 576;
    s.fabric.tiers.front().placement.gpus_per_tray = 576;
    return s;
}

// 10 full packets of 27.2 ns a plane to each of 575 others, one way of 218 ns: 575 x 272 + 218 = 156,618 ns.
TEST(RefuseDontGuess, ASwitchOf576PortsTakesTheClosedForm)
{
    ScenarioSpec const scenario = one_big_switch();
    Fabric const fabric = build_fabric(scenario);
    ASSERT_EQ(fabric.network.nodes[576].egress_count, 576u);
    Cell const cell =
        run_cell(scenario, fabric, collective("all_to_all", "direct"), std::int64_t{576} * 2 * 10 * 256);
    ASSERT_EQ(cell.status, CellStatus::done) << cell.reason;
    EXPECT_NEAR(cell.time_us, 156.618, 1e-6);
    EXPECT_NEAR(cell.closed_form_us, 156.618, 1e-6);
}

// ---- unfinished messages ----------------------------------------------------------------------------

//! One signal more than ever comes.
EngineResult wait_for_ever(EngineInput const& input, EngineOptions const& options)
{
    EngineInput more = input;
    for (Family& f : more.schedule.families)
        if (f.wait != kNone) ++f.need_0;
    return run(more, options);
}

TEST(RefuseDontGuess, ACounterThatNeverFiresFailsTheRunAndNamesItsTransfers)
{
    ScenarioSpec const scenario = small_scenario();
    Fabric const fabric = build_fabric(scenario);
    for (Engine const engine : {Engine::windows, Engine::reference}) {
        EngineOptions options;
        options.engine = engine;
        Cell const cell =
            run_cell(scenario, fabric, collective("all_reduce", "two_shot"), 4096, options, wait_for_ever);
        EXPECT_EQ(cell.status, CellStatus::failed);
        // The second of two steps: 4 gpus, 3 transfers each.
        EXPECT_THAT(cell.reason, HasSubstr("12 of 24 transfers never completed: gpu 0 to gpu 1 in step 1"));
        EXPECT_TRUE(std::isnan(cell.time_us));
        std::ostringstream out;
        std::ostringstream err;
        EXPECT_EQ(outcome({cell}, {}, {out, err}), kScenarioFailed);
        EXPECT_THAT(err.str(), HasSubstr("never completed"));
    }
}

// ---- figures that cannot be -------------------------------------------------------------------------

EngineResult too_fast(EngineInput const& input, EngineOptions const& options)
{
    EngineResult result = run(input, options);
    result.finish_fs /= 100;
    return result;
}

EngineResult loses_a_flit_everywhere(EngineInput const& input, EngineOptions const& options)
{
    EngineResult result = run(input, options);
    for (auto* use : {&result.links.front(), &result.links.back()}) use->wire_bytes -= 16;
    for (std::size_t c = 0; c != input.network.link_classes; ++c) result.steps[c].wire_bytes -= 16;
    return result;
}

//! Sums over all links stay right: a switch of one plane forwards what one of the other plane got.
EngineResult swaps_planes(EngineInput const& input, EngineOptions const& options)
{
    EngineResult result = run(input, options);
    result.links[0].wire_bytes -= 16;
    result.links[1].wire_bytes += 16;
    return result;
}

EngineResult forgets_a_packet_of_the_timeline(EngineInput const& input, EngineOptions const& options)
{
    EngineResult result = run(input, options);
    result.steps.front().packets -= 1;
    return result;
}

EngineResult delivers_twice(EngineInput const& input, EngineOptions const& options)
{
    EngineResult result = run(input, options);
    result.links.back().packets += 1;
    return result;
}

std::string reason_of(EngineRun engine)
{
    ScenarioSpec scenario = small_scenario();
    scenario.simulation.fold = false;
    Cell const cell =
        run_cell(scenario, build_fabric(scenario), collective("all_to_all", "direct"), 100'000, {}, engine);
    EXPECT_EQ(cell.status, CellStatus::failed);
    EXPECT_TRUE(std::isnan(cell.time_us));
    EXPECT_TRUE(std::isnan(cell.busbw_GBps));
    EXPECT_TRUE(cell.timeline.empty());
    return cell.reason;
}

TEST(RefuseDontGuess, AFigureThatBreaksAnInvariantFailsTheCell)
{
    EXPECT_THAT(reason_of(too_fast), HasSubstr("beats the lower bound"));
    EXPECT_THAT(reason_of(loses_a_flit_everywhere), HasSubstr("not conserved"));
    EXPECT_THAT(reason_of(swaps_planes), HasSubstr("traffic is not conserved: switch 0 got"));
    EXPECT_THAT(reason_of(forgets_a_packet_of_the_timeline), HasSubstr("their timeline has"));
    EXPECT_THAT(reason_of(delivers_twice), HasSubstr("traffic is not conserved: switch 1 got"));
}

// ---- what there is not ------------------------------------------------------------------------------

class RefuseDontGuessCommand : public CommandTest {};

TEST_F(RefuseDontGuessCommand, EveryOpWithAnAlgorithmOfAnotherIsRefusedWithWhatThereIs)
{
    std::set<std::string> ops;
    std::set<std::string> names;
    for (Algorithm const& a : algorithms()) {
        ops.insert(a.op);
        names.insert(a.name);
    }
    names.insert("tree");
    std::size_t refused = 0;
    for (auto const& op : ops)
        for (auto const& name : names) {
            if (find_algorithm(op, name) != nullptr) continue;
            auto const said =
                copperwall({"run", "workloads/ring_64KiB_nvl72.toml", "--set", "collective.op=" + op, "--set",
                            "collective.algorithm=" + name, "-o", file("out.h5")});
            EXPECT_EQ(said.code, kBadInput);
            EXPECT_EQ(said.out, "");
            EXPECT_THAT(said.err, HasSubstr("no algorithm '" + name + "' for op '" + op + "'; known: "));
            EXPECT_FALSE(fs::exists(file("out.h5")));
            ++refused;
        }
    EXPECT_GE(refused, ops.size());
}

// ---- knobs of the simulation ------------------------------------------------------------------------

void expect_same(Cell const& a, Cell const& b)
{
    ASSERT_EQ(a.status, CellStatus::done) << a.reason;
    ASSERT_EQ(b.status, CellStatus::done) << b.reason;
    EXPECT_EQ(a.time_us, b.time_us);
    EXPECT_EQ(a.hops, b.hops);
    EXPECT_EQ(a.breakdown.queueing_us, b.breakdown.queueing_us);
    EXPECT_EQ(a.energy.always_on_total_J(), b.energy.always_on_total_J());
    EXPECT_EQ(a.energy.traffic_total_J(), b.energy.traffic_total_J());
    ASSERT_EQ(a.timeline.size(), b.timeline.size());
    for (std::size_t i = 0; i != a.timeline.size(); ++i) {
        EXPECT_EQ(a.timeline[i].start_us, b.timeline[i].start_us);
        EXPECT_EQ(a.timeline[i].end_us, b.timeline[i].end_us);
        EXPECT_EQ(a.timeline[i].busy_us, b.timeline[i].busy_us);
        EXPECT_EQ(a.timeline[i].wire_bytes, b.timeline[i].wire_bytes);
    }
}

TEST(RefuseDontGuess, NoKnobOfTheSimulationChangesAResult)
{
    ScenarioSpec const scenario = load_scenario(
        std::string(CW_SOURCE_DIR) + "/workloads/all_to_all_nvl72.toml", {{"fabric.file", "nvl36x2.toml"}});
    Fabric const fabric = build_fabric(scenario);
    for (auto const& what : {collective("all_to_all", "direct"), collective("all_reduce", "two_shot")}) {
        Cell const plain = run_cell(scenario, fabric, what, 300'000);
        for (unsigned const threads : {1u, 2u, 3u})
            for (Time const window : {Time{0}, Time{50'000'000}, Time{13'000'001}})
                for (std::uint32_t const train : {kNone, 3u}) {
                    EngineOptions options;
                    options.threads = threads;
                    options.window_fs = window;
                    options.longest_train = train;
                    expect_same(plain, run_cell(scenario, fabric, what, 300'000, options));
                }
    }
}

// ---- the bound of injection -------------------------------------------------------------------------

class InjectionBound : public ::testing::TestWithParam<char const*> {};

ScenarioSpec all_cpo(std::string const& fabric, std::uint32_t packet_bytes)
{
    return load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/ring_64KiB_nvl72.toml",
                         {{"fabric.file", fabric + ".toml"},
                          {"fabric.ends.rack", "cpo"},
                          {"simulation.packet_bytes", std::to_string(packet_bytes)}});
}

//! Every gpu sends (n-1)/n of 64 MiB, headers and acknowledgements included, at its port's rate; the last
//! byte still has its way. Packets are the largest powers of two of which every message has one for each
//! plane: planes fold.
TEST_P(InjectionBound, HoldsAllToAllOf64MiBWithinFivePercent)
{
    Fabric const plain = build_fabric(all_cpo(GetParam(), 256));
    double const n = plain.network.gpus;
    std::uint32_t const planes = plain.network.ports[kInside].planes;
    auto const packet_bytes =
        std::bit_floor(static_cast<std::uint32_t>(64 * kMiB / n / std::max(planes, 2u)));
    ScenarioSpec const scenario = all_cpo(GetParam(), packet_bytes);
    Fabric const fabric = build_fabric(scenario);
    Cell const cell = run_cell(scenario, fabric, collective("all_to_all", "direct"), 64 * kMiB);
    ASSERT_EQ(cell.status, CellStatus::done) << cell.reason;
    EXPECT_EQ(cell.folded, planes > 1);
    WireSpec const& wire = fabric.spec.tiers.front().wire;
    double const headers = 1 + (wire.header_bytes.value + wire.ack_bytes.value) /
                                   wire.payload_bytes.value;  // as many come as go
    double const bound_us =
        (n - 1) / n * 64 * kMiB * headers / (fabric.port_rate_GBps * 1e3) + fabric.path_ns * 1e-3;
    std::printf("  %s, packets of %u B: %.3f us, bound %.3f us, %+.2f %%\n", GetParam(), packet_bytes,
                cell.time_us, bound_us, 100 * (cell.time_us / bound_us - 1));
    EXPECT_GE(cell.time_us, cell.lower_bound_us);
    EXPECT_LE(cell.time_us, 1.05 * bound_us);
}

INSTANTIATE_TEST_SUITE_P(Shipped, InjectionBound,
                         ::testing::Values("hgx_h100", "hgx_b200", "nvl72", "vr_nvl72", "kyber_nvl144",
                                           "nvl36x2", "nvl576", "nvl1152_1800", "nvl1152_3600",
                                           "cloudmatrix_384"));

}  // namespace
}  // namespace copperwall
