// Collectives in switches that reduce, over several racks: times by hand, what is sent, and what may not
// change it.
#include "host/schedule/switch_reduce_racks.h"

#include <gtest/gtest.h>

#include <set>

#include "account_support.h"
#include "cuda/check.h"
#include "host/account/bounds.h"
#include "host/account/plan.h"
#include "host/account/route.h"
#include "host/account/traffic.h"
#include "host/input/load.h"
#include "host/schedule/closed_form.h"
#include "host/schedule/switch_reduce.h"
#include "schedule_mover.h"

namespace copperwall {
namespace {

using namespace account_test;

constexpr std::int64_t kMiB = 1 << 20;

//! Three racks of four gpus, two planes of 10 GB/s, packets of 256 + 16 B; units take 30 ns. A gpu's link is
//! 109 ns, one between racks 50 + 4 + 20 + 100 = 174 ns.
ScenarioSpec racks(double oversubscription = 1)
{
    ScenarioSpec s = small_scenario();
    s.fabric.gpus = 12;
    s.fabric.tiers.front().leaf_gpus = 4;
    s.fabric.tiers.front().switches.reduce_latency_ns = between(10, 30, 90);
    TierSpec row = rack_tier();
    row.name = "row";
    row.above = "rack";
    row.wiring = "spine";
    row.length_m = exactly(4);
    row.switches.chips = 0;
    row.switches.ports = 6;
    row.placement = {};
    row.oversubscription = oversubscription;
    s.fabric.tiers.push_back(row);
    s.ends["row"] = {"wire", "wire"};
    return s;
}

CollectiveSpec in_rounds(char const* op, std::uint32_t rounds)
{
    CollectiveSpec c = collective(op, std::string(op) == "all_gather" ? "switch_copy" : "switch_reduce");
    c.chunks = rounds;
    return c;
}

Cell ran(ScenarioSpec const& scenario, CollectiveSpec const& what, std::int64_t bytes,
         EngineOptions const& options = {})
{
    Cell cell = run_cell(scenario, build_fabric(scenario), what, bytes, options);
    EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
    EXPECT_NEAR(cell.breakdown.total_us(), cell.time_us, 1e-9 * cell.time_us);
    EXPECT_GE(cell.time_us, cell.lower_bound_us);
    return cell;
}

void expect_time(ScenarioSpec const& scenario, CollectiveSpec const& what, std::int64_t bytes,
                 double by_hand_ns)
{
    Cell const cell = ran(scenario, what, bytes);
    EXPECT_NEAR(cell.time_us * 1e3, by_hand_ns, 1e-3);
    EXPECT_NEAR(cell.closed_form_us * 1e3, by_hand_ns, 1e-3);
}

// ---------------------------------------------------------------------------------------- times by hand

constexpr double kPath = 2 * (109 + 174);  //!< between racks
constexpr double kUnit = kPath + 2 * 30;   //!< to a unit, to another rack's, and to a rank there
//! By which the way to the own rack's unit is shorter; units take half of the latency of a gpu's link, each.
constexpr double kShorter = 2 * 174 - 109;

TEST(SwitchReduceRacks, AreWhereTheyAreCountedByHand)
{
    EXPECT_DOUBLE_EQ(build_fabric(racks()).path_ns, kPath);
    EXPECT_DOUBLE_EQ(build_fabric(racks()).leaf_path.typical_ns, 2 * 109);
}

// A share of 5,120 B is 2,560 B a plane, ten packets of 272 B, s = 272 ns at 10 GB/s; a block of three 816
// ns. Four blocks up and a share, a share and four blocks down; two shares and the own rack's between racks,
// as 3 s - 239 ns is more than s.
TEST(SwitchReduceRacks, OneRoundByHand)
{
    double const s = 272, x = 3 * s;
    std::int64_t const bytes = 12 * 5120;
    expect_time(racks(), in_rounds("all_reduce", 1), bytes, 2 * kPath + 2 * (12 * s + x + s) + 2 * kUnit);
    expect_time(racks(), in_rounds("reduce_scatter", 1), bytes, kPath + 12 * s + x + s + kUnit);
    expect_time(racks(), in_rounds("all_gather", 1), bytes, kPath + s + x + 12 * s + kUnit);
}

// A share of 1,024 B is two packets a plane, s = 54.4 ns: the own rack's has come before the others.
TEST(SwitchReduceRacks, TheOwnRackIsNotWaitedForByHand)
{
    double const s = 54.4;
    ASSERT_LT(3 * s, kShorter);
    expect_time(racks(), in_rounds("all_reduce", 1), 12 * 1024, 2 * kPath + 2 * (12 + 2 + 1) * s + 2 * kUnit);
}

// A share of 2,048 B: s = 108.8 ns, of which 3 s - 239 = 87.4 ns come after the other racks'.
TEST(SwitchReduceRacks, ThePartOfTheOwnRackThatIsWaitedForByHand)
{
    double const s = 108.8, x = 2 * s + 87.4;
    expect_time(racks(), in_rounds("all_reduce", 1), 12 * 2048, 2 * kPath + 2 * (13 * s + x) + 2 * kUnit);
}

// With s = 272: up C0 C1 S0 C2 S1 ... C7, 8 x 12 s + 6 s, without a gap; between racks 3 s each in the same
// order. Copies of round 5 leave the racks' way 6 s after C6, at 7 x 12 s + 5 s + 6 s, and take 12 s; then
// follow one another the sum of round 7 and the copies of rounds 6 and 7.
TEST(SwitchReduceRacks, EightRoundsByHand)
{
    double const s = 272;
    double const copies_5 = (7 * 12 + 5 + 6 + 12) * s;
    expect_time(racks(), in_rounds("all_reduce", 8), 8 * 12 * 5120,
                2 * kPath + copies_5 + (1 + 12 + 12) * s + kUnit);
    expect_time(racks(), in_rounds("reduce_scatter", 8), 8 * 12 * 5120, kPath + (8 * 12 + 3 + 1) * s + kUnit);
}

// A share of one packet a plane, s = 27.2 ns, and u = kUnit is 23 s; all in s. Up: C0 0-12, C1 12-24, S0
// 15+u-16+u, C2 -28+u, S1 -29+u, C3 -41+u, S2 31+2u-32+2u, S3 46+2u-47+2u, where sums arrive 2 for the way
// between racks, 1 and u after their contributions. Between racks X2 holds the link from 28+u to 31+u, so
// S1's copies pass it at 33+u and go down until 45+u, the sum of round 3 until 46+u; those of rounds 2 and 3
// from 34+2u and 49+2u on, 12 each.
TEST(SwitchReduceRacks, RoundsThatWaitByHand)
{
    double const s = 27.2;
    ASSERT_GT(kUnit, 15 * s);
    expect_time(racks(), in_rounds("all_reduce", 4), 4 * 12 * 512, 2 * kPath + (49 + 12) * s + 3 * kUnit);
}

// Nothing is reduced: rounds 2 and 3 are stored once all of 0 and 1 is there. In s: S0 -1, S1 -2, Y0 at 3,
// Y1 at 6 (3 of the link's for Y0, then 2), copies 3-15 and 15-27; S2 15+u-16+u, Y2 18+u, copies from there
// on, 18+u-30+u; S3 27+u-28+u, Y3 30+u, copies -42+u.
TEST(SwitchReduceRacks, CopiesThatWaitByHand)
{
    double const s = 27.2;
    ASSERT_GT(kUnit, 12 * s);
    expect_time(racks(), in_rounds("all_gather", 4), 4 * 12 * 512, kPath + 42 * s + 2 * kUnit);
}

TEST(SwitchReduceRacks, TakeTheSoftwareOfRanks)
{
    ScenarioSpec s = racks();
    s.library.protocols.front().launch_us = exactly(3);
    s.library.protocols.front().step_us = exactly(0.5);
    double const bare = 2 * kPath + 2 * (12 + 3 + 1) * 272 + 2 * kUnit;
    expect_time(s, in_rounds("all_reduce", 1), 12 * 5120, 3000 + 2 * 500 + bare);
    s.library.per_peer_us = exactly(2);  // three pauses of 2,000 ns in place of three blocks of 816 ns
    expect_time(s, in_rounds("all_reduce", 1), 12 * 5120, 3000 + 2 * 500 + bare + 3 * (2000 - 816));
}

TEST(SwitchReduceRacks, PutTheirTimeDownToWhatCausesIt)
{
    Breakdown const b = ran(racks(), in_rounds("all_reduce", 1), 12 * 1024).breakdown;
    // Four ways through three cores, there and back twice to two units; each way has four links.
    EXPECT_NEAR(b.switch_us, (4 * 300 + 4 * 30) * 1e-3, 1e-9);
    EXPECT_NEAR(b.phy_us, 16 * 50e-3, 1e-9);
    EXPECT_NEAR(b.serialisation_us + b.queueing_us, 2 * (12 + 2 + 1) * 54.4e-3, 1e-6);
    EXPECT_NEAR(b.software_us, 0, 1e-9);
}

// Two or one of four links up: 4 or 8 s for the two shares that cross. Ranks of a rack take turns of a packet
// of 27.2 ns on them; each way between racks leaves out at most as many turns as ranks share a link.
TEST(SwitchReduceRacks, TakeTheirClosedFormBelowThinSpines)
{
    double const s = 272;
    for (double const thin : {2.0, 4.0}) {
        double const by_hand = 2 * kPath + 2 * (12 * s + 2 * thin * s + s) + 2 * kUnit;
        Cell const cell = ran(racks(thin), in_rounds("all_reduce", 1), 12 * 5120);
        EXPECT_NEAR(cell.closed_form_us * 1e3, by_hand, 1e-3);
        EXPECT_NEAR(cell.time_us * 1e3, by_hand, 2 * thin * 27.2);
    }
}

// ------------------------------------------------------------------------------------------- what is sent

//! Of two groups of three racks of two ranks: nothing is sent before what it is made of is there.
class Rounds {
public:
    static constexpr std::uint32_t kRack = 2, kRacks = 3, kRanks = kRack * kRacks, kGroups = 2;
    static constexpr std::uint32_t kAll = kRanks * kGroups, kRounds = 6;

