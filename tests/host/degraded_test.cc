// Slowed ports and dead planes against times that are worked out by hand.
#include <gtest/gtest.h>

#include "host/account/run_cell.h"
#include "host/fabric/fabric.h"
#include "host/input/error.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

constexpr std::int64_t kBytes = 18 * 256 * 1000;  //!< 1,000 full packets on each of 18 planes

ScenarioSpec nvl72(Settings settings)
{
    settings.insert(settings.begin(), {"library.name", "ideal"});
    return load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/all_to_all_nvl72.toml", settings);
}

CollectiveSpec to_next()
{
    CollectiveSpec c;
    c.op = "send_recv";
    c.algorithm = "next";
    return c;
}

CollectiveSpec all_reduce(char const* algorithm)
{
    CollectiveSpec c;
    c.op = "all_reduce";
    c.algorithm = algorithm;
    return c;
}

Cell ran(Settings const& settings, CollectiveSpec const& collective, std::int64_t bytes = kBytes)
{
    ScenarioSpec const scenario = nvl72(settings);
    Cell cell = run_cell(scenario, build_fabric(scenario), collective, bytes);
    EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
    return cell;
}

//! What the packets of one plane take at the whole rate: all of send_recv but the links' latency.
double serialisation_us(Cell const& cell)
{
    return cell.breakdown.serialisation_us;
}

TEST(SlowedPort, DoublesWhatItsPacketsTakeAtHalfTheRate)
{
    Cell const whole = ran({}, to_next());
    Cell const slowed = ran({{"fabric.slowed", "[{ gpu = 3, plane = 5, rate = 0.5 }]"}}, to_next());
    double const more = slowed.time_us - whole.time_us;
    EXPECT_NEAR(more, serialisation_us(whole),
                1e-4 * serialisation_us(whole) + 0.02);  // and a packet's own time
    EXPECT_GT(more, 0.99 * serialisation_us(whole));
}

TEST(SlowedPort, SlowsOneDirectionAlone)
{
    Cell const up =
        ran({{"fabric.slowed", "[{ gpu = 3, plane = 5, direction = \"up\", rate = 0.5 }]"}}, to_next());
    Cell const down =
        ran({{"fabric.slowed", "[{ gpu = 4, plane = 5, direction = \"down\", rate = 0.5 }]"}}, to_next());
    EXPECT_NEAR(up.time_us, down.time_us, 0.02);  // the same message, on its first link or on its last
    Cell const idle = ran(
        {{"fabric.slowed", "[{ gpu = 3, plane = 5, direction = \"down\", rate = 0.999999 }]"}}, to_next());
    EXPECT_LT(idle.time_us, up.time_us);
}

TEST(SlowedPort, HoldsUpARingAtItsOwnRate)
{
    constexpr std::int64_t kRing = 72 * kBytes;
    Cell const whole = ran({}, all_reduce("ring"), kRing);
    Cell const slowed = ran({{"fabric.slowed", "[{ gpu = 3, plane = 5, direction = \"up\", rate = 0.5 }]"}},
                            all_reduce("ring"), kRing);
    // Every one of the 142 messages that leave gpu 3 takes twice as long on that plane.
    double const least = 142 * 2 * serialisation_us(ran({}, to_next()));
    EXPECT_GT(slowed.time_us, least);
    EXPECT_LT(slowed.time_us, least + whole.time_us);
    EXPECT_GT(slowed.time_us, 1.5 * whole.time_us);
}

TEST(SlowedPort, KeepsFoldingWhereAllPlanesAreSlowedAlike)
{
    EXPECT_FALSE(ran({{"fabric.slowed", "[{ gpu = 3, plane = 5, rate = 0.5 }]"}}, to_next()).folded);
    Cell const all = ran({{"fabric.slowed", "[{ gpu = 3, rate = 0.5 }]"}}, to_next());
    EXPECT_TRUE(all.folded);
    EXPECT_NEAR(all.time_us,
                ran({{"fabric.slowed", "[{ gpu = 3, rate = 0.5 }]"}, {"simulation.fold", "false"}}, to_next())
                    .time_us,
                1e-9);
}

TEST(SlowedPort, GivesTheBitsOfTheReference)
{
    ScenarioSpec const scenario =
        nvl72({{"fabric.slowed", "[{ gpu = 3, plane = 5, rate = 0.37 }, { gpu = 9, rate = 0.8 }]"}});
    Fabric const fabric = build_fabric(scenario);
    EngineOptions reference;
    reference.engine = Engine::reference;
    EXPECT_EQ(run_cell(scenario, fabric, all_reduce("two_shot"), 1 << 20).time_us,
              run_cell(scenario, fabric, all_reduce("two_shot"), 1 << 20, reference).time_us);
}

TEST(SlowedPort, IsNamedInANote)
{
    ScenarioSpec const scenario = nvl72({{"fabric.slowed", "[{ gpu = 3, plane = 5, rate = 0.5 }]"}});
    std::string notes;
    for (auto const& note : build_fabric(scenario).notes) notes += note + "\n";
    EXPECT_NE(notes.find("slowed: gpu 3, plane 5, both directions (2 links), at 50 % of their rate"),
              std::string::npos)
        << notes;
}

TEST(DeadPlanes, LeaveTheirPacketsToTheOthers)
{
    Cell const whole = ran({}, to_next());
    Cell const nine = ran({{"fabric.dead_planes", "9"}}, to_next());
    EXPECT_NEAR(nine.time_us - whole.time_us, serialisation_us(whole), 1e-6 * whole.time_us);
    EXPECT_NEAR(nine.lower_bound_us - whole.lower_bound_us, static_cast<double>(whole.bytes) / 900e3,
                1e-6 * whole.time_us);
}

TEST(Degraded, RefusesWhatIsNotThere)
{
    auto const said = [](Settings const& settings) {
        try {
            nvl72(settings);
        } catch (InputError const& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_NE(said({{"fabric.slowed", "[{ gpu = 72, rate = 0.5 }]"}}).find("use 0 to 71"), std::string::npos);
    EXPECT_NE(said({{"fabric.slowed", "[{ gpu = 1, plane = 18, rate = 0.5 }]"}}).find("which has 18"),
              std::string::npos);
    EXPECT_NE(said({{"fabric.slowed", "[{ gpu = 1, rate = 0.0 }]"}}).find("above 0 to 1"), std::string::npos);
    EXPECT_NE(said({{"fabric.slowed", "[{ gpu = 1, tier = \"nic\", rate = 0.5 }]"}}).find("no tier 'nic'"),
              std::string::npos);
    EXPECT_NE(said({{"fabric.dead_planes", "18"}}).find("leave at least one"), std::string::npos);
}

}  // namespace
}  // namespace copperwall
