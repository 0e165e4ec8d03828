// Links of a scenario that are down for a while, or for good: times and lists worked out by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "command_support.h"
#include "host/account/run_cell.h"
#include "host/command/unfinished_list.h"
#include "host/fabric/fabric.h"
#include "host/input/error.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kBytes = 18 * 256 * 1000;  //!< 1,000 full packets on each of 18 planes
constexpr double kPacket_us = 5.76e-3;            //!< 256 + 16 + 16 B at 50 GB/s
constexpr double kRounding_us = 1e-6;             //!< a femtosecond a packet

ScenarioSpec nvl72(std::string const& outages)
{
    Settings settings{{"library.name", "ideal"}};
    if (!outages.empty()) settings.emplace_back("fabric.outage", outages);
    return load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/all_to_all_nvl72.toml", settings);
}

CollectiveSpec to_next()
{
    CollectiveSpec c;
    c.op = "send_recv";
    c.algorithm = "next";
    return c;
}

Cell ran(std::string const& outages, EngineOptions const& options = {})
{
    ScenarioSpec const scenario = nvl72(outages);
    return run_cell(scenario, build_fabric(scenario), to_next(), kBytes, options);
}

//! Later than without, us.
double late_us(std::string const& outages)
{
    Cell const cell = ran(outages);
    EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
    return cell.time_us - ran("").time_us;
}

// 1,000 packets of 5.76 ns on a port end at 5.76 us: down at 1 us, when the 174th is under way until 1.00224
// us.
TEST(OutageInAScenario, DelaysABusyPortByItsLength)
{
    double const under_way_us = 174 * kPacket_us - 1;
    for (double const d : {0.5, 3.0, 250.0}) {
        std::string const when = ", at_us = 1, for_us = " + std::to_string(d) + " }]";
        EXPECT_NEAR(late_us("[{ gpu = 3, plane = 5, direction = \"up\"" + when), d - under_way_us,
                    kRounding_us);
        EXPECT_NEAR(late_us("[{ gpu = 3" + when), d, 0.3);  // as long on the way in, whose packets come later
        EXPECT_NEAR(late_us("[{ chip = 5, direction = \"up\"" + when), d - under_way_us, kRounding_us);
    }
    EXPECT_NEAR(late_us("[{ gpu = 3, plane = 5, at_us = 100, for_us = 5 }]"), 0,
                1e-12);  // it is over by then
}

TEST(OutageInAScenario, IsOneWithThoseItOverlaps)
{
    EXPECT_NEAR(late_us("[{ gpu = 3, at_us = 0, for_us = 2 }, { gpu = 3, plane = 1, at_us = 1, for_us = 3 }, "
                        "{ gpu = 3, at_us = 2, for_us = 1 }]"),
                4, 0.3);
}

// Down for d while the 174th of the 1,000 packets of plane 5 is under way, then half as fast: the other 826
// take another packet's time each. The last waits for its tail at the switch, and is sent on in a packet's
// time.
TEST(OutageInAScenario, LeavesALinkSlower)
{
    double const d = 3;
    double const under_way_us = 174 * kPacket_us - 1;
    double const late = d - under_way_us + 826 * kPacket_us;
    EXPECT_NEAR(late_us("[{ gpu = 3, plane = 5, direction = \"up\", at_us = 1, for_us = 3, rate = 0.5 }]"),
                late, kRounding_us);
    double const again_us =
        1 + d + 826 * 2 * kPacket_us;  // the last packet has just started when it is down again
    std::string const twice =
        "[{ gpu = 3, plane = 5, direction = \"up\", at_us = 1, for_us = 3, rate = 0.5 }, "
        "{ gpu = 3, plane = 5, direction = \"up\", at_us = " +
        std::to_string(again_us - 400 * 2 * kPacket_us) + ", for_us = 1, rate = 1 }]";
    EXPECT_NEAR(late_us(twice), late + 1 - 400 * kPacket_us, 2 * kPacket_us);
    std::string const together =
        "[{ gpu = 3, plane = 5, direction = \"up\", at_us = 1, for_us = 2, rate = 0.25 }, "
        "{ gpu = 3, plane = 5, direction = \"up\", at_us = 2, for_us = 2, rate = 0.5 }]";
    EXPECT_NEAR(late_us(together), late, kRounding_us);
}

