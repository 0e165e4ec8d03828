//! Closed forms of the collectives against figures worked out by hand or published.
#include "host/schedule/closed_form.h"

#include <gtest/gtest.h>

namespace copperwall {
namespace {

constexpr std::int64_t kMiB = 1 << 20;

double closed_ns(char const* op, char const* name, CollectiveCall const& call, PathModel const& path)
{
    return find_algorithm(op, name)->closed_form_ns(call, path);
}

// 72 endpoints, one store-and-forward switch, 900 GB/s, 500 ns, packets of 4096 B and 2 B of header.
PathModel published_path()
{
    PathModel path;
    path.port_rate_GBps = 900;
    path.path_ns = 500;
    path.hop_packet_ns = 4098.0 / 900;
    path.format = {4096, 2, 16};
    return path;
}

CollectiveCall call_of(std::uint32_t ranks, std::int64_t bytes)
{
    CollectiveCall call;
    call.gpus = call.ranks = ranks;
    call.bytes = bytes;
    return call;
}

// 2 x 71 x (64 MiB / 72 / 900 GB/s + 500 ns)        = 218.06 us
// + a packet stored once a step, 142 x 4096 B / 900 =   0.646
// + 228 headers a step, 142 x 228 x 2 B / 900       =   0.072
// ns-3 gives 218.778 us. Ours rounds chunks up to 16 B: 142 x 12.4 B / 900 = 2 ns more.
TEST(ClosedForm, RingOf72AgreesWithPublishedPacketSimulator)
{
    EXPECT_NEAR(closed_ns("all_reduce", "ring", call_of(72, 64 * kMiB), published_path()), 218'778, 3);
}

// 71/72 x 64 MiB / 900 GB/s + 500 ns = 74.02 us, + 71 x 228 x 2 B / 900 = 0.036, + one packet 0.005;
// ns-3 gives 74.07 us.
TEST(ClosedForm, AllToAllOf72AgreesWithPublishedPacketSimulator)
{
    EXPECT_NEAR(closed_ns("all_to_all", "direct", call_of(72, 64 * kMiB), published_path()), 74'070, 5);
}

// Chunk 64 KiB = 256 packets of 256 + 16 B at 272 GB/s = 256 ns.
// 1000 + 2 x (100 + 7 x 256 + 500) = 5784 ns; with a message every 300 ns 1000 + 2 x (100 + 6 x 300 + 256 +
// 500).
TEST(ClosedForm, TwoShotIsLimitedByThePortOrByTheTimeBetweenMessages)
{
    PathModel path;
    path.port_rate_GBps = 272;
    path.path_ns = 500;
    path.format = {256, 16, 16};
    CollectiveCall call = call_of(8, 8 * 65536);
    call.launch_ns = 1000;
    call.step_ns = 100;
    EXPECT_DOUBLE_EQ(closed_ns("all_reduce", "two_shot", call, path), 5784);
    call.per_peer_ns = 300;
    EXPECT_DOUBLE_EQ(closed_ns("all_reduce", "two_shot", call, path), 6312);
}

PathModel eighteen_planes()
{
    PathModel path;
    path.port_rate_GBps = 900;
    path.planes = 18;
    path.format = {256, 16, 16};
    return path;
}

// 18 planes of 50 GB/s. 18 x 512 B: two packets of 272 B a plane, 10.88 ns. 912 B: three full packets and one
// of 144 B, each alone on a plane: 5.44 ns. 16 B: one packet of 32 B, 0.64 ns.
TEST(ClosedForm, MessageHoldsItsBusiestPlane)
{
    PathModel const path = eighteen_planes();
    EXPECT_DOUBLE_EQ(message_ns(path, 18 * 512), 10.88);
    EXPECT_DOUBLE_EQ(message_ns(path, 912), 5.44);
    EXPECT_DOUBLE_EQ(message_ns(path, 16), 0.64);
}

// 71 messages over 18 planes are 3 rounds and a begun one: 4 packets of 0.64 ns, or 4 x (3 x 5.44 + 3.2) ns.
TEST(ClosedForm, BurstOfSmallMessagesSharesThePlanes)
{
    PathModel const path = eighteen_planes();
    EXPECT_DOUBLE_EQ(burst_ns(path, 71, 16, 0), 2.56);
    EXPECT_DOUBLE_EQ(burst_ns(path, 71, 912, 0), 78.08);
    EXPECT_DOUBLE_EQ(burst_ns(path, 71, 18 * 512, 0), 71 * 10.88);
}

TEST(ClosedForm, BusBandwidthFactorsAreThoseOfNcclTests)
{
    EXPECT_DOUBLE_EQ(busbw_factor("all_reduce", 8), 1.75);
    EXPECT_DOUBLE_EQ(busbw_factor("all_to_all", 8), 0.875);
    EXPECT_THROW(busbw_factor("all_gather_v", 8), std::invalid_argument);
}

// 1.75 x 900 B / 900 GB/s + 500 ns.
TEST(ClosedForm, LowerBoundIsBytesThroughThePortAndOnePath)
{
    PathModel path = published_path();
    EXPECT_DOUBLE_EQ(lower_bound_ns("all_reduce", call_of(8, 900), path), 501.75);
    EXPECT_DOUBLE_EQ(lower_bound_ns("all_to_all", call_of(8, 900), path), 500.875);
}

TEST(ClosedForm, LowerBoundIsBelowEveryAlgorithm)
{
    PathModel const path = published_path();
    for (auto const& a : algorithms())
        for (std::int64_t bytes : {16, 1 << 10, 1 << 20, 1 << 30}) {
            CollectiveCall call = call_of(72, bytes);
            if (a.in_switches()) continue;  // in_network_test.cc, switch_reduce_test.cc
            if (a.once_per_domain) call.experts = ExpertTraffic{72, 8, 256, 0, 42};
            EXPECT_LT(lower_bound_ns(a.op, call, path), a.closed_form_ns(call, path))
                << a.name << " " << bytes;
        }
}

}  // namespace
}  // namespace copperwall
