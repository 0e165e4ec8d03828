// What check() refuses, and in which words. Every case breaks one thing of an input that passes:
// 8 gpus (nodes 0-7, links 0-7 up) under one switch (node 8, links 8-15 down), one all-to-all.
#include "cuda/check.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/cuda/support/networks.h"
#include "tests/cuda/support/schedules.h"

namespace copperwall::testing {
namespace {

struct Broken {
    char const* name;
    std::function<void(EngineInput&)> spoil;
    char const* message;
};

void PrintTo(Broken const& b, std::ostream* out)
{
    *out << b.name;
}

EngineInput sound()
{
    return {leaf_spine({}), all_to_all(8, 1 << 20), PacketFormat{256, 16, 16}};
}

class Check : public ::testing::TestWithParam<Broken> {};

TEST_P(Check, SaysWhatIsWrong)
{
    EngineInput input = sound();
    GetParam().spoil(input);
    try {
        check(input);
        FAIL() << "accepted";
    } catch (std::invalid_argument const& error) {
        EXPECT_STREQ(error.what(), GetParam().message);
    }
}

TEST(CheckOf, SoundInputsPass)
{
    EXPECT_NO_THROW(check(sound()));
    EngineInput empty = sound();
    empty.schedule.families.clear();
    EXPECT_NO_THROW(check(empty));
}

Family& family(EngineInput& in)
{
    return in.schedule.families[0];
}

//! The all-to-all with its receivers in a table.
void tabulate(EngineInput& in)
{
    in.schedule = all_to_all(8, 1 << 20, std::vector<Time>(8, 0));
}

std::vector<Broken> const kNetworks{
    {"no_gpus", [](auto& in) { in.network.gpus = 0; }, "network: 0 gpus, not 1 to 65535"},
    {"no_planes", [](auto& in) { in.network.ports[kInside].planes = 0; }, "network: 0 planes, not 1 to 8192"},
    {"no_classes", [](auto& in) { in.network.link_classes = 0; },
     "network: 0 link classes, at least 1 is needed"},
    {"few_nodes", [](auto& in) { in.network.nodes.resize(7); }, "network: 7 nodes for 8 gpus"},
    {"few_routes", [](auto& in) { in.network.routes.pop_back(); },
     "network: 7 routes, not 8 (switches x gpus)"},
    {"rate", [](auto& in) { in.network.rates_Bps[0] = 0; }, "network: rate 0 is not above 0 B/s"},
    {"no_channels", [](auto& in) { in.network.channels.count = 0; }, "network: 0 channels, not 1 to 8"},
    {"channels", [](auto& in) { in.network.channels.count = 9; }, "network: 9 channels, not 1 to 8"},
    {"channels_and_queues",
     [](auto& in) {
         in.network = with_channels(with_slots(in.network, 4), 2);
         in.network.spreading.adaptive = true;
     },
     "network: packets that choose ports by their queues know of one channel a link; spread them in turn, by "
     "a hash, or by destination"},
    {"kind", [](auto& in) { in.network.nodes[3].kind = NodeKind::switch_chip; },
     "node 3: a switch among the gpus"},
    {"ports", [](auto& in) { in.network.nodes[8].ingress_count = 8193; }, "node 8: more than 8192 ports"},
    {"gpu_ports", [](auto& in) { in.network.ports[kInside].planes = 2; },
     "node 0: 1 egress ports, not one for each of 2 simulated planes"},
    {"past_the_end", [](auto& in) { in.network.nodes[8].egress_count = 9; },
     "node 8: egress ports past the last link"},
    {"not_its_own", [](auto& in) { in.network.links[2].from = 5; }, "node 2: egress link 2 is not its own"},
    {"orphan", [](auto& in) { in.network.nodes[8].egress_count = 7; },
     "link 15: not among the egress ports of its node 8"},
    {"to_nowhere", [](auto& in) { in.network.links[1].to = 9; }, "link 1: leads to node 9 of none"},
    {"to_itself", [](auto& in) { in.network.links[1].to = 1; }, "link 1: leads back to its own node"},
    {"latency", [](auto& in) { in.network.links[4].latency_fs = 0; },
     "link 4: latency of 0 fs is not above 0 and below 2^62"},
    {"ingress_port", [](auto& in) { in.network.links[4].ingress_port = 8; },
     "link 4: ingress port 8 of node 8, which has 8"},
    {"ingress_twice", [](auto& in) { in.network.links[4].ingress_port = 3; },
     "node 8: two links enter at ingress port 3"},
    {"rate_row", [](auto& in) { in.network.links[4].rate = 1; }, "link 4: rate 1 of none"},
    {"class_row", [](auto& in) { in.network.links[4].link_class = 4; }, "link 4: link class 4 of none"},
    {"head_at_gpu", [](auto& in) { in.network.links[9].arrival = Arrival::head; },
     "link 9: a gpu has a packet when its tail has arrived, not its head"},
    {"route_port", [](auto& in) { in.network.routes[5] = 8; },
     "routes: node 8 to gpu 5 by egress port 8 of 8"},
    {"port_set", [](auto& in) { in.network.routes[5] = kFirstPortSet; },
     "routes: node 8 to gpu 5 by port set 0 of 0, or an empty one"},
    {"port_set_past_the_end",
     [](auto& in) {
         in.network.port_sets = {{5, 4, 1}};
         in.network.routes[5] = kFirstPortSet;
     },
     "routes: node 8 to gpu 5 by egress port 8 of 8"},
    {"port_set_past_the_list",
     [](auto& in) {
         in.network.port_sets = {{1, 2, 0}};
         in.network.listed_ports = {5, 5};
         in.network.routes[5] = kFirstPortSet;
     },
     "routes: node 8 to gpu 5 by ports past the last of listed_ports"},
    {"port_set_astray",
     [](auto& in) {
         in.network.port_sets = {{5, 2, 1}};
         in.network.routes[5] = kFirstPortSet;
     },
     "routes: from node 8 to gpu 5 they end at gpu 6"},
    {"port_set_of_two_rates",
     [](auto& in) {
         in.network.port_sets = {{5, 2, 1}};
         in.network.routes[5] = kFirstPortSet;
         in.network.rates_Bps.push_back(1);
         in.network.links[14].rate = 1;
     },
     "node 8: egress ports 5 and 6 of one set differ in rate"},
    {"route_astray", [](auto& in) { in.network.routes[5] = 6; },
     "routes: from node 8 to gpu 5 they end at gpu 6"},
};

std::vector<Broken> const kSchedules{
    {"no_gpus", [](auto& in) { in.schedule.gpus = 0; }, "schedule: 0 gpus, not 1 to 65535"},
    {"launch", [](auto& in) { in.schedule.launch_fs = -1; }, "schedule: launch_fs is not in [0, 2^62)"},
    {"self_at_a_later_k", [](auto& in) { family(in).count = 0x20000000; },
     "family 0: k 7 sends to its own sender"},
    {"too_many",
     [](auto& in) {
         family(in).peer_k = 0;
         family(in).count = 0x20000000;
     },
     "schedule: more than 2^32 - 2 messages"},
    {"wait", [](auto& in) { family(in).wait = 0; }, "family 0: wait on counter 0 of 0"},
    {"signal", [](auto& in) { family(in).signal = 3; }, "family 0: signal to counter 3 of 0"},
    {"need_nothing",
     [](auto& in) {
         in.schedule.counters = 1;
         family(in).wait = 0;
     },
     "family 0: waits with need_0 = 0; what needs nothing has no wait"},
    {"need", [](auto& in) { family(in).need_k = 0x40000000; }, "family 0: need passes 2^32 - 2"},
    {"delay", [](auto& in) { family(in).delay_fs = -1; }, "family 0: delay_fs is not in [0, 2^62)"},
    {"spacing", [](auto& in) { family(in).spacing_fs = kNever; }, "family 0: spacing_fs is not in [0, 2^62)"},
    {"step", [](auto& in) { family(in).step_k = 1; }, "family 0: step 6 of 1"},
    {"group_of_one", [](auto& in) { family(in).group = 1; }, "family 0: group = 1, not 2 or more"},
    {"stride", [](auto& in) { family(in).stride = 0; }, "family 0: stride = 0"},
    {"group", [](auto& in) { family(in).group = 3; },
     "family 0: 8 gpus are no multiple of group 3 x stride 1"},
    {"self", [](auto& in) { family(in).peer_0 = 0; }, "family 0: k 0 sends to its own sender"},
    {"senders",
     [](auto& in) {
         family(in).first = 5;
         family(in).senders = 4;
     },
     "family 0: senders 5 to 9 of 8 gpus"},
    {"senders_from_the_middle", [](auto& in) { family(in).first = 1; }, "family 0: senders 1 to 9 of 8 gpus"},
    {"group_of_some",
     [](auto& in) {
         family(in).senders = 4;
         family(in).group = 8;
     },
     "family 0: 4 gpus are no multiple of group 8 x stride 1"},
    {"shift_to_senders",
     [](auto& in) {
         family(in).senders = family(in).group = 4;
         family(in).shift = 3;
     },
     "family 0: shift = 3 leads to senders or past the gpus"},
    {"shift_past_the_end",
     [](auto& in) {
         family(in).senders = family(in).group = 4;
         family(in).shift = 5;
     },
     "family 0: shift = 5 leads to senders or past the gpus"},
    {"shift_below_0",
     [](auto& in) {
         family(in).first = family(in).senders = family(in).group = 4;
         family(in).shift = -5;
     },
     "family 0: shift = -5 leads to senders or past the gpus"},
    {"bytes", [](auto& in) { family(in).bytes = -1; }, "family 0: bytes = -1, not in [0, 2^60]"},
    {"shares", [](auto& in) { family(in).shares = 0; }, "family 0: shares = 0"},
};

std::vector<Broken> const kTables{
    {"rows",
     [](auto& in) {
         tabulate(in);
         in.schedule.table.pop_back();
     },
     "family 0: table rows 0 to 56 of 55"},
    {"receiver",
     [](auto& in) {
         tabulate(in);
         in.schedule.table[9].receiver = 8;
     },
     "family 0: table row 9: no gpu 8"},
    {"self",
     [](auto& in) {
         tabulate(in);
         in.schedule.table[9].receiver = 1;
     },
     "family 0: table row 9: sends to its own sender"},
    {"bytes",
     [](auto& in) {
         tabulate(in);
         in.schedule.table[9].bytes = -16;
     },
     "family 0: table row 9: bytes = -16, not in [0, 2^60]"},
    {"of_some_gpus",
     [](auto& in) {
         tabulate(in);
         family(in).senders = 4;
     },
     "family 0: a table is of all gpus as senders, without shift"},
    {"rows_of_one_k",
     [](auto& in) {
         tabulate(in);
         family(in).table_k = 0;
         in.schedule.table.resize(7);
     },
     "family 0: table rows 0 to 8 of 7"},
    {"table_k",
     [](auto& in) {
         tabulate(in);
         family(in).table_k = 2;
     },
     "family 0: table_k = 2, not 0 or 1"},
    {"offset",
     [](auto& in) {
         tabulate(in);
         in.schedule.table[1].offset_fs = 7;
     },
     "family 0: table row 9: offset_fs = 0 is below 7, that of the transfer before, or not below 2^62"},
};

std::vector<Broken> const kTogether{
    {"flit", [](auto& in) { in.format.flit_bytes = 0; }, "format: flit_bytes = 0"},
    {"payload", [](auto& in) { in.format.payload_bytes = 250; },
     "format: payload_bytes = 250 is no multiple of flit_bytes = 16"},
    {"flits",
     [](auto& in) {
         in.format = {65536, 0, 1};
     },
     "format: more than 65535 flits a packet"},
    {"more_gpus", [](auto& in) { in.schedule = all_to_all(16, 4096); },
     "schedule: 16 gpus on a network of 8"},
    {"folded",
     [](auto& in) {
         Shape shape;
         shape.planes = 18;
         shape.folded = true;
         in.network = leaf_spine(shape);
         in.schedule = all_to_all(8, std::int64_t{8} * (18 * 256 - 16));
     },
     "family 0: a transfer of 4592 B does not load all 18 planes alike; run it with planes unfolded"},
    {"packets", [](auto& in) { family(in).bytes = std::int64_t{1} << 50; },
     "family 0: a transfer of 140737488355328 B is more than 2^32 - 2 packets"},
    {"too_long", [](auto& in) { in.network.rates_Bps[0] = 1; },
     "schedule: one transfer may take longer than 2305 s, the longest time that is simulated"},
    {"delays_too_long", [](auto& in) { family(in).delay_fs = kHorizon - 1; },
     "schedule: one transfer may take longer than 2305 s, the longest time that is simulated"},
    {"too_busy",
     [](auto& in) {
         in.network.rates_Bps[0] = 1'000'000;
         family(in).bytes = std::int64_t{1} << 30;
     },
     "schedule: links may be busy for more than 4611 s, all together; simulate fewer bytes or fewer gpus"},
};

std::string name_of(::testing::TestParamInfo<Broken> const& info)
{
    return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Networks, Check, ::testing::ValuesIn(kNetworks), name_of);
INSTANTIATE_TEST_SUITE_P(Schedules, Check, ::testing::ValuesIn(kSchedules), name_of);
INSTANTIATE_TEST_SUITE_P(Tables, Check, ::testing::ValuesIn(kTables), name_of);
INSTANTIATE_TEST_SUITE_P(Together, Check, ::testing::ValuesIn(kTogether), name_of);

// Leaf 0 sends traffic for gpu 3 up, and the spine sends it back to leaf 0.
TEST(CheckOf, RoutesInALoopAreRefused)
{
    Shape shape;
    shape.leaves = 2;
    shape.per_leaf = 2;
    shape.spines = 1;
    Network network = leaf_spine(shape);
    network.routes[2 * 4 + 3] = 0;  // node 6, the spine, to gpu 3
    try {
        check(network);
        FAIL() << "accepted";
    } catch (std::invalid_argument const& error) {
        EXPECT_STREQ(error.what(), "routes: from node 4 to gpu 3 they go round in a loop");
    }
}

TEST(CheckOf, FiniteBuffersInACircleAreRefused)
{
    EXPECT_NO_THROW(check(ring_of_switches(0)));
    try {
        check(ring_of_switches(8));
        FAIL() << "accepted";
    } catch (std::invalid_argument const& error) {
        EXPECT_STREQ(
            error.what(),
            "link 4: its finite buffer is in a circle of links whose packets may wait for each other "
            "for ever; give one of them infinite buffers (slots = 0), or routes that go up, then down");
    }
    Network opened = ring_of_switches(8);
    opened.links[4].slots = 0;
    EXPECT_NO_THROW(check(opened));
}

// In two channels by receiver those to gpus 0 and 2 wait for each other in a row, and those to gpu 1 apart.
TEST(CheckOf, ChannelsByReceiverMayOpenACircle)
{
    EXPECT_NO_THROW(check(with_channels(ring_of_switches(8), 2)));
    EXPECT_THROW(check(with_channels(ring_of_switches(8), 2, ChannelBy::message)), std::invalid_argument);
}

TEST(CheckOf, FiniteBuffersOnUpAndDownRoutesPass)
{
    Shape shape;
    shape.leaves = 3;
    shape.spines = 2;
    shape.planes = 2;
    EXPECT_NO_THROW(check(with_slots(leaf_spine(shape), 4)));
}

// gpu, leaf, spine, leaf, gpu: 4 links; gpu, switch, gpu: 2.
TEST(LongestRoute, CountsLinks)
{
    Shape shape;
    EXPECT_EQ(longest_route(leaf_spine(shape)), 2u);
    shape.leaves = 2;
    shape.spines = 1;
    EXPECT_EQ(longest_route(leaf_spine(shape)), 4u);
}

}  // namespace
}  // namespace copperwall::testing
