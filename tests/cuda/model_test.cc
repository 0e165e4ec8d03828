// The engine's model in cases small enough to solve by hand; both engines must give the hand's times. Unit:
// the time of one flit, 1 ns (16 B flits at 16 GB/s, no header); packets of 10 flits; links of 100 ns.
#include <gtest/gtest.h>

#include "cuda/engine.h"
#include "cuda/reference.h"
#include "tests/cuda/support/networks.h"

namespace copperwall::testing {
namespace {

constexpr PacketFormat kTenFlits{160, 0, 16};
constexpr Time ns = kFsPerNs;

Network one_switch(std::uint32_t gpus, std::uint32_t planes, Arrival into_switch)
{
    Shape shape;
    shape.per_leaf = gpus;
    shape.planes = planes;
    shape.rate_Bps = 16'000'000'000;
    shape.latency_fs = 100 * ns;
    shape.into_switches = into_switch;
    return leaf_spine(shape);
}

//! Families of one transfer each, from a table; gpus that are not named send nothing.
class Traffic {
public:
    explicit Traffic(std::uint32_t gpus) { schedule_.gpus = gpus; }

    Family& send(std::uint32_t from, std::uint32_t to, std::int64_t flits, Time ready = 0)
    {
        Family f;
        f.count = 1;
        f.table = static_cast<std::uint32_t>(schedule_.table.size());
        schedule_.table.resize(f.table + schedule_.gpus);
        schedule_.table[f.table + from] = {to, flits * 16, 0};
        f.delay_fs = ready;
        schedule_.families.push_back(f);
        return schedule_.families.back();
    }