    static CollectiveCall call(std::int64_t bytes)
    {
        CollectiveCall call;
        call.gpus = kAll;
        call.ranks = kRanks;
        call.groups = kGroups;
        call.leaf_ranks = kRack;
        call.chunks = kRounds;
        call.bytes = bytes;
        return call;
    }

    void send(Move const& m)
    {
        std::uint32_t const round = m.family / 6;
        std::uint32_t const me = m.from % kAll;
        switch (m.family % 6) {
            case 0:
                EXPECT_TRUE(round < kOpenRounds || summed_.contains({me, round - kOpenRounds}));
                break;
            case 1:
                EXPECT_EQ((blocks_[{me, round}].size()), kRack);
                break;
            case 2:
                EXPECT_EQ((sums_[{me, round}].size()), kRacks);
                break;
            case 3:
                EXPECT_TRUE((summed_.contains({me, round})));
                break;
            case 4:
                EXPECT_TRUE((stored_.contains({me, round})));
                break;
            default:
                EXPECT_EQ((copies_[{me, round}].size()), kRacks);
        }
    }

    void arrive(Move const& m)
    {
        static constexpr std::uint32_t kFrom[] = {0, 1, 2, 0, 1, 2}, kTo[] = {1, 2, 0, 1, 2, 0};
        std::uint32_t const round = m.family / 6, step = m.family % 6;
        std::uint32_t const from = m.from % kAll, to = m.to % kAll;
        EXPECT_EQ(m.from / kAll, kFrom[step]);
        EXPECT_EQ(m.to / kAll, kTo[step]);
        EXPECT_EQ(from / kRanks, to / kRanks);
        bool const in_rack = from / kRack == to / kRack;
        bool const same_place = from % kRack == to % kRack;
        EXPECT_TRUE(step % 3 == 0 || step == 5 ? in_rack : same_place);
        EXPECT_TRUE(from == to || (step != 2 && step != 3));
        Held* const held[] = {&blocks_, &sums_, nullptr, nullptr, &copies_, &results_};
        bool const is_new = held[step] != nullptr
                                ? (*held[step])[{to, round}].insert(from).second
                                : (step == 2 ? summed_ : stored_).insert({to, round}).second;
        EXPECT_TRUE(is_new);
        note_open();
    }