TEST(OutageInAScenario, KeepsTheRateOfASlowedLinkUnlessItSaysSo)
{
    ScenarioSpec scenario = nvl72("[{ gpu = 3, plane = 5, at_us = 1, for_us = 3 }]");
    auto const slow = [&] {
        scenario.slowed = {{scenario.outages.front().links, 0.5, {}}};
        return run_cell(scenario, build_fabric(scenario), to_next(), kBytes, {}).time_us;
    };
    double const as_before = slow();
    scenario.outages.front().rate = 0.5;
    EXPECT_EQ(slow(), as_before);
    scenario.outages.front().rate = 1;
    EXPECT_LT(slow(), as_before - 800 * kPacket_us);
}

TEST(OutageInAScenario, FoldsPlanesThatAreDownAlike)
{
    EXPECT_TRUE(ran("[{ gpu = 3, at_us = 1, for_us = 2 }]").folded);
    EXPECT_FALSE(ran("[{ gpu = 3, plane = 5, at_us = 1, for_us = 2 }]").folded);
    Cell const none = ran("[{ gpu = 3, plane = 5, at_us = 1, for_us = 0 }]");
    EXPECT_TRUE(none.folded);
    EXPECT_EQ(none.time_us, ran("").time_us);
}

TEST(OutageInAScenario, GivesTheBitsOfTheReference)
{
    std::string const outages =
        "[{ gpu = 3, plane = 5, at_us = 0.7, for_us = 1.3 }, { chip = 7, at_us = 1, for_us = 0.2 }]";
    EngineOptions reference;
    reference.engine = Engine::reference;
    EXPECT_EQ(ran(outages).time_us, ran(outages, reference).time_us);
}

TEST(OutageInAScenario, IsNamedInANote)
{
    std::string notes;
    for (auto const& note : build_fabric(nvl72("[{ chip = 5, port = 3, at_us = 1.5, for_us = 20 }]")).notes)
        notes += note + "\n";
    EXPECT_THAT(notes, HasSubstr("down 1.5 us after the call for 20 us: chip 5, port 3, all planes, both "
                                 "directions (2 links); what waits for them counts as queueing"));
}

// Gpu 3 has sent 174 of the 1,000 packets of plane 5, and all of the other planes.
TEST(OutageInAScenario, ForGoodFailsTheCellAndListsWhatIsLeft)
{
    Cell const cell = ran("[{ gpu = 3, plane = 5, direction = \"up\", at_us = 1, for_us = inf }]");
    EXPECT_EQ(cell.status, CellStatus::failed);
    EXPECT_THAT(cell.reason, HasSubstr("1 of 72 transfers never completed: gpu 3 to gpu 4 in step 0;"));
    ASSERT_EQ(cell.unfinished.size(), 1u);
    EXPECT_EQ(cell.unfinished[0].sender, 3u);
    EXPECT_EQ(cell.unfinished[0].receiver, 4u);
    EXPECT_EQ(cell.unfinished[0].packets_left, 826u);
    EXPECT_EQ(cell.unfinished[0].bytes, kBytes);
}

using UnfinishedList = CommandTest;