    Schedule schedule_;
};

class Model : public ::testing::TestWithParam<Engine> {
protected:
    EngineResult result(Network const& network, Schedule const& schedule)
    {
        EngineOptions options;
        options.engine = GetParam();
        return run({network, schedule, kTenFlits}, options);
    }
};

//! Message of family f sent by gpu `from`, where every family before it has count 1.
MessageTimes const& message(EngineResult const& r, std::uint32_t gpus, std::uint32_t f, std::uint32_t from)
{
    return r.messages[std::size_t{f} * gpus + from];
}

// 25 flits = packets of 10, 10, 5. Tails reach the switch at 110, 120, 125; they leave at 110-120, 120-130,
// 130-135; the last is there at 235.
TEST_P(Model, StoreAndForwardRepeatsOnePacket)
{
    Traffic t(2);
    t.send(0, 1, 25);
    EXPECT_EQ(result(one_switch(2, 1, Arrival::tail), t.schedule_).finish_fs, 235 * ns);
}

// Heads reach the switch at 100, 110, 120 and go on at once: 120 + 5 + 100.
TEST_P(Model, CutThroughRepeatsNothing)
{
    Traffic t(2);
    t.send(0, 1, 25);
    EXPECT_EQ(result(one_switch(2, 1, Arrival::head), t.schedule_).finish_fs, 225 * ns);
}

// Down link twice as fast: a packet of 10 may start 5 ns after its head arrived, so that its tail is there in
// time: 105-110, 115-120, and the short one at 120 + 2.5 .. 125: the last arrives at 225.
// Down link half as fast: it starts at once and queues: 100-120, 120-140, 140-150: arrives at 250.
TEST_P(Model, CutThroughBetweenRatesNeverRunsDry)
{
    Traffic t(2);
    t.send(0, 1, 25);
    Network network = one_switch(2, 1, Arrival::head);
    network.rates_Bps.push_back(32'000'000'000);
    for (Link& link : network.links) link.rate = link.to < 2 ? 1 : 0;
    EngineResult const faster = result(network, t.schedule_);
    EXPECT_EQ(faster.finish_fs, 225 * ns);
    EXPECT_EQ(faster.links[3].busy_fs, 12'500'000);
    network.rates_Bps[1] = 8'000'000'000;
    EXPECT_EQ(result(network, t.schedule_).finish_fs, 250 * ns);
}

// Two packets for gpu 2 are eligible at the same instant: the lower ingress port goes first. Ports of the
// switch are the gpus' numbers; exchanged, the order turns round.
TEST_P(Model, TiesGoByIngressPort)
{
    Traffic t(3);
    t.send(0, 2, 10);
    t.send(1, 2, 10);
    Network network = one_switch(3, 1, Arrival::head);
    EngineResult const straight = result(network, t.schedule_);
    EXPECT_EQ(message(straight, 3, 0, 0).complete, 210 * ns);
    EXPECT_EQ(message(straight, 3, 1, 1).complete, 220 * ns);
    std::swap(network.links[0].ingress_port, network.links[1].ingress_port);
    EngineResult const crossed = result(network, t.schedule_);
    EXPECT_EQ(message(crossed, 3, 0, 0).complete, 220 * ns);
    EXPECT_EQ(message(crossed, 3, 1, 1).complete, 210 * ns);
}

// Gpu 0 has three messages of 10 flits: family 0 ready at 30, family 1 at 5, family 2 at 5. In order of
// ready, then family: starts at 5, 15, 30 (the port idles from 25 to 30).
TEST_P(Model, SourceServesByReadyThenFamily)
{
    Traffic t(2);
    t.send(0, 1, 10, 30 * ns);
    t.send(0, 1, 10, 5 * ns);
    t.send(0, 1, 10, 5 * ns);
    EngineResult const r = result(one_switch(2, 1, Arrival::head), t.schedule_);
    EXPECT_EQ(message(r, 2, 0, 0).complete, 240 * ns);
    EXPECT_EQ(message(r, 2, 1, 0).complete, 215 * ns);
    EXPECT_EQ(message(r, 2, 2, 0).complete, 225 * ns);
}

// A run of two transfers, ready at 0 and 50, holds the port between them: family 1, ready at 20, starts
// at 60.
TEST_P(Model, RunIsFinishedBeforeTheNext)
{
    Schedule s;
    s.gpus = 2;
    Family run_of_two;
    run_of_two.count = 2;
    run_of_two.table = 0;
    Family other;
    other.count = 1;
    other.table = 4;
    other.delay_fs = 20 * ns;
    s.table.resize(6);
    s.table[0] = {1, 160, 0};
    s.table[2] = {1, 160, 50 * ns};
    s.table[4] = {1, 160, 0};
    s.families = {run_of_two, other};
    EngineResult const r = result(one_switch(2, 1, Arrival::head), s);
    EXPECT_EQ(r.messages[0].complete, 210 * ns);
    EXPECT_EQ(r.messages[2].complete, 260 * ns);
    EXPECT_EQ(r.messages[4].complete, 270 * ns);
}

// Gpu 1 answers what it gets: two messages arrive at 210 and 220, the answers wait for one and two arrivals,
// 7 ns each: ready at 217 and 227, there at 427 and 437. Each keeps the message that released it.
TEST_P(Model, ArrivalsReleaseWhatWaits)
{
    Traffic t(2);
    t.schedule_.counters = 1;
    t.send(0, 1, 10).signal = 0;
    t.send(0, 1, 10).signal = 0;
    for (std::uint32_t need : {2u, 1u}) {
        Family& answer = t.send(1, 0, 10, 7 * ns);
        answer.wait = 0;
        answer.need_0 = need;
    }
    EngineResult const r = result(one_switch(2, 1, Arrival::head), t.schedule_);
    EXPECT_EQ(message(r, 2, 2, 1).ready, 227 * ns);
    EXPECT_EQ(message(r, 2, 2, 1).complete, 437 * ns);
    EXPECT_EQ(message(r, 2, 2, 1).predecessor, 2u);
    EXPECT_EQ(message(r, 2, 3, 1).ready, 217 * ns);
    EXPECT_EQ(message(r, 2, 3, 1).complete, 427 * ns);
    EXPECT_EQ(message(r, 2, 3, 1).predecessor, 0u);
    EXPECT_EQ(message(r, 2, 0, 0).predecessor, kNone);
}

// Three planes, 64 flits = 1024 B >= 3 x 160: each plane carries ceil(1024 / 3) = 342 B, 22 flits in packets
// of 10, 10, 2. All arrive at 222; 9 packets, 18 hops. A message of 25 flits is smaller: packets of 10, 10, 5
// go alone on planes (0 + 1 + i) mod 3 = 1, 2, 0.
TEST_P(Model, MessagesAreCutOverPlanes)
{
    Network const network = one_switch(2, 3, Arrival::head);
    Traffic large(2);
    large.send(0, 1, 64);
    EngineResult const whole = result(network, large.schedule_);
    EXPECT_EQ(whole.finish_fs, 222 * ns);
    EXPECT_EQ(whole.hops, 18);
    EXPECT_EQ(whole.messages[0].last_port, 2u);
    Traffic small(2);
    small.send(0, 1, 25);
    EngineResult const spread = result(network, small.schedule_);
    EXPECT_EQ(spread.finish_fs, 210 * ns);
    EXPECT_EQ(spread.links[0].wire_bytes, 5 * 16);
    EXPECT_EQ(spread.links[1].wire_bytes, 10 * 16);
    EXPECT_EQ(spread.links[2].wire_bytes, 10 * 16);
}

std::string engine_name(::testing::TestParamInfo<Engine> const& info)
{
    return info.param == Engine::windows ? "windows" : "reference";
}

INSTANTIATE_TEST_SUITE_P(Engines, Model, ::testing::Values(Engine::windows, Engine::reference), engine_name);

// 272 B at 50 GB/s: 5.44 ns exactly. 256 B at 450 GB/s: 568.888... ps, rounded up to a femtosecond.
TEST(Serialisation, IsRoundedUp)
{
    EXPECT_EQ(serialisation_fs({256, 16, 16}, 16, 50'000'000'000), 5'440'000);
    EXPECT_EQ(serialisation_fs({256, 0, 16}, 16, 450'000'000'000), 568'889);
    EXPECT_EQ(serialisation_fs({256, 0, 16}, 1, 16'000'000'000'000'000), 1);
    EXPECT_EQ(serialisation_fs({256, 0, 16}, 1, 17'000'000'000'000'000), 1);
}

// The log of hops: one message of 15 flits, packets of 10 and 5, head to the switch after 100 ns.
TEST(Reference, LogsEveryHopInOrderOfTime)
{
    Traffic t(2);
    t.send(0, 1, 15);
    std::vector<Hop> hops;
    run_reference({one_switch(2, 1, Arrival::head), t.schedule_, kTenFlits}, {}, &hops);
    std::vector<Hop> const expected{
        {0, 0, 0, 10}, {0, 0, 10 * ns, 5}, {3, 0, 100 * ns, 10}, {3, 0, 110 * ns, 5}};
    EXPECT_EQ(hops, expected);
}

}  // namespace
}  // namespace copperwall::testing
