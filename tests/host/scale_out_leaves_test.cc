//! Whose NICs share a leaf decides what crosses the spines between domains.
#include <gtest/gtest.h>

#include "host/account/plan.h"
#include "host/account/run_cell.h"
#include "host/account/traffic.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

//! Eight domains of 72 on leaves of 72 NICs.
ScenarioSpec job(char const* op, char const* algorithm, char const* leaves, char const* oversubscription)
{
    return load_scenario(CW_SOURCE_DIR "/workloads/world_size.toml",
                         {{"fabric.domains", "8"},
                          {"fabric.scale_out_leaves", leaves},
                          {"fabric.scale_out_oversubscription", oversubscription},
                          {"collective.op", op},
                          {"collective.algorithm", algorithm},
                          {"collective.bytes", "36MiB"},
                          {"simulation.packet_bytes", "16KiB"}});
}

//! Bytes that go up to spines of NICs over those that leave a NIC.
double crossing_share(char const* op, char const* algorithm, char const* leaves)
{
    ScenarioSpec const s = job(op, algorithm, leaves, "1.0");
    Fabric const fabric = build_fabric(s);
    Plan const plan = plan_cell(s, fabric, s.collectives[0], s.collectives[0].bytes[0]);
    Traffic const traffic = scheduled_traffic(engine_input(plan, s, fabric));
    double nic = 0, spine = 0;
    for (std::size_t c = 0; c != traffic.wire_bytes.size(); ++c) {
        if (fabric.classes[c].name == "nic up") nic = static_cast<double>(traffic.wire_bytes[c]);
        if (fabric.classes[c].name == "nic_spine up") spine = static_cast<double>(traffic.wire_bytes[c]);
    }
    return spine / nic;
}

// Rails: a leaf holds nine places of all eight domains, so that rails never leave it; of the 504 peers of a
// direct exchange in other domains 7 x 9 are below the own leaf. Domains: no peer out of the domain is.
TEST(ScaleOutLeaves, OfRailsKeepRailsBelowThem)
{
    EXPECT_EQ(crossing_share("all_reduce", "hierarchical", "rails"), 0);
    EXPECT_EQ(crossing_share("all_reduce", "hierarchical", "file"), 0);
    EXPECT_EQ(crossing_share("all_reduce", "hierarchical", "domains"), 1);
    EXPECT_NEAR(crossing_share("all_to_all", "direct", "rails"), 441.0 / 504, 1e-9);
    EXPECT_EQ(crossing_share("all_to_all", "direct", "domains"), 1);
}

double time_us(char const* leaves, char const* oversubscription)
{
    ScenarioSpec const s = job("all_reduce", "hierarchical", leaves, oversubscription);
    Fabric const fabric = build_fabric(s);
    Cell const cell = run_cell(s, fabric, s.collectives[0], s.collectives[0].bytes[0]);
    EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
    EXPECT_GE(cell.time_us, cell.lower_bound_us);
    return cell.time_us;
}

// 36 MiB: 7 x 64 KiB a NIC and way, 9.18 us at 100 GB/s and twice of it; four times that through a quarter of
// the links up.
TEST(ScaleOutLeaves, OfRailsMakeAHierarchyIndependentOfSpines)
{
    double const both_us = 2 * 7 * 65536 / 100e3;
    EXPECT_EQ(time_us("rails", "4.0"), time_us("rails", "1.0"));
    double const open_us = time_us("domains", "1.0"), narrow_us = time_us("domains", "4.0");
    EXPECT_GT(open_us, time_us("rails", "1.0"));  // two links more each way
    EXPECT_LT(open_us, time_us("rails", "1.0") + 5);
    EXPECT_GE(narrow_us - open_us, 0.9 * 3 * both_us);
    EXPECT_LE(narrow_us - open_us, 1.1 * 3 * both_us);
}

}  // namespace
}  // namespace copperwall
