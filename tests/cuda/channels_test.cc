// What channels of finite buffers do, against closed forms and, packet by packet, against their law.
#include "cuda/channels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "cuda/reference.h"
#include "tests/cuda/support/compare.h"
#include "tests/cuda/support/everywhere.h"
#include "tests/cuda/support/packet_times.h"
#include "tests/cuda/support/schedules.h"

namespace copperwall::testing {
namespace {

auto* const counted = ::testing::AddGlobalTestEnvironment(new CountComparisons);

constexpr PacketFormat kPackets{256, 16, 16};

//! Gpus 1 .. 8 send 400 packets each to gpu 0, and gpu 1 then one to gpu 9: message 11.
Schedule flood_and_one()
{
    Schedule s;
    s.gpus = 10;
    Family f;
    f.count = 2;
    f.table = 0;
    s.families = {f};
    s.table.assign(20, {});
    for (std::uint32_t gpu = 1; gpu != 9; ++gpu) s.table[gpu] = {0, 400 * 256, 0};
    s.table[11] = {9, 256, 0};
    return s;
}

Time arrives(Network const& network, std::uint32_t message)
{
    EngineInput const input{network, flood_and_one(), kPackets};
    EngineOptions by_heap;
    by_heap.engine = Engine::reference;
    EngineResult const result = run_everywhere(input);
    EXPECT_EQ(result.messages[message].complete, run(input, by_heap).messages[message].complete);
    return result.messages[message].complete;
}

// In packet times: gpu 1 fills the 24 slots of its channel to gpu 0 by 24. Its first packet leaves the switch
// as it comes, at 10, so that its credit is back at 20 and a 25th follows at 24; its second waits for the
// first of 7 others, leaves at 18 and gives its credit back at 28. So at 25 the port has nothing to start in
// that channel, and the packet for gpu 9 goes: 10 to the switch, 10 on, and itself.
TEST(Channels, LetOthersPassWhatWaitsForAHotPort)
{
    Network const network = with_slots(switched(10), 24);
    EXPECT_EQ(arrives(with_channels(network, 2), 11), (25 + 20 + 1) * kPacket);
    EXPECT_EQ(arrives(with_channels(network, 8), 11), (25 + 20 + 1) * kPacket);
    // 0 and 9 share one of 3 channels: 400 packets go first, one in 8 of those that the hot port serves.
    EXPECT_GE(arrives(with_channels(network, 3), 11), (400 - 24 - 2) * 8 * kPacket);
    EXPECT_EQ(arrives(with_channels(network, 3), 11), arrives(network, 11));
}

// One slot and 20 packet times of a round trip, 21 into a gpu: in one channel a packet starts every 20 or 21;
// messages to gpus 1 and 2 in two channels do so side by side, half as long apart.
TEST(Channels, EachHaveTheirSlots)
{
    Schedule s;
    s.gpus = 4;
    Family f;
    f.count = 2;
    f.table = 0;
    s.families = {f};
    s.table.assign(8, {});
    s.table[0] = {1, 100 * 256, 0};
    s.table[4] = {2, 100 * 256, 0};
    Network const network = with_slots(switched(4), 1);
    auto const finish = [&](std::uint32_t channels) {
        return run_everywhere({with_channels(network, channels), s, kPackets}).finish_fs;
    };
    // The slot at the gpu is the slower: packet k + 1 leaves the switch 21 after packet k, its credit is back
    // 10 after that, and the next is there 10 later.
    EXPECT_EQ(finish(2), (1 + 20 + 99 * 21 + 1) * kPacket);
    EXPECT_GT(finish(1), 199 * 20 * kPacket);
}

//! One packet at one port of a run that is over.
struct Passed {
    Time eligible = 0;
    std::uint64_t order = 0;  //!< among those of a port: the input, or the place in a gpu's list
    Time start = 0;
    Time ends = 0;
    Time credit = 0;  //!< when that of its slot is back
};

//! A port on its own, from when packets came to it and when their credits came back: tells when each starts.
class PortAlone {
public:
    PortAlone(std::vector<std::vector<Passed>> channels, std::uint32_t slots, bool by_eligibility)
        : channels_(std::move(channels)), next_(channels_.size(), 0), slots_(slots), timed_(by_eligibility)
    {
        for (auto& packets : channels_) {
            std::sort(packets.begin(), packets.end(),
                      [this](Passed const& a, Passed const& b) { return before(a, b); });
            auto& back = credits_.emplace_back();
            for (Passed const& p : packets) back.push_back(p.credit);
            std::sort(back.begin(), back.end());
        }
    }

    //! How many started when they should.
    std::size_t right()
    {
        std::size_t n = 0;
        for (Time free_at = 0;; ++n) {
            Time least = kNever;
            for (std::size_t c = 0; c != channels_.size(); ++c)
                least = std::min(least, std::max(free_at, possible(c)));
            if (least == kNever) return n;
            std::size_t first = channels_.size();
            for (std::size_t c = 0; c != channels_.size(); ++c) {
                if (possible(c) > least) continue;
                if (first == channels_.size() || before(head(c), head(first))) first = c;
            }
            if (head(first).start != least) return n;
            free_at = head(first).ends;
            ++next_[first];
        }
    }

private:
    bool before(Passed const& a, Passed const& b) const
    {
        return timed_ && a.eligible != b.eligible ? a.eligible < b.eligible : a.order < b.order;
    }
    Passed const& head(std::size_t c) const { return channels_[c][next_[c]]; }
    Time possible(std::size_t c) const
    {
        if (next_[c] == channels_[c].size()) return kNever;
        return std::max(head(c).eligible, next_[c] < slots_ ? 0 : credits_[c][next_[c] - slots_]);
    }