    void expect_all_have_all() const
    {
        EXPECT_EQ(results_.size(), kAll * kRounds);
        for (auto const& [where, blocks] : results_) EXPECT_EQ(blocks.size(), kRack);
    }

    std::size_t most_open() const { return most_open_; }

private:
    using At = std::pair<std::uint32_t, std::uint32_t>;  //!< rank or that of a unit, round
    using Held = std::map<At, std::set<std::uint32_t>>;

    //! Rounds of which a unit has a part and not all.
    void note_open()
    {
        std::map<std::uint32_t, std::size_t> open[3];
        Held const* const held[] = {&blocks_, &sums_, &copies_};
        for (int i = 0; i != 3; ++i)
            for (auto const& [at, parts] : *held[i])
                if (parts.size() != 0 && parts.size() < (i == 0 ? kRack : kRacks))
                    most_open_ = std::max(most_open_, ++open[i][at.first]);
    }

    Held blocks_, sums_, copies_, results_;
    std::set<At> summed_, stored_;
    std::size_t most_open_ = 0;
};

TEST(SwitchReduceRacksSchedule, ReducesEverythingOnceInAnyOrderOfArrival)
{
    for (unsigned seed = 0; seed != 20; ++seed) {
        Rounds rounds;
        Schedule const schedule = switch_all_reduce(Rounds::call(kMiB));
        EXPECT_NO_THROW(check(schedule));
        Mover mover(schedule, seed);
        EXPECT_TRUE(
            mover.run([&](Move const& m) { rounds.send(m); }, [&](Move const& m) { rounds.arrive(m); }));
        rounds.expect_all_have_all();
        EXPECT_LE(rounds.most_open(), 2 * kOpenRounds);
    }
}

//! Bytes that leave ranks, go between units of one rack and of two, and come to ranks.
struct Sent {
    std::int64_t up = 0, own = 0, across = 0, down = 0;

