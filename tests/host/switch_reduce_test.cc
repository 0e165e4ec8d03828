// Collectives in switches that reduce and copy, packet by packet: times by hand, what is sent, and what may
// not change it.
#include "host/schedule/switch_reduce.h"

#include <gtest/gtest.h>

#include <set>

#include "account_support.h"
#include "cuda/check.h"
#include "host/account/bounds.h"
#include "host/account/route.h"
#include "host/input/error.h"
#include "host/input/load.h"
#include "host/schedule/closed_form.h"
#include "schedule_mover.h"

namespace copperwall {
namespace {

using namespace account_test;

constexpr std::int64_t kMiB = 1 << 20;

//! Four gpus, two planes of 10 GB/s, packets of 256 + 16 B; units take 30 ns.
ScenarioSpec reducing()
{
    ScenarioSpec s = small_scenario();
    s.fabric.tiers.front().switches.reduce_latency_ns = between(10, 30, 90);
    return s;
}

CollectiveSpec in_rounds(char const* op, std::uint32_t rounds)
{
    CollectiveSpec c = collective(op, std::string(op) == "all_gather" ? "switch_copy" : "switch_reduce");
    c.chunks = rounds;
    return c;
}

struct Times {
    double simulated_ns = 0;
    double closed_form_ns = 0;
};

Times times_of(ScenarioSpec const& scenario, CollectiveSpec const& what, std::int64_t bytes)
{
    Cell const cell = run_small(scenario, what, bytes);
    EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
    EXPECT_NEAR(cell.breakdown.total_us(), cell.time_us, 1e-9);
    EXPECT_GE(cell.time_us, cell.lower_bound_us);
    return {cell.time_us * 1e3, cell.closed_form_us * 1e3};
}

void expect_times(Times const& times, double by_hand_ns)
{
    EXPECT_NEAR(times.simulated_ns, by_hand_ns, 1e-3);
    EXPECT_NEAR(times.closed_form_ns, by_hand_ns, 1e-3);
}

class SwitchReduce : public ::testing::Test {
protected:
    double const path = build_fabric(small_scenario()).path_ns;
    double const unit = path + 30;  //!< to a unit and back
};

// ---------------------------------------------------------------------------------------- times by hand

// A share of 5,120 B is 2,560 B a plane, ten packets of 272 B, 272 ns at 10 GB/s. Request and flag, four
// shares up and one down, one up and four down.
TEST_F(SwitchReduce, OneRoundByHand)
{
    double const m = 272;
    expect_times(times_of(reducing(), in_rounds("all_reduce", 1), 4 * 5120), 2 * path + 10 * m + 2 * unit);
    expect_times(times_of(reducing(), in_rounds("reduce_scatter", 1), 4 * 5120), path + 5 * m + unit);
    expect_times(times_of(reducing(), in_rounds("all_gather", 1), 4 * 5120), path + 5 * m + unit);
}

// unit + m < 4 m: no round waits for another to close. Up: 8 x 4 m, with the stores of rounds 0 to 5 between
// them; then two rounds of copies follow each other down, 8 m.
TEST_F(SwitchReduce, EightRoundsByHand)
{
    double const m = 272;
    ASSERT_LT(unit + m, 4 * m);
    expect_times(times_of(reducing(), in_rounds("all_reduce", 8), 8 * 4 * 5120),
                 2 * path + (8 + 2) * 4 * m + 7 * m + unit);
    expect_times(times_of(reducing(), in_rounds("reduce_scatter", 8), 8 * 4 * 5120), path + 33 * m + unit);
    expect_times(times_of(reducing(), in_rounds("all_gather", 8), 8 * 4 * 5120), path + 33 * m + unit);
}

// A share of 512 B is one packet a plane, 27.2 ns, and unit > 4 m: rounds 2 and 3 wait for 0 and 1. With u
// for unit, up: C0 0-4m, C1 4-8m, S0 5m+u, C2 6-10m+u, S1 10m+u, C3 11-15m+u, S2 11m+2u, S3 16m+2u; copies of
// round 3 go down 17-21m+2u.
TEST_F(SwitchReduce, RoundsThatWaitByHand)
{
    double const m = 27.2;
    ASSERT_GT(unit, 4 * m);
    expect_times(times_of(reducing(), in_rounds("all_reduce", 4), 4 * 4 * 512), 2 * path + 21 * m + 3 * unit);
}

// Software of a library: of rows for such switches the launch alone, else launch and steps.
TEST_F(SwitchReduce, TakesTheSoftwareOfTheLibrary)
{
    ScenarioSpec s = reducing();
    s.library.protocols.front().launch_us = exactly(3);
    s.library.protocols.front().step_us = exactly(0.5);
    double const bare = 2 * path + 10 * 272 + 2 * unit;
    expect_times(times_of(s, in_rounds("all_reduce", 1), 4 * 5120), 3000 + 2 * 500 + bare);
    InNetworkSpec row;
    row.up_to_ranks = 4;
    row.launch_us = exactly(7);
    row.rate_share = exactly(0.5);
    s.library.in_network = {row};
    // Half of the rate for payload: 512 B of the wire for each 256 B of payload, of which 272 B are sent.
    double const slower = (10 * 272) * (512.0 / 272 - 1);
    expect_times(times_of(s, in_rounds("all_reduce", 1), 4 * 5120), 7000 + bare + slower);
}

TEST_F(SwitchReduce, PutsItsTimeDownToWhatCausesIt)
{
    ScenarioSpec s = reducing();
    s.library.protocols.front().launch_us = exactly(3);
    Breakdown const b = run_small(s, in_rounds("all_reduce", 1), 4 * 5120).breakdown;
    EXPECT_NEAR(b.software_us, 3, 1e-9);
    EXPECT_NEAR(b.switch_us, (4 * 100 + 2 * 30) * 1e-3, 1e-9);  // four ways through the core, two to units
    EXPECT_NEAR(b.phy_us, 8 * 50e-3, 1e-9);
    EXPECT_NEAR(b.serialisation_us + b.queueing_us, 10 * 272e-3, 1e-6);
}

// ------------------------------------------------------------------------------------------- what is sent

//! Of two groups of five ranks: nothing is sent before what it is made of is there.
class Rounds {
public:
    static constexpr std::uint32_t kRanks = 5, kGroups = 2, kAll = kRanks * kGroups, kRounds = 4;

