//! An all-reduce over racks brings every contribution to every rank once, sends what is published, and takes
//! its closed form; where it wins, best takes it.
#include <gtest/gtest.h>

#include <numeric>

#include "host/account/plan.h"
#include "host/account/run_cell.h"
#include "host/input/load.h"
#include "host/schedule/registry.h"
#include "tests/cuda/support/networks.h"
#include "tests/host/reduction_replay.h"

namespace copperwall {
namespace {

Algorithm const& rack_hierarchical()
{
    return *find_algorithm("all_reduce", "rack_hierarchical");
}

//! R domains of m racks of q ranks: 120 ns a link at 50 GB/s, 200 ns to a spine, NICs of 10 GB/s and 2000 ns.
struct Shape {
    std::uint32_t domains, racks, places, spines;
    std::uint32_t ranks() const { return domains * racks * places; }
};

struct Cluster {
    Shape shape;
    PacketFormat format{256, 16, 16};
    CollectiveCall call;

    Cluster(Shape const& s, std::int64_t bytes) : shape(s)
    {
        call.gpus = call.ranks = s.ranks();
        call.domain_ranks = s.racks * s.places;
        call.leaf_ranks = s.places;
        call.bytes = bytes;
        call.launch_ns = 1000;
        call.step_ns = 70;
    }

    Network network() const
    {
        testing::Shape domain, between;
        domain.leaves = shape.racks;
        domain.per_leaf = shape.places;
        domain.spines = shape.spines;
        between.per_leaf = shape.ranks();
        between.rate_Bps = 10'000'000'000;
        between.latency_fs = 1000 * kFsPerNs;
        return shape.domains == 1 ? testing::leaf_spine(domain)
                                  : testing::cluster(domain, shape.domains, between);
    }

    Paths paths() const
    {
        PathModel in, out;
        in.format = out.format = format;
        in.port_rate_GBps = 50;
        in.path_ns = 2 * (120 + 200);
        in.leaf_ranks = shape.places;
        in.leaf_path_ns = 2 * 120;
        in.up_share = double(shape.spines) / shape.places;
        out.port_rate_GBps = 10;
        out.path_ns = 2000;
        return shape.domains == 1 ? Paths(in) : Paths(in, out);
    }

    Schedule schedule() const
    {
        Schedule const s = rack_hierarchical().make(call);
        check(s);
        return s;
    }

    EngineResult run() const { return copperwall::run({network(), schedule(), format}); }

