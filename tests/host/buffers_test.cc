// Buffers of links by scenario: slots by hand, and what they do to flows.
#include "host/account/buffers.h"

#include <gmock/gmock.h>

#include "account_support.h"
#include "host/account/plan.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

using account_test::small_scenario;

CollectiveSpec collective(char const* op, char const* algorithm)
{
    CollectiveSpec c;
    c.op = op;
    c.algorithm = algorithm;
    return c;
}

std::uint32_t slots_of(ScenarioSpec const& scenario, std::int64_t bytes)
{
    Fabric const fabric = build_fabric(scenario);
    Plan const plan = plan_cell(scenario, fabric, collective("all_to_all", "direct"), bytes);
    return engine_input(plan, scenario, fabric).network.links.front().slots;
}

// 109 ns a link and 27.2 ns a full packet of 272 B at 10 GB/s: 2 x (109 + 27.2) / 27.2 = 10.01, so 11. Four
// shares of 64 B are one packet of 4 flits each: 80 B in 8 ns, 2 x (109 + 8) / 8 = 29.25, so 30.
TEST(Buffers, HoldARoundTripOfThePacketsThatRun)
{
    ScenarioSpec scenario = small_scenario();
    scenario.buffers = Buffers::round_trip;
    EXPECT_EQ(slots_of(scenario, 4 * 512 * 100), 11u);
    EXPECT_EQ(slots_of(scenario, 4 * 64), 30u);
    scenario.buffers = Buffers::infinite;
    EXPECT_EQ(slots_of(scenario, 4 * 64), 0u);
}

// 4 KiB hold 15 packets of 272 B, whatever buffers says.
TEST(Buffers, HoldBytesInFullPackets)
{
    ScenarioSpec scenario = small_scenario();
    scenario.buffer_bytes = 4096;
    for (Buffers const b : {Buffers::round_trip, Buffers::infinite}) {
        scenario.buffers = b;
        EXPECT_EQ(slots_of(scenario, 4 * 64), 15u);
    }
}

// Each channel has the slots that one alone would have.
TEST(Buffers, AreOfEveryChannel)
{
    ScenarioSpec scenario = small_scenario();
    scenario.buffers = Buffers::round_trip;
    scenario.channels = {4, ChannelBy::message};
    Fabric const fabric = build_fabric(scenario);
    Plan const plan = plan_cell(scenario, fabric, collective("all_to_all", "direct"), 4 * 64);
    Network const network = engine_input(plan, scenario, fabric).network;
    EXPECT_EQ(network.links.front().slots, 30u);
    EXPECT_EQ(network.channels.count, 4u);
    EXPECT_EQ(network.channels.by, ChannelBy::message);
}

//! Slots of links within domains and between them, of eight gpus in four domains.
std::pair<std::uint32_t, std::uint32_t> slots_inside_and_outside(char const* buffers)
{
    ScenarioSpec const scenario =
        load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/world_size.toml",
                      {{"fabric.domain_gpus", "8"}, {"fabric.domains", "4"}, {"fabric.buffers", buffers}});
    Fabric const fabric = build_fabric(scenario);
    Plan const plan = plan_cell(scenario, fabric, collective("all_to_all", "direct"), 32 << 20);
    Network const network = engine_input(plan, scenario, fabric).network;
    std::pair<std::uint32_t, std::uint32_t> least{kNone, kNone};
    for (Link const& link : network.links) {
        std::uint32_t& of_group = link.link_class < network.inside_classes ? least.first : least.second;
        of_group = std::min(of_group, link.slots);
    }
    return least;
}

TEST(Buffers, AreThoseOfARoundTripWithinDomainsAsShipped)
{
    EXPECT_EQ(ScenarioSpec{}.buffers, Buffers::domain);
    auto const everywhere = slots_inside_and_outside("round_trip");
    EXPECT_GT(everywhere.first, 0u);
    EXPECT_GT(everywhere.second, everywhere.first);  // NICs are farther away
    EXPECT_EQ(slots_inside_and_outside("domain"), std::pair(everywhere.first, 0u));
    EXPECT_EQ(slots_inside_and_outside("infinite"), std::pair(0u, 0u));
}

TEST(Buffers, OfLessThanAPacketAreRefused)
{
    ScenarioSpec scenario = small_scenario();
    scenario.buffer_bytes = 271;
    Cell const cell = run_cell(scenario, build_fabric(scenario), collective("all_to_all", "direct"), 1 << 20);
    EXPECT_EQ(cell.status, CellStatus::failed);
    EXPECT_EQ(cell.reason,
              "buffer_bytes = 271 hold no packet of 272 B on the wire; lower packet_bytes or raise "
              "buffer_bytes");
}

ScenarioSpec shipped(Settings const& settings)
{
    return load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/ring_64KiB_nvl72.toml", settings);
}