    void send(Move const& m)
    {
        std::uint32_t const round = m.family / 4;
        switch (m.family % 4) {
            case 0:
                EXPECT_TRUE(round < kOpenRounds || summed_.contains({m.from, round - kOpenRounds}));
                break;
            case 1:
                EXPECT_EQ((contributions_[{m.from, round}].size()), kRanks);
                break;
            case 2:
                EXPECT_TRUE(summed_.contains({m.from, round}));
                break;
            default:
                EXPECT_TRUE(stored_.contains({m.from, round}));
                break;
        }
    }

    void arrive(Move const& m)
    {
        std::uint32_t const round = m.family / 4;
        std::uint32_t const unit = m.family % 2 == 0 ? m.to : m.from;
        std::uint32_t const rank = m.family % 2 == 0 ? m.from : m.to;
        EXPECT_EQ(m.chunk, unit % kRanks);  // a unit reduces and copies the share of its own rank
        EXPECT_EQ((unit - kAll) / kRanks, rank / kRanks);
        switch (m.family % 4) {
            case 0:
                EXPECT_TRUE((contributions_[{unit, round}].insert(rank).second));
                break;
            case 1:
                EXPECT_TRUE((summed_.insert({rank, round}).second));
                break;
            case 2:
                EXPECT_TRUE((stored_.insert({unit, round}).second));
                break;
            default:
                EXPECT_TRUE((results_[{rank, round}].insert(m.chunk).second));
                break;
        }
    }