    std::vector<std::vector<Passed>> channels_;
    std::vector<std::vector<Time>> credits_;  //!< of each channel, as they come back
    std::vector<std::size_t> next_;
    std::uint32_t slots_;
    bool timed_;
};

//! Hops of a run by link and message, without a packet that takes another way than those of its message.
class WaysTaken {
public:
    explicit WaysTaken(EngineInput const& input) : in_(input)
    {
        run_reference(input, {}, &hops_);
        for (Hop const& hop : hops_) by_link_[{hop.link, hop.message}].push_back(hop);
        for (auto const& [key, hops] : by_link_) {
            into_[{network().links[key.first].to, key.second}] = key.first;
            out_of_[{network().links[key.first].from, key.second}] = key.first;
        }
    }

    std::size_t hops() const { return hops_.size(); }

    //! Of one family, a table in which nobody waits.
    std::vector<std::vector<Passed>> at(LinkId id) const
    {
        std::vector<std::vector<Passed>> channels(network().channels.count);
        for (auto const& [key, hops] : by_link_) {
            if (key.first != id) continue;
            TableRow const& row = in_.schedule.table[key.second];
            for (std::size_t k = 0; k != hops.size(); ++k)
                channels[row.receiver % channels.size()].push_back(passed(hops, k, row));
        }
        return channels;
    }

private:
    Network const& network() const { return in_.network; }
    Time serialisation(LinkId id, std::uint32_t flits) const
    {
        return serialisation_fs(in_.format, flits, network().rates_Bps[network().links[id].rate]);
    }

    Passed passed(std::vector<Hop> const& hops, std::size_t k, TableRow const& row) const
    {
        Hop const& hop = hops[k];
        Link const& link = network().links[hop.link];
        Time const s = serialisation(hop.link, hop.flits);
        Passed p{row.offset_fs, hop.message * std::uint64_t{1'000'000} + k, hop.start_fs, hop.start_fs + s,
                 0};
        if (link.from >= network().gpus) {
            LinkId const before = into_.at({link.from, hop.message});
            Time const own = serialisation(before, hop.flits);
            bool const by_head = network().links[before].arrival == Arrival::head;
            p.eligible = by_link_.at({before, hop.message})[k].start_fs + network().links[before].latency_fs +
                         (by_head ? std::max(Time{0}, own - s) : own);
            p.order = network().links[before].ingress_port;
        }
        p.credit = link.latency_fs;
        p.credit += link.to < network().gpus
                        ? p.ends + link.latency_fs
                        : by_link_.at({out_of_.at({link.to, hop.message}), hop.message})[k].start_fs;
        return p;
    }

    EngineInput const& in_;
    std::vector<Hop> hops_;
    std::map<std::pair<LinkId, MessageId>, std::vector<Hop>> by_link_;
    std::map<std::pair<NodeId, MessageId>, LinkId> into_, out_of_;
};

// Every packet of every port starts when the law says, of what came to the port and went back to it: the
// first in order of those with a credit, and as soon as there is one.
TEST(Channels, StartTheFirstThatHasACredit)
{
    Shape shape;
    shape.leaves = 3;
    shape.per_leaf = 5;
    shape.spines = 2;
    for (std::uint64_t seed = 0; seed != 12; ++seed) {
        auto const channels = static_cast<std::uint32_t>(2 + seed % 7);
        Network const network = with_random_slots(with_random_links(leaf_spine(shape), seed), 3 * seed);
        Schedule const skewed = all_to_all(15, 90'000, random_skews(15, kFsPerUs, seed));
        EngineInput const input{with_channels(network, channels), skewed, kPackets};
        WaysTaken const taken(input);
        std::size_t right = 0;
        for (LinkId l = 0; l != network.links.size(); ++l) {
            std::uint32_t const slots = network.links[l].slots == 0 ? kNone : network.links[l].slots;
            right += PortAlone(taken.at(l), slots, network.links[l].from >= network.gpus).right();
        }
        EXPECT_EQ(right, taken.hops()) << "seed " << seed;
    }
}

// A circle of waiting links, opened by two channels; one slot in each.
TEST(Channels, RunRoundARing)
{
    for (std::uint32_t const slots : {1u, 2u, 16u}) {
        EngineInput const input{with_channels(ring_of_switches(slots), 2), all_to_all(3, 100'000), kPackets};
        EngineOptions options;
        options.hash = true;
        EngineResult const result = run_everywhere(input, options);
        EXPECT_EQ(result.hops, 3 * (3 + 4) * 131);  // of 33,328 or 33,344 B: 130 full packets, one short
        options.engine = Engine::reference;
        EXPECT_TRUE(equal_runs(run(input, options), result));
    }
}

}  // namespace
}  // namespace copperwall::testing