// A round trip is what one flow needs, so flows that meet no other are not slowed at all.
TEST(Buffers, OfARoundTripSlowNoFlowThatMeetsNoOther)
{
    std::vector<Settings> const fabrics{
        {{"fabric.file", "nvl72.toml"}, {"fabric.ends.rack", "dsp_pluggable"}},
        {{"fabric.file", "domain.toml"},
         {"fabric.domain_gpus", "144"},
         {"fabric.ends.rack", "passive_copper"},
         {"fabric.ends.between", "cpo"}}};
    for (Settings settings : fabrics) {
        ScenarioSpec const infinite = shipped(settings);
        settings.emplace_back("fabric.buffers", "round_trip");
        ScenarioSpec const finite = shipped(settings);
        EXPECT_EQ(finite.buffers, Buffers::round_trip);
        Fabric const fabric = build_fabric(finite);
        for (std::int64_t const bytes : {1, 4000, 4800, 1'000'003}) {
            auto const time = [&](ScenarioSpec const& s) {
                return run_cell(s, fabric, collective("all_reduce", "ring"), bytes).time_us;
            };
            EXPECT_EQ(time(finite), time(infinite)) << bytes;
        }
    }
}

std::string refusal(Settings const& settings)
{
    try {
        shipped(settings);
        return "none";
    } catch (InputError const& error) {
        return error.what();
    }
}

TEST(Buffers, AreNeededForChannels)
{
    using ::testing::HasSubstr;
    EXPECT_THAT(refusal({{"fabric.channels", "2"}, {"fabric.buffers", "infinite"}}),
                HasSubstr("'channels' = 2 of infinite buffers, in which nothing waits for room"));
    EXPECT_THAT(
        refusal({{"fabric.channels", "2"}, {"fabric.buffer_bytes", "64KiB"}, {"fabric.routing", "adaptive"}}),
        HasSubstr("'channels' = 2 with routing = \"adaptive\""));
    EXPECT_THAT(refusal({{"fabric.channels", "2"}, {"fabric.acks", "packets"}}),
                HasSubstr("'channels' = 2 with acks = \"packets\""));
    EXPECT_EQ(refusal({{"fabric.acks", "packets"}}), "none");
    EXPECT_THAT(refusal({{"fabric.channels", "9"}, {"fabric.buffers", "round_trip"}}), HasSubstr("channels"));
    EXPECT_EQ(refusal({{"fabric.channels", "8"}, {"fabric.buffers", "round_trip"}}), "none");
    EXPECT_EQ(refusal({{"fabric.channels", "2"}}), "none");
    EXPECT_EQ(refusal({{"fabric.channels", "1"}, {"fabric.buffers", "infinite"}}), "none");
}

TEST(Buffers, InChannelsAreNotOfMessagesByTurns)
{
    using ::testing::HasSubstr;
    EXPECT_THAT(refusal({{"fabric.channels", "2"}, {"library.messages_at_once", "4"}}),
                HasSubstr("'channels' = 2 with a library that sends messages_at_once = 4"));
    EXPECT_THAT(refusal({{"library.messages_at_once", "65"}}), HasSubstr("messages_at_once"));
    EXPECT_EQ(refusal({{"library.messages_at_once", "64"}}), "none");
}

TEST(Buffers, OfARoundTripInEachChannelSlowNoFlowThatMeetsNoOther)
{
    Settings settings{{"fabric.file", "nvl72.toml"}, {"fabric.ends.rack", "dsp_pluggable"}};
    ScenarioSpec const infinite = shipped(settings);
    settings.emplace_back("fabric.buffers", "round_trip");
    settings.emplace_back("fabric.channels", "3");
    ScenarioSpec const in_channels = shipped(settings);
    Fabric const fabric = build_fabric(infinite);
    for (std::int64_t const bytes : {4800, 1'000'003}) {
        auto const time = [&](ScenarioSpec const& s) {
            return run_cell(s, fabric, collective("all_reduce", "ring"), bytes).time_us;
        };
        EXPECT_EQ(time(in_channels), time(infinite)) << bytes;
    }
}

// Copper: 122.53 ns a link; 4 KiB are 15 packets of 272 B, which take 15 x 5.78 = 86.7 ns of a round trip of
// 2 x 122.53 ns and, into a gpu, of the packet's 5.78 ns: 34.6 % of what a round trip's buffer carries.
TEST(Buffers, OfAThirdOfARoundTripCarryAThird)
{
    Settings settings{{"fabric.file", "nvl72.toml"}, {"fabric.ends.rack", "passive_copper"}};
    ScenarioSpec scenario = shipped(settings);
    Fabric const fabric = build_fabric(scenario);
    auto const time = [&] {
        return run_cell(scenario, fabric, collective("all_to_all", "direct"), 64 << 20).time_us;
    };
    double const whole = time();
    scenario.buffer_bytes = 4096;
    EXPECT_NEAR(whole / time(), 0.346, 0.01);
}

}  // namespace
}  // namespace copperwall