    double excess_ns() const
    {
        double const simulated = static_cast<double>(run().finish_fs) / static_cast<double>(kFsPerNs);
        return simulated - rack_hierarchical().closed_form_ns(call, paths());
    }
};

//! Parts (place, rack, domain): a domain's share of a rack's share of a place's share.
PartsOf parts_of(Shape const& s)
{
    return [=](Move const& m) {
        std::uint32_t const q = s.places, l = s.places * s.racks;
        std::uint32_t first = m.chunk * s.racks * s.domains, count = s.racks * s.domains;
        if (m.from / q != m.to / q) {
            first = (m.from % q * s.racks + m.chunk) * s.domains;
            count = s.domains;
        }
        if (m.from / l != m.to / l) {
            first = (m.from % q * s.racks + m.from % l / q) * s.domains + m.chunk;
            count = 1;
        }
        std::vector<std::uint32_t> parts(count);
        std::iota(parts.begin(), parts.end(), first);
        return parts;
    };
}

class RackAllReduce : public ::testing::TestWithParam<Shape> {};

TEST_P(RackAllReduce, LeavesEveryContributionOnceAtEveryRank)
{
    Cluster const c(GetParam(), 100'000);
    ReductionReplay real(c.call.ranks, c.call.ranks, parts_of(GetParam()));
    real.replay(c.schedule(), c.run());
    EXPECT_TRUE(real.complete());
}

// One domain: in any order, but for the sums of the own rack, which come first.
TEST(RackAllReduceOfOneDomain, LeavesEveryContributionOnceInAnyOrder)
{
    Cluster const c({1, 3, 4, 4}, 100'000);
    for (unsigned seed = 0; seed != 5; ++seed) {
        ReductionReplay any(12, 12, parts_of(c.shape));
        Mover mover(c.schedule(), seed, 12, 1);
        EXPECT_TRUE(mover.run([&](Move const& m) { any.send(m); }, [&](Move const& m) { any.arrive(m); }));
        EXPECT_TRUE(any.complete());
    }
}

// In the rack 2 S (q-1)/q, over spines 2 S/q (m-1)/m, over the NIC 2 S/(q m) (R-1)/R.
TEST_P(RackAllReduce, SendsTheLeastOverSpinesAndNics)
{
    std::int64_t const q = GetParam().places, m = GetParam().racks, r = GetParam().domains;
    std::int64_t const bytes = 16 * q * m * r * 9;
    for (auto const& moves : expand(Cluster(GetParam(), bytes).schedule())) {
        std::int64_t rack = 0, spines = 0, nic = 0;
        for (Move const& move : moves) {
            bool const one_domain = move.from / (q * m) == move.to / (q * m);
            (!one_domain ? nic : move.from / q == move.to / q ? rack : spines) += move.bytes;
        }
        EXPECT_EQ(rack, 2 * bytes * (q - 1) / q);
        EXPECT_EQ(spines, 2 * bytes / q * (m - 1) / m);
        EXPECT_EQ(nic, 2 * bytes / (q * m) * (r - 1) / r);
    }
}

// A link up for every rank: nothing meets.
TEST_P(RackAllReduce, TakesItsClosedForm)
{
    for (std::int64_t bytes : {1 << 10, 100'000, 4 << 20})
        EXPECT_NEAR(Cluster(GetParam(), bytes).excess_ns(), 0, 1e-3) << bytes;
}

// Half or a quarter of the links up: ranks of a rack take turns there, packet by packet; what that leaves out
// are turns of 272 B, 5.44 ns, on either way.
TEST_P(RackAllReduce, TakesItsClosedFormBelowOversubscribedSpines)
{
    Shape thin = GetParam();
    for (std::uint32_t const part : {2u, 4u}) {
        thin.spines = GetParam().places / part;
        for (std::int64_t bytes : {1 << 10, 100'000, 4 << 20}) {
            double const excess = Cluster(thin, bytes).excess_ns();
            EXPECT_GE(excess, -1e-3) << bytes;
            EXPECT_LE(excess, 2 * part * 272 / 50.0) << bytes;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Cases, RackAllReduce,
                         ::testing::Values(Shape{1, 2, 4, 4}, Shape{1, 3, 4, 4}, Shape{1, 8, 4, 4},
                                           Shape{2, 3, 4, 4}, Shape{3, 2, 8, 8}));

// 24 ranks, S = 24 x 1600 B: in the rack 3 x 9600 B / 100 = 288 ns and 50 ns, between racks 2 x 32 ns and
// 200 ns, over the NIC 160 ns and 2000 ns, each twice; six steps of 10 ns and a launch of 100. Half the links
// up: 64 ns more each way, but the first rank is done a packet of 3200 B, 32 ns, before the last. A message
// every 100 ns: 200 + 96 in place of 288, 100 + 32 in place of 64.
TEST(RackAllReduceClosedForm, IsTheSumOfItsSixSteps)
{
    Cluster c({2, 3, 4, 4}, 24 * 1600);
    c.call.launch_ns = 100;
    c.call.step_ns = 10;
    PathModel in, out;
    in.format = out.format = {4096, 0, 16};
    in.port_rate_GBps = 100;
    in.path_ns = 200;
    in.leaf_ranks = 4;
    in.leaf_path_ns = 50;
    out.port_rate_GBps = 10;
    out.path_ns = 2000;
    auto const ns = [&] { return rack_hierarchical().closed_form_ns(c.call, {in, out}); };
    EXPECT_DOUBLE_EQ(ns(), 160 + 2 * (288 + 50) + 2 * (64 + 200) + 2 * (160 + 2000));
    in.up_share = 0.5;
    EXPECT_DOUBLE_EQ(ns(), 160 + 2 * (288 + 50) + 2 * (128 + 200) - 32 + 2 * (160 + 2000));
    in.up_share = 1;
    c.call.per_peer_ns = 100;
    EXPECT_DOUBLE_EQ(ns(), 160 + 2 * (296 + 50) + 2 * (132 + 200) + 2 * (160 + 2000));
    EXPECT_THROW(rack_hierarchical().closed_form_ns(c.call, in), std::invalid_argument);
    c.call.leaf_ranks = 5;
    EXPECT_THROW(rack_hierarchical().make(c.call), std::invalid_argument);
}

TEST(RackAllReduceClosedForm, OfOneRackADomainIsHierarchical)
{
    Algorithm const& hierarchical = *find_algorithm("all_reduce", "hierarchical");
    for (std::uint32_t const rack : {0u, 1u, 12u}) {
        Cluster c({2, 3, 4, 4}, 24 * 1600);
        c.call.leaf_ranks = rack;
        EXPECT_EQ(rack_hierarchical().make(c.call).families.size(),
                  hierarchical.make(c.call).families.size());
        EXPECT_EQ(rack_hierarchical().closed_form_ns(c.call, c.paths()),
                  hierarchical.closed_form_ns(c.call, c.paths()));
    }
}

// ----------------------------------------------------------------------------------- on the study's fabric

ScenarioSpec job(std::uint32_t domain, char const* algorithm, char const* oversubscription)
{
    return load_scenario(CW_SOURCE_DIR "/workloads/world_size.toml",
                         {{"fabric.domain_gpus", std::to_string(domain)},
                          {"fabric.domains", "1"},
                          {"fabric.oversubscription", oversubscription},
                          {"collective.op", "all_reduce"},
                          {"collective.algorithm", algorithm},
                          {"collective.bytes", "64MiB"},
                          {"library.name", "ideal"}});
}

Cell ran(ScenarioSpec const& s)
{
    Fabric const fabric = build_fabric(s);
    Cell const cell = run_cell(s, fabric, s.collectives[0], s.collectives[0].bytes[0]);
    EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
    EXPECT_GE(cell.time_us, cell.lower_bound_us);
    return cell;
}

// 64 MiB on 8 racks of 72 with a link up for 8 gpus: 2 S 71/72 over 900 GB/s in the rack, 2 S/72 7/8 over an
// eighth of it between racks, at 17 of 18 parts beside acknowledgements and 256 of 272 B a packet.
TEST(RackAllReduceOnRacksOf72, IsBestBelowThinSpines)
{
    double const rate = 900.0 * 17 / 18 * 256 / 272, S = 67108864.0;
    double const bytes_us = (2 * S * 71 / 72 + 2 * S / 72 * 7 / 8 * 8) / rate * 1e-3;
    Cell const cell = ran(job(576, "best", "8.0"));
    EXPECT_EQ(cell.ran, "rack_hierarchical");
    EXPECT_GT(cell.time_us, bytes_us);
    EXPECT_LT(cell.time_us, bytes_us * 1.01 + 4);  // four ways below 1 us
    EXPECT_GT(ran(job(576, "ring", "8.0")).time_us, 2 * cell.time_us);
}

TEST(RackAllReduceOnRacksOf72, IsNotTriedInOneRack)
{
    ScenarioSpec const s = job(72, "best", "1.0");
    Fabric const fabric = build_fabric(s);
    for (Plan const& plan : ranked_plans(s, fabric, s.collectives[0], s.collectives[0].bytes[0]))
        EXPECT_STRNE(plan.algorithm->name, "rack_hierarchical");
}

}  // namespace
}  // namespace copperwall
