// Frames of NICs, which packets simulated may hold many of, or be parts of.
#include <gtest/gtest.h>

#include "host/account/plan.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

//! Two domains of two gpus each, over NICs of 100 GB/s.
ScenarioSpec two_domains(std::string const& wire, std::string const& packet_bytes)
{
    return load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/world_size.toml",
                         {{"fabric.domain_gpus", "2"},
                          {"fabric.domains", "2"},
                          {"fabric.wire.nic", wire},
                          {"simulation.packet_bytes", packet_bytes},
                          {"simulation.fold", "false"}});
}

//! One message of `bytes` from gpu 0 to gpu 2, in the other domain.
double taken_by_nics(ScenarioSpec const& s, std::int64_t bytes)
{
    Fabric const fabric = build_fabric(s);
    EngineInput input = engine_input(plan_cell(s, fabric, s.collectives.front(), 1 << 20), s, fabric);
    Family f;
    f.count = 1;
    f.group = 4;
    f.table = 0;
    Schedule one;
    one.gpus = 4;
    one.families = {f};
    one.table.resize(4);
    one.table[0] = {2, bytes, 0};
    input.schedule = one;
    double const ns = static_cast<double>(run(input).finish_fs) / static_cast<double>(kFsPerNs);
    return (ns - fabric.outside_leaf_path.typical_ns) * fabric.outside_rate_GBps;
}

// Cells of 4 KiB are frames of 4096 + 26 B, cells of 64 KiB are 16 of them.
TEST(WireFormat, NicsHaveTheirOwn)
{
    double const ib = 4152 / 4122., roce = 4264 / 4178.;
    for (char const* cell : {"4KiB", "64KiB"}) {
        EXPECT_NEAR(taken_by_nics(two_domains("infiniband", cell), 128), 154 * ib, 0.1) << cell;
        EXPECT_NEAR(taken_by_nics(two_domains("infiniband", cell), 1 << 20), 256 * 4122 * ib, 2) << cell;
        EXPECT_NEAR(taken_by_nics(two_domains("ethernet", cell), 4096 + 64), (4178 + 146) * roce, 0.1)
            << cell;
        EXPECT_NEAR(taken_by_nics(two_domains("none", cell), 1 << 20), 1 << 20, 2) << cell;
    }
}

// Cells of 256 B carry ceil(26 / 16) = 2 B of a frame's header each, so that 4096 B take 16 x 258 in place of
// 4122 B; a short one carries all of it. Never less than frames do, but for the last full cell's rest.
TEST(WireFormat, PartsOfANicsFrameCarryTheirPart)
{
    double const ib = 4152 / 4122.;
    EXPECT_NEAR(taken_by_nics(two_domains("infiniband", "256B"), 128), 154 * ib, 0.1);
    EXPECT_NEAR(taken_by_nics(two_domains("infiniband", "256B"), 4096), 16 * 258 * ib, 0.1);
    EXPECT_NEAR(taken_by_nics(two_domains("infiniband", "256B"), 4096 + 64), (16 * 258 + 64 + 26) * ib, 0.1);
}

}  // namespace
}  // namespace copperwall
