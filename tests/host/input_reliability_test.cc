//! topologies/reliability.toml, and what a scenario says of its job: read, and refused where unsound.
#include <gtest/gtest.h>

#include "host/input/load.h"
#include "input_tree.h"

namespace copperwall {
namespace {

class InputReliability : public ::testing::Test {
protected:
    std::string with_job(std::string const& keys)
    {
        tree_.write("workloads/s.toml", std::string(kTinyScenario) + "[job]\n" + keys);
        return complaint([] { load_scenario("workloads/s.toml"); });
    }

    std::string with_file(std::string const& text)
    {
        tree_.write("topologies/reliability.toml", text);
        return complaint([] { load_reliability("topologies/reliability.toml"); });
    }

    InputTree tree_;
};

TEST_F(InputReliability, IsReadWithTheScenario)
{
    tree_.write("workloads/s.toml", std::string(kTinyScenario) +
                                        "[job]\nspare_trays = 1\nlost_port = \"stops\"\nrestart_h = 0.25\n");
    ScenarioSpec const s = load_scenario("workloads/s.toml");
    EXPECT_EQ(s.reliability.switch_cost_usd_per_Gbps.value, 0.5);
    EXPECT_EQ(s.reliability.switch_failures_fit.value, 700);
    EXPECT_EQ(s.reliability.switch_repair_h.value, 4);
    EXPECT_EQ(s.reliability.gpu_failures_fit.value, 7000);
    EXPECT_EQ(s.reliability.gpu_failures_fit.source, "s");
    EXPECT_EQ(s.reliability.gpu_repair_h.value, 8);
    EXPECT_EQ(s.reliability.checkpoint_h.value, 0.5);
    EXPECT_EQ(s.reliability.restart_h.value, 0.2);
    EXPECT_EQ(s.job.spare_trays, 1u);
    EXPECT_TRUE(s.job.lost_port_stops);
    EXPECT_EQ(s.job.checkpoint_h, 0);
    EXPECT_EQ(s.job.restart_h, 0.25);
    EXPECT_EQ(s.technologies.at("copper").repair_takes, RepairTakes::rack);
    EXPECT_EQ(s.files.count("topologies/reliability.toml"), 1u);
}

TEST_F(InputReliability, OfATreeWithoutOneIsMissed)
{
    std::filesystem::remove("topologies/reliability.toml");
    EXPECT_NE(with_job("").find("topologies/reliability.toml"), std::string::npos) << with_job("");
}

TEST_F(InputReliability, RefusesWhatCannotBe)
{
    EXPECT_EQ(with_file(with(kTinyReliability, "repair_h = 4", "repair_h = -4")),
              "topologies/reliability.toml:6:12: error: 'repair_h' = -4 is out of range (0 to 10000 h); "
              "correct the "
              "value or its unit\n  repair_h = -4\n             ^");
}

TEST_F(InputReliability, RefusesJobsThatCannotBe)
{
    EXPECT_NE(with_job("restart_h = -1.0\n").find("'restart_h' = -1 is out of range"), std::string::npos);
    EXPECT_NE(with_job("lost_port = \"slow\"\n").find("slows, stops"), std::string::npos)
        << with_job("lost_port = \"slow\"\n");
    EXPECT_NE(with_job("spare_trays = 2\n").find("'spare_trays' = 2"), std::string::npos)
        << "two trays hold its four gpus";
}

}  // namespace
}  // namespace copperwall