TEST_F(UnfinishedList, LiesBesideTheResults)
{
    Said const said =
        copperwall({"run", "workloads/all_to_all_nvl72.toml", "-b", "4608000", "-e", "4608000", "--set",
                    "collective.op=send_recv", "--set", "collective.algorithm=next", "--set",
                    "fabric.outage=[{ gpu = 3, at_us = 1, for_us = inf }]", "-o", file("x.h5")});
    EXPECT_EQ(said.code, 1);
    EXPECT_THAT(said.err, HasSubstr("x.unfinished.csv: all 2 transfers that never completed"));
    std::stringstream list;
    list << std::ifstream(file("x.unfinished.csv")).rdbuf();
    EXPECT_THAT(list.str(), HasSubstr("sender,receiver,bytes,packets_left,ready_us\n"));
    EXPECT_THAT(list.str(), HasSubstr("\"send_recv\",\"next\",4608000,0,2,3,4608000,"));
    EXPECT_THAT(list.str(), HasSubstr("\"send_recv\",\"next\",4608000,0,3,4,4608000,"));
    Said const without =
        copperwall({"run", "workloads/all_to_all_nvl72.toml", "-b", "4608000", "-e", "4608000", "--set",
                    "fabric.outage=[{ gpu = 3, at_us = 1, for_us = inf }]"});
    EXPECT_THAT(without.err, HasSubstr("with -o FILE.h5 all "));
}

std::string said(std::string const& outages)
{
    try {
        build_fabric(nvl72(outages));
    } catch (InputError const& error) {
        return error.what();
    }
    return {};
}

TEST(OutageInAScenario, RefusesWhatIsNotThere)
{
    EXPECT_THAT(said("[{ at_us = 1, for_us = 1 }]"), HasSubstr("give gpu or chip"));
    EXPECT_THAT(said("[{ gpu = 1, chip = 1, at_us = 1, for_us = 1 }]"), HasSubstr("give gpu or chip"));
    EXPECT_THAT(said("[{ gpu = 72, at_us = 1, for_us = 1 }]"), HasSubstr("use 0 to 71"));
    EXPECT_THAT(said("[{ gpu = 1, port = 1, at_us = 1, for_us = 1 }]"), HasSubstr("of a gpu give 'plane'"));
    EXPECT_THAT(said("[{ chip = 1, tier = \"nic\", at_us = 1, for_us = 1 }]"), HasSubstr("use one of rack"));
    EXPECT_THAT(
        said("[{ chip = 18, at_us = 1, for_us = 1 }]"),
        HasSubstr("there is no link like that in nvl72 (chip 18, all planes, both directions (0 links))"));
    EXPECT_THAT(said("[{ chip = 5, plane = 4, at_us = 1, for_us = 1 }]"), HasSubstr("there is no link"));
    EXPECT_THAT(said("[{ gpu = 1, at_us = -1, for_us = 1 }]"), HasSubstr("'at_us' = -1"));
    EXPECT_THAT(said("[{ gpu = 1, at_us = 1, for_us = nan }]"), HasSubstr("'for_us' = nan"));
    EXPECT_THAT(said("[{ gpu = 1, at_us = 1, for_us = 1, rate = 1.5 }]"), HasSubstr("'rate' = 1.5"));
    EXPECT_THAT(said("[{ gpu = 1, at_us = 1, for_us = 0, rate = 0.5 }]"),
                HasSubstr("give 'for_us', above 0"));
    EXPECT_THAT(said("[{ gpu = 1, at_us = 1, for_us = inf, rate = 0.5 }]"),
                HasSubstr("give 'for_us', above 0"));
    EXPECT_THAT(said("[{ gpu = 1, plane = 17, planes = 2, at_us = 1, for_us = 1 }]"),
                HasSubstr("'plane' = 18 of tier 'rack', which has 18"));
    EXPECT_THAT(said("[{ chip = 1, ports = 2, at_us = 1, for_us = 1 }]"), HasSubstr("give these too"));
    EXPECT_THAT(said("[{ chip = 5, port = 70, ports = 4, at_us = 1, for_us = 1 }]"), HasSubstr("port 72"));
    EXPECT_THAT(said("[{ chip = 5, plane = 5, planes = 2, at_us = 1, for_us = 1 }]"), HasSubstr("plane 6"));
}

}  // namespace
}  // namespace copperwall
