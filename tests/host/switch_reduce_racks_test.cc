// Collectives in switches that reduce, over several racks: times by hand, and the network.
#include "cuda/check.h"
#include "host/account/route.h"
#include "host/input/load.h"
#include "racks_that_reduce.h"

namespace copperwall {
namespace {

using namespace account_test;

void expect_time(ScenarioSpec const& scenario, CollectiveSpec const& what, std::int64_t bytes,
                 double by_hand_ns)
{
    Cell const cell = ran(scenario, what, bytes);
    EXPECT_NEAR(cell.time_us * 1e3, by_hand_ns, 1e-3);
    EXPECT_NEAR(cell.closed_form_us * 1e3, by_hand_ns, 1e-3);
}

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
// of 27.2 ns on them, so that the first has its sum thin - 1 packets before the last and stores it.
TEST(SwitchReduceRacks, TakeTheirClosedFormBelowThinSpines)
{
    double const s = 272, packet = 27.2;
    for (double const thin : {2.0, 4.0}) {
        double const half = kPath + 12 * s + 2 * thin * s + s + kUnit;
        double const all = 2 * half - (thin - 1) * packet;
        for (auto const& [op, by_hand] :
             {std::pair{"all_reduce", all}, {"reduce_scatter", half}, {"all_gather", half}}) {
            Cell const cell = ran(racks(thin), in_rounds(op, 1), 12 * 5120);
            EXPECT_NEAR(cell.closed_form_us * 1e3, by_hand, 1e-3);
            EXPECT_GE(cell.time_us * 1e3, by_hand - 1e-3) << op;
            EXPECT_LE(cell.time_us * 1e3, by_hand + 2 * thin * packet) << op;
        }
        for (std::uint32_t const rounds : {2u, 5u, 16u}) {
            Cell const cell = ran(racks(thin), in_rounds("all_reduce", rounds), rounds * 12 * 2560);
            EXPECT_GE(cell.time_us, cell.closed_form_us * (1 - 1e-6)) << rounds;
            EXPECT_LE(cell.time_us * 1e3, cell.closed_form_us * 1e3 + rounds * 2 * thin * packet) << rounds;
        }
    }
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

}  // namespace
}  // namespace copperwall