    void expect_all_have_all() const
    {
        EXPECT_EQ(results_.size(), kAll * kRounds);
        for (auto const& [where, shares] : results_) EXPECT_EQ(shares.size(), kRanks);
    }

private:
    using At = std::pair<std::uint32_t, std::uint32_t>;  //!< gpu, round
    std::map<At, std::set<std::uint32_t>> contributions_, results_;
    std::set<At> summed_, stored_;
};

CollectiveCall call_of_rounds(std::int64_t bytes)
{
    CollectiveCall call;
    call.gpus = Rounds::kAll;
    call.ranks = Rounds::kRanks;
    call.groups = Rounds::kGroups;
    call.chunks = Rounds::kRounds;
    call.bytes = bytes;
    return call;
}

TEST(SwitchReduceSchedule, ReducesEverythingOnceInAnyOrderOfArrival)
{
    for (unsigned seed = 0; seed != 20; ++seed) {
        Rounds rounds;
        Mover mover(switch_all_reduce(call_of_rounds(kMiB)), seed);
        EXPECT_TRUE(
            mover.run([&](Move const& m) { rounds.send(m); }, [&](Move const& m) { rounds.arrive(m); }));
        rounds.expect_all_have_all();
    }
}

// 1 MiB in 4 x 5 shares of whole 16 B: 52,432 B. Contributions 5, a sum, a store and 5 copies of each of 10
// ranks in each of 4 rounds.
TEST(SwitchReduceSchedule, SendsThePublishedNumberOfBytes)
{
    std::int64_t up = 0, down = 0;
    for (auto const& moves : expand(switch_all_reduce(call_of_rounds(kMiB))))
        for (Move const& m : moves) (m.from < Rounds::kAll ? up : down) += m.bytes;
    EXPECT_EQ(up, 10 * 4 * (5 + 1) * std::int64_t{52'432});
    EXPECT_EQ(down, up);
}

// ------------------------------------------------------------------------------------------- the network

TEST(ReductionUnits, AreAsFarAsTheSwitchAndChangeNoWay)
{
    ScenarioSpec const scenario = reducing();
    Fabric const fabric = build_fabric(scenario);
    EngineView view;
    Network const plain = engine_network(fabric, view);
    view.reduction_units = 3;
    Network const made = engine_network(fabric, view);
    EXPECT_NO_THROW(check(made));
    ASSERT_EQ(made.gpus, 7u);
    auto const ns = [](Network const& n, std::uint32_t from, std::uint32_t to, std::uint32_t plane) {
        Time fs = 0;
        follow_route(n, from, to, plane, [&](LinkId l) { fs += n.links[l].latency_fs; });
        return static_cast<double>(fs) * 1e-6;
    };
    for (std::uint32_t plane : {0u, 1u})
        for (std::uint32_t gpu : {0u, 1u, 2u, 6u})  // 6: the idle one
            for (std::uint32_t unit : {3u, 4u, 5u}) {
                double const there = ns(made, gpu, unit, plane), back = ns(made, unit, gpu, plane);
                EXPECT_NEAR(there + back, ns(plain, 0, 1, plane) + 30, 1e-5);
                EXPECT_NEAR(there, back, 2e-6);  // both ends of a link are alike here
            }
}

TEST(ReductionUnits, AreAtTheTiersRateWhereGpusAreSlowed)
{
    ScenarioSpec scenario = reducing();
    scenario.buffers = Buffers::infinite;
    CollectiveSpec const what = in_rounds("all_reduce", 1);
    double const whole = run_small(scenario, what, 4 * 5120).time_us;
    scenario.slowed = {SlowedSpec{}};
    scenario.slowed.front().links.gpu = 2;
    scenario.slowed.front().rate = 0.5;
    Cell const slowed = run_small(scenario, what, 4 * 5120);
    ASSERT_EQ(slowed.status, CellStatus::done) << slowed.reason;
    // In units of m, with u for the way to a unit and back, 0.91 m: gpu 2 contributes until 8, stores its own
    // sum until 10, and takes four copies of 2 m each from then on, as its own unit's is the first to come
    // (others at 10 + u and later): 18 + u against 10 + 2 u.
    double const m = 0.272, u = (build_fabric(small_scenario()).path_ns + 30) * 1e-3;
    EXPECT_NEAR(slowed.time_us - whole, 8 * m - u, 1e-6);
}

// --------------------------------------------------------------------------------------- whole machines

ScenarioSpec nvl72(Settings settings = {})
{
    settings.insert(settings.begin(), {"library.name", "ideal"});
    return load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/all_reduce_switches_nvl72.toml", settings);
}

Cell ran(ScenarioSpec const& scenario, std::int64_t bytes, EngineOptions const& options = {})
{
    Cell cell = run_cell(scenario, build_fabric(scenario), scenario.collectives.front(), bytes, options);
    EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
    return cell;
}

TEST(SwitchReduceCell, IsTheSameFoldedOrNotOnBothEnginesAndAnyThreads)
{
    Cell const folded = ran(nvl72(), 16 * kMiB);
    EXPECT_TRUE(folded.folded);
    EngineOptions threads;
    threads.threads = 2;
    EngineOptions reference;
    reference.engine = Engine::reference;
    for (Cell const& other : {ran(nvl72({{"simulation.fold", "false"}}), 16 * kMiB),
                              ran(nvl72(), 16 * kMiB, threads), ran(nvl72(), 16 * kMiB, reference)}) {
        EXPECT_EQ(other.time_us, folded.time_us);
        EXPECT_EQ(other.effective_hops, folded.effective_hops);
    }
}

//! Contributions leave the buffers as they reach their unit, so none can wait for ever.
TEST(SwitchReduceCell, CompletesWithAnyBuffers)
{
    double const infinite = ran(nvl72(), 16 * kMiB).time_us;
    EXPECT_EQ(ran(nvl72({{"fabric.buffers", "round_trip"}}), 16 * kMiB).time_us, infinite);
    EXPECT_GT(ran(nvl72({{"fabric.buffer_bytes", "4608"}}), 16 * kMiB).time_us, 1.5 * infinite);
    EXPECT_GE(ran(nvl72({{"fabric.buffer_bytes", "4608"}, {"simulation.fold", "false"}}), 100'000).time_us,
              ran(nvl72({{"simulation.fold", "false"}}), 100'000).time_us);
}

// S (1 + 1 / N) each way, as the law counts it, at what packets leave of 900 GB/s: within the 2 / 192 of two
// rounds that must be whole.
TEST(SwitchReduceCell, CarriesTheBytesOfTheLaw)
{
    constexpr std::int64_t kGiB = 1024 * kMiB;
    Cell const cell = ran(nvl72(), kGiB);
    EXPECT_EQ(cell.chunks, 192u);
    Cell const law =
        ran(nvl72({{"collective.algorithm", "in_network"}, {"library.name", "nccl_blackwell"}}), kGiB);
    EXPECT_NEAR(cell.energy.traffic_total_J() / law.energy.traffic_total_J(), 1, 2e-3);
    PathModel const path = paths_of(build_fabric(nvl72()), place_groups({72, 72, 72}, 0), 4096, {}).inside;
    double const bytes_ns = message_ns(path, kGiB) * (1 + 1.0 / 72);
    EXPECT_GT(cell.time_us * 1e3, bytes_ns);
    EXPECT_NEAR(cell.time_us * 1e3 / bytes_ns, 1 + 2.0 / 192, 3e-3);
}

// NCCL's rounds fill before the first result: what NVL72 takes beyond its rate, from 512 MiB on. stas00's and
// NVIDIA's 838 to 845 GB/s on 8 B200 are a plateau that other versions of NCCL do not reach.
TEST(SwitchReduceCell, ComesNearWhatItsRateWasMeasuredOn)
{
    Settings const nccl{{"library.name", "nccl_blackwell"}};
    double const measured_us[] = {1806.7, 3108.8, 5589.1, 10094, 20299};  // CoreWeave, NCCL 2.26.2
    for (int i = 0; i != 5; ++i) {
        Cell const nvl = ran(nvl72(nccl), (512 << i) * kMiB);
        EXPECT_EQ(nvl.protocol, "in_network");
        EXPECT_FALSE(nvl.extrapolated);
        EXPECT_NEAR(nvl.time_us / measured_us[i], 1, 0.06) << nvl.bytes;
    }
    Cell const hgx =
        ran(nvl72({{"library.name", "nccl_blackwell"}, {"fabric.file", "hgx_b200.toml"}}), 8192 * kMiB);
    EXPECT_NEAR(hgx.busbw_GBps / 840, 1, 0.07);
}

TEST(SwitchReduceCell, RunsOnPartOfTheMachine)
{
    Cell const cell = ran(nvl72({{"collective.group", "8"}, {"collective.groups", "9"}}), 16 * kMiB);
    EXPECT_EQ(ran(nvl72({{"collective.group", "8"}}), 16 * kMiB).time_us, cell.time_us);
    EXPECT_EQ(cell.ranks, 8u);
    EXPECT_NEAR(cell.time_us / cell.closed_form_us, 1, 1e-6);
}

std::string refusal(ScenarioSpec const& scenario)
{
    try {
        run_cell(scenario, build_fabric(scenario), scenario.collectives.front(), kMiB);
        return "accepted";
    } catch (InputError const& error) {
        return error.diagnostics().at(0).message;
    }
}

TEST(SwitchReduceCell, IsRefusedWhereSwitchesDoNotReduceAndNeverAmongTheBest)
{
    std::string const needs =
        "switch_reduce needs a fabric of one domain whose first switches reduce (reduce_latency_ns in its "
        "file)";
    EXPECT_EQ(
        refusal(nvl72({{"fabric.file", "cloudmatrix_384.toml"}, {"fabric.ends.rack", "dsp_pluggable"}})),
        needs);
    ScenarioSpec const best = nvl72({{"collective.algorithm", "best"}, {"library.name", "nccl_blackwell"}});
    for (Plan const& plan : ranked_plans(best, build_fabric(best), best.collectives.front(), kMiB))
        EXPECT_FALSE(plan.algorithm->in_switches()) << plan.algorithm->name;
}

}  // namespace
}  // namespace copperwall
