//! The front end is counted and draws power, and nothing of a collective goes over it.
#include <gmock/gmock.h>

#include "host/account/run_cell.h"
#include "host/input/error.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

ScenarioSpec scenario_of(Settings const& settings)
{
    return load_scenario(CW_SOURCE_DIR "/workloads/world_size.toml", settings);
}

// HGX H100: 400 Gb/s of scale-out a gpu and 400 Gb/s of front end for eight; then 800 Gb/s and 400 for four,
// 1600 and 800 for four.
TEST(DirectionalFigures, ScaleOutIsEightToTenFrontEnds)
{
    for (auto const& [nics, gpus, rate] : {std::tuple{"quantum2_400g", 8u, 50.0},
                                           {"quantum_x800_800g", 4u, 50.0},
                                           {"quantum_x800_1600g", 4u, 100.0}}) {
        ScenarioSpec const s = scenario_of({{"fabric.scale_out", nics}});
        EXPECT_EQ(s.fabric.front_end->gpus_per_link, gpus);
        EXPECT_EQ(s.fabric.front_end->link_rate_GBps.value, rate);
        Fabric const fabric = build_fabric(s);
        EXPECT_DOUBLE_EQ(fabric.front_end_rate_GBps, rate / gpus);
        EXPECT_GE(fabric.outside_rate_GBps / fabric.front_end_rate_GBps, 8) << nics;
        EXPECT_LE(fabric.outside_rate_GBps / fabric.front_end_rate_GBps, 10) << nics;
    }
}

TEST(FrontEnd, IsNoneWhereThereAreNoNics)
{
    Fabric const fabric = build_fabric(load_scenario(CW_SOURCE_DIR "/workloads/ring_64KiB_nvl72.toml"));
    EXPECT_EQ(fabric.front_end_rate_GBps, 0);
    for (LinkClass const& c : fabric.classes) EXPECT_TRUE(carries_packets(c));
}

// Domains of 8: two links each; of 72: 18.
TEST(FrontEnd, HasALinkForSoManyGpusOfADomain)
{
    for (auto const& [domain, links] : {std::pair{8u, 288u}, {72u, 288u}, {6u, 384u}}) {
        Fabric const fabric = build_fabric(scenario_of({{"fabric.domain_gpus", std::to_string(domain)},
                                                        {"fabric.domains", std::to_string(1152 / domain)}}));
        EXPECT_EQ(fabric.classes.back().tier, kFrontEnd);
        EXPECT_EQ(fabric.classes.back().count, links) << domain;
        EXPECT_EQ(fabric.network.link_classes + 2, fabric.classes.size());
    }
}

Cell ran(ScenarioSpec const& s, Fabric const& fabric)
{
    Cell const cell = run_cell(s, fabric, s.collectives[0], s.collectives[0].bytes[0]);
    EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
    return cell;
}

// 288 links of 400 Gb/s: optics 15 and SerDes 3 pJ/bit at the gpu, 15 at the switch, 98 % of it silent; NICs
// of 75 W, 80 % of it; switch cores 13.5 pJ/bit.
TEST(FrontEnd, DrawsPowerAndCarriesNothing)
{
    ScenarioSpec const with = scenario_of({});
    ScenarioSpec without = with;
    without.fabric.front_end.reset();
    Cell const more = ran(with, build_fabric(with)), less = ran(without, build_fabric(without));
    EXPECT_EQ(more.time_us, less.time_us);
    EXPECT_EQ(more.lower_bound_us, less.lower_bound_us);
    EXPECT_EQ(more.timeline.size(), less.timeline.size());
    EXPECT_DOUBLE_EQ(more.energy.traffic_total_J(), less.energy.traffic_total_J());
    double const W = 288 * (400e-3 * ((15 + 15 + 3) * 0.98 + 13.5) + 0.8 * 75);
    EXPECT_NEAR(more.energy.always_on_total_J() - less.energy.always_on_total_J(), W * more.time_us * 1e-6,
                1e-6 * W * more.time_us * 1e-6);
}

TEST(FrontEnd, MayBeBuiltOtherwise)
{
    Fabric const fabric = build_fabric(scenario_of({{"fabric.ends.front_end", "lpo"}}));
    EXPECT_EQ(fabric.classes.back().a.technology, "lpo");
    EXPECT_EQ(fabric.classes.front().a.technology, "passive_copper");
    Fabric const all = build_fabric(scenario_of({{"fabric.ends", "{ all = \"cpo\" }"}}));
    EXPECT_EQ(all.classes.back().a.technology, "dsp_pluggable");  // `all` is within domains
    try {
        scenario_of({{"fabric.ends.frontend", "lpo"}});
        FAIL();
    } catch (InputError const& error) {
        EXPECT_THAT(error.what(), ::testing::HasSubstr("front_end"));
    }
}

}  // namespace
}  // namespace copperwall