    Sent(Schedule const& schedule)
    {
        for (auto const& moves : expand(schedule))
            for (Move const& m : moves) {
                bool const one_rack =
                    m.from % Rounds::kAll / Rounds::kRack == m.to % Rounds::kAll / Rounds::kRack;
                (m.from < Rounds::kAll ? up
                 : m.to < Rounds::kAll ? down
                 : one_rack            ? own
                                       : across) += m.bytes;
            }
    }
};

// 1,000,001 B in 6 x 6 shares of whole 16 B: 27,792 B. Each of 12 ranks sends six and one of them in each of
// 6 rounds and gets as many; of each of 6 racks two places send two shares to others, a half of the
// collective.
TEST(SwitchReduceRacksSchedule, SendsOnceUpAndOnceDownForEachRack)
{
    std::int64_t const share = 27'792, ranks = 12, rounds = 6;
    Sent const all(switch_all_reduce(Rounds::call(1'000'001)));
    EXPECT_EQ(all.up, ranks * rounds * 7 * share);
    EXPECT_EQ(all.down, all.up);
    EXPECT_EQ(all.across, 2 * 6 * rounds * 2 * 2 * share);
    EXPECT_EQ(all.own, all.across / 2);
    Sent const half(switch_reduce_scatter(Rounds::call(1'000'001)));
    EXPECT_EQ(half.up, ranks * rounds * 6 * share);
    EXPECT_EQ(half.down, ranks * rounds * share);
    EXPECT_EQ(half.across, all.across / 2);
    Sent const other(switch_all_gather(Rounds::call(1'000'001)));
    EXPECT_EQ(other.up, half.down);
    EXPECT_EQ(other.down, half.up);
    EXPECT_EQ(other.across, half.across);
}

TEST(SwitchReduceRacksSchedule, RefusesRacksOfUnequalRanks)
{
    CollectiveCall call = Rounds::call(kMiB);
    call.leaf_ranks = 4;
    EXPECT_THROW(switch_all_reduce(call), std::invalid_argument);
}

// ------------------------------------------------------------------------------------------- the network

double way_ns(Network const& n, std::uint32_t from, std::uint32_t to)
{
    Time fs = 0;
    follow_route(n, from, to, 0, [&](LinkId l) { fs += n.links[l].latency_fs; });
    return static_cast<double>(fs) * 1e-6;
}

Network with_units(Fabric const& fabric)
{
    EngineView view;
    view.reduction_units = fabric.network.gpus;
    view.units_per_gpu = 2;
    Network network = engine_network(fabric, view);
    EXPECT_NO_THROW(check(network));
    return network;
}

TEST(ReductionUnitsOfRacks, AreAsFarAsTheirSwitches)
{
    Network const made = with_units(build_fabric(racks()));
    ASSERT_EQ(made.gpus, 36u);
    for (std::uint32_t gpu : {0u, 3u})
        for (std::uint32_t unit : {12u + 1, 24u + 2}) {
            EXPECT_NEAR(way_ns(made, gpu, unit), 109 + 15, 1e-5);
            EXPECT_NEAR(way_ns(made, unit, gpu), 109 + 15, 1e-5);
        }
    EXPECT_NEAR(way_ns(made, 12 + 1, 24 + 9), 2 * 174 + 30, 1e-5);
    EXPECT_LT(way_ns(made, 12 + 1, 24 + 1), 2 * 174 + 30);
}

// Two racks whose switches are linked one to one: from unit to unit as from switch to switch.
TEST(ReductionUnitsOfRacks, AreAsFarInAMesh)
{
    ScenarioSpec const scenario =
        load_scenario(CW_SOURCE_DIR "/workloads/all_reduce_switches_nvl72.toml",
                      {{"fabric.file", "nvl36x2.toml"}, {"fabric.ends", "{ rack = \"passive_copper\" }"}});
    Fabric const fabric = build_fabric(scenario);
    Network const made = with_units(fabric);
    double const between = way_ns(fabric.network, 0, 36) - way_ns(fabric.network, 0, 1);
    EXPECT_NEAR(way_ns(made, 72, 144 + 36), between, 1e-5);
    EXPECT_NEAR(way_ns(made, 0, 72 + 1), way_ns(fabric.network, 0, 1) / 2,
                3);  // half but for the tray's trace
    for (Link const& link : made.links) EXPECT_GT(link.latency_fs, 40 * kFsPerNs);
}

// --------------------------------------------------------------------------------------- whole machines

ScenarioSpec domain(std::uint32_t gpus, Settings settings = {})
{
    Settings const base{{"library.name", "ideal"},
                        {"fabric.file", "domain.toml"},
                        {"fabric.domain_gpus", std::to_string(gpus)},
                        {"simulation.packet_bytes", "256"}};
    settings.insert(settings.begin(), base.begin(), base.end());
    return load_scenario(CW_SOURCE_DIR "/workloads/all_reduce_switches_nvl72.toml", settings);
}

Cell ran(ScenarioSpec const& scenario, std::int64_t bytes, EngineOptions const& options = {})
{
    return ran(scenario, scenario.collectives.front(), bytes, options);
}

//! 16 MiB fold, 1,000,001 B are no whole shares and do not.
TEST(SwitchReduceRacksCell, AreTheSameFoldedOrNotOnBothEnginesAndAnyThreads)
{
    EngineOptions threads, reference;
    threads.threads = 2;
    reference.engine = Engine::reference;
    for (std::int64_t const bytes : {2 * kMiB, std::int64_t{100'001}}) {
        Cell const one = ran(domain(144), bytes);
        EXPECT_EQ(one.folded, bytes == 2 * kMiB);
        for (Cell const& other : {ran(domain(144, {{"simulation.fold", "false"}}), bytes),
                                  ran(domain(144), bytes, threads), ran(domain(144), bytes, reference)}) {
            EXPECT_EQ(other.time_us, one.time_us);
            EXPECT_EQ(other.effective_hops, one.effective_hops);
        }
    }
}

//! Room for one packet at every input, units' too: blocks wait in their units, which are no buffers.
TEST(SwitchReduceRacksCell, CompleteWithRoomForOnePacket)
{
    for (double const thin : {1.0, 4.0}) {
        ScenarioSpec tight = racks(thin);
        tight.buffer_bytes = 272;
        for (char const* op : {"all_reduce", "reduce_scatter", "all_gather"}) {
            Cell const cell = ran(tight, in_rounds(op, 4), 4 * 12 * 2560);
            EXPECT_GT(cell.time_us, ran(racks(thin), in_rounds(op, 4), 4 * 12 * 2560).time_us);
            EngineOptions reference;
            reference.engine = Engine::reference;
            EXPECT_EQ(ran(tight, in_rounds(op, 4), 4 * 12 * 2560, reference).time_us, cell.time_us);
        }
    }
    double const infinite = ran(domain(144), 2 * kMiB).time_us;
    EXPECT_GT(ran(domain(144, {{"fabric.buffer_bytes", "272"}}), 2 * kMiB).time_us, infinite);
    EXPECT_GE(ran(domain(144, {{"fabric.buffers", "round_trip"}}), 2 * kMiB).time_us, infinite);
}

TEST(SwitchReduceRacksCell, RunWhateverWayPacketsTake)
{
    double const by_destination = ran(domain(144), 2 * kMiB).time_us;
    for (char const* routing : {"message", "packet", "adaptive"}) {
        Cell const cell = ran(domain(144, {{"fabric.routing", routing}}), 2 * kMiB);
        EXPECT_NEAR(cell.time_us / by_destination, 1, 0.2) << routing;
    }
    Settings const dead{{"fabric.dead", "[{ chip = 5, port = 79 }]"}, {"fabric.reroute", "spine"}};
    EXPECT_GE(ran(domain(144, dead), 2 * kMiB).time_us, by_destination);
}

// 64 MiB over 8 racks of 72 with a link up for 8 gpus, S (1 + 1 / N) over 900 GB/s at 17 of 18 parts beside
// acknowledgements and 256 of 272 B a packet; a round at either end and four ways below a microsecond more.
// The racks' links up carry 2 S 7/8 at an eighth of 72 gpus' rate: a fifth of the time.
TEST(SwitchReduceRacksCell, DoNotFeelThinSpines)
{
    double const rate = 900.0 * 17 / 18 * 256 / 272, S = 67108864.0;
    double const bytes_us = S * (1 + 1.0 / 576) / rate * 1e-3;
    Cell const full = ran(domain(576), 64 * kMiB);
    Cell const thin = ran(domain(576, {{"fabric.oversubscription", "8.0"}}), 64 * kMiB);
    for (Cell const& cell : {full, thin}) {
        ASSERT_GT(cell.chunks, 1u);
        EXPECT_GT(cell.time_us, bytes_us);
        EXPECT_LT(cell.time_us, bytes_us * (1 + 3.0 / cell.chunks) + 6);
        EXPECT_GT(cell.time_us, cell.lower_bound_us);
    }
    EXPECT_NEAR(thin.time_us / full.time_us, 1, 0.05);
    Cell const by_gpus =
        ran(domain(576, {{"fabric.oversubscription", "8.0"}, {"collective.algorithm", "rack_hierarchical"}}),
            64 * kMiB);
    EXPECT_GT(by_gpus.time_us, 1.5 * thin.time_us);
}

// Joules per bit on the wire: a rack's links up carry 2 S (m - 1) / m and down as much, gpus' links
// S (1 + 1 / N) each way; links of units are none.
TEST(SwitchReduceRacksCell, CountBytesOfRealLinksOnce)
{
    std::int64_t const bytes = 12 * 5120;
    ScenarioSpec const scenario = racks();
    Fabric const fabric = build_fabric(scenario);
    Plan const plan = plan_cell(scenario, fabric, in_rounds("all_reduce", 1), bytes);
    Traffic const traffic = scheduled_traffic(engine_input(plan, scenario, fabric), fabric.classes.size());
    ASSERT_EQ(fabric.classes.size(), 4u);
    std::int64_t const share = 5120 / 256 * 272;  // on the wire
    EXPECT_EQ(traffic.wire_bytes[0], 12 * 13 * share);
    EXPECT_EQ(traffic.wire_bytes[1], 12 * 13 * share);
    EXPECT_EQ(traffic.wire_bytes[2], 3 * 4 * 2 * 2 * share);  // of four places of a rack, two shares, twice
    EXPECT_EQ(traffic.wire_bytes[3], traffic.wire_bytes[2]);
    EXPECT_EQ(traffic.payload_bytes, 12 * 13 * 5120);  // that ranks got
}

TEST(SwitchReduceRacksCell, RunBesideNicsAndOnPartOfTheMachine)
{
    ScenarioSpec const with_nics = load_scenario(CW_SOURCE_DIR "/workloads/world_size.toml",
                                                 {{"fabric.domain_gpus", "144"},
                                                  {"fabric.domains", "1"},
                                                  {"simulation.packet_bytes", "256"},
                                                  {"collective.algorithm", "switch_reduce"}});
    Cell const beside = ran(with_nics, 2 * kMiB), alone = ran(domain(144), 2 * kMiB);
    EXPECT_EQ(beside.time_us, alone.time_us);
    EXPECT_EQ(beside.breakdown.phy_us, alone.breakdown.phy_us);
    EXPECT_EQ(beside.energy.traffic_total_J(), alone.energy.traffic_total_J());
    EXPECT_EQ(beside.timeline.size(), alone.timeline.size());
    Cell const groups = ran(domain(288, {{"collective.group", "128"}, {"collective.groups", "2"}}), 2 * kMiB);
    EXPECT_EQ(groups.ranks, 128u);
    EXPECT_NEAR(groups.time_us / groups.closed_form_us, 1, 1e-6);
    Cell const rack = ran(domain(144, {{"collective.group", "72"}, {"collective.groups", "2"}}), 2 * kMiB);
    EXPECT_NEAR(rack.time_us, ran(domain(72), 2 * kMiB).time_us, 1e-6);
}

}  // namespace
}  // namespace copperwall
