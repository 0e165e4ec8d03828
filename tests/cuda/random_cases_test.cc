// Random networks, formats and schedules: windows = reference = second algorithm, and what no traffic may
// break.
#include "tests/cuda/support/random_cases.h"

#include <algorithm>

#include "cuda/hop_hash.h"
#include "cuda/reference.h"
#include "cuda/unfinished.h"
#include "tests/cuda/support/compare.h"
#include "tests/cuda/support/everywhere.h"
#include "tests/cuda/support/networks.h"
#include "tests/cuda/support/schedules.h"
#include "tests/cuda/support/second_algorithm.h"

namespace copperwall::testing {
namespace {

auto* const counted = ::testing::AddGlobalTestEnvironment(new CountComparisons);

EngineResult run_as(EngineInput const& input, Engine engine, double window = 1, unsigned threads = 1,
                    std::uint32_t longest_train = kNone)
{
    EngineOptions options;
    options.engine = engine;
    options.hash = true;
    options.threads = threads;
    options.longest_train = longest_train;
    if (window < 1) {
        double const largest = static_cast<double>(largest_window_fs(input));
        options.window_fs = std::max(Time{1}, static_cast<Time>(window * largest));
    }
    return run_everywhere(input, options);
}

void expect_same_last_ports(EngineResult const& a, EngineResult const& b)
{
    for (std::size_t m = 0; m != a.messages.size(); ++m) {
        ASSERT_EQ(a.messages[m].last_port, b.messages[m].last_port) << "message " << m;
        ASSERT_EQ(a.messages[m].packets_left, 0u) << "message " << m;
    }
}

//! A link's rate at `time`, and whether it is always the same.
std::pair<std::uint16_t, bool> rate_of(Network const& network, Link const& link, Time time)
{
    std::uint16_t rate = link.rate;
    bool same = true;
    for (std::size_t o = link.outages; o != kNoOutage && network.outages[o].down_fs != kNever; ++o) {
        std::uint16_t const after = network.outages[o].rate_after;
        if (after == kSameRate) continue;
        same = false;
        if (network.outages[o].up_fs <= time) rate = after;
    }
    return {rate, same};
}

//! A link is busy for its bytes at its rate, less than a femtosecond a packet longer, and no longer than
//! there is time; what enters a switch leaves it.
void expect_conservation(EngineInput const& input, EngineResult const& r)
{
    Network const& network = input.network;
    std::vector<std::int64_t> balance(network.nodes.size(), 0);
    for (std::size_t l = 0; l != network.links.size(); ++l) {
        Link const& link = network.links[l];
        LinkUse const& use = r.links[l];
        auto const excess = static_cast<__int128>(use.busy_fs) * network.rates_Bps[link.rate] -
                            static_cast<__int128>(use.wire_bytes) * 1'000'000'000'000'000;
        bool const same = rate_of(network, link, 0).second;
        ASSERT_TRUE(excess >= 0 || !same) << "link " << l;
        if (same) {
            ASSERT_LE(excess, static_cast<__int128>(use.packets) * network.rates_Bps[link.rate])
                << "link " << l;
        }
        ASSERT_LE(use.busy_fs, use.last_end_fs) << "link " << l;
        balance[link.to] += use.wire_bytes;
        balance[link.from] -= use.wire_bytes;
    }
    for (std::size_t n = network.gpus; n != balance.size(); ++n) ASSERT_EQ(balance[n], 0) << "node " << n;
}

//! By every packet of the reference.
void expect_busy_at_the_rates_of_starts(EngineInput const& input)
{
    std::vector<Hop> hops;
    EngineResult const result = run_reference(input, {}, &hops);
    std::vector<Time> busy(input.network.links.size(), 0);
    for (Hop const& hop : hops) {
        std::uint16_t const rate = rate_of(input.network, input.network.links[hop.link], hop.start_fs).first;
        busy[hop.link] += serialisation_fs(format_on(input, rate), hop.flits, input.network.rates_Bps[rate]);
    }
    for (LinkId l = 0; l != busy.size(); ++l) ASSERT_EQ(result.links[l].busy_fs, busy[l]) << "link " << l;
}

//! By every packet of the reference.
void expect_nothing_starts_while_down(EngineInput const& input)
{
    std::vector<Hop> hops;
    run_reference(input, {}, &hops);
    for (Hop const& hop : hops) {
        std::size_t o = input.network.links[hop.link].outages;
        for (; o != kNoOutage && input.network.outages[o].down_fs != kNever; ++o) {
            Outage const& outage = input.network.outages[o];
            ASSERT_FALSE(outage.down_fs <= hop.start_fs && hop.start_fs < outage.up_fs)
                << "link " << hop.link;
        }
    }
}

//! Those of the reference, whatever windows and trains; `threads` for one of the runs.
void expect_windows_give_the_bits(EngineInput const& input, unsigned threads = 1)
{
    EngineResult const expected = run_as(input, Engine::reference);
    expect_conservation(input, expected);
    EngineResult const whole = run_as(input, Engine::windows);
    EXPECT_TRUE(equal_runs(whole, expected));
    expect_same_last_ports(whole, expected);
    EXPECT_TRUE(equal_runs(run_as(input, Engine::windows, 0.37, threads, 7), expected));
    EXPECT_TRUE(equal_runs(run_as(input, Engine::windows, 0.11, 1, 1), expected));
}

class RandomCase : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomCase, WithDependencies)
{
    EngineInput const input = random_input(GetParam(), true);
    // A barrier for each of many tiny windows would take seconds and show nothing more.
    expect_windows_give_the_bits(input, largest_window_fs(input) > 10 * kFsPerNs ? 2 : 1);
}

TEST_P(RandomCase, WithFiniteBuffers)
{
    EngineInput input = random_input(GetParam() + 200'000, true);
    input.network = with_random_slots(input.network, GetParam());
    expect_windows_give_the_bits(input);
}

TEST_P(RandomCase, WithChannels)
{
    EngineInput input = random_input(GetParam() + 600'000, true);
    input.network = with_random_channels(with_random_slots(input.network, GetParam()), GetParam());
    Time const span = run_as(input, Engine::windows).finish_fs;
    if (GetParam() % 3 == 0) input.network = with_random_outages(input.network, span, GetParam());
    if (GetParam() % 3 == 1) input.network = with_random_retraining(input.network, span, GetParam());
    expect_nothing_starts_while_down(input);
    expect_windows_give_the_bits(input);
}

//! `span`: what the run takes without them, so that most of them matter.
TEST_P(RandomCase, WithOutages)
{
    EngineInput input = random_input(GetParam() + 300'000, true);
    if (GetParam() % 2 != 0) input.network = with_random_slots(input.network, GetParam());
    if (GetParam() % 3 == 0) input.network = with_listed_ports(input.network, GetParam());
    Time const span = run_as(input, Engine::windows).finish_fs;
    input.network = with_random_outages(input.network, span, GetParam());
    expect_nothing_starts_while_down(input);
    expect_windows_give_the_bits(input);
}

EngineInput with_port_sets(std::uint64_t seed)
{
    for (;; seed += 1000) {
        EngineInput input = random_input(seed, true);
        if (!input.network.port_sets.empty()) return input;
    }
}

//! With sets of ports, by whose queues packets choose.
EngineInput random_choices(std::uint64_t seed)
{
    EngineInput input = with_port_sets(seed);
    input.network.spreading.adaptive = true;
    return input;
}

TEST_P(RandomCase, WithOutagesAndChoices)
{
    EngineInput input = random_choices(GetParam() + 700'000);
    if (GetParam() % 2 != 0) input.network = with_random_slots(input.network, GetParam());
    if (GetParam() % 3 == 0) input.network = with_listed_ports(input.network, GetParam());
    Time const span = run_as(input, Engine::windows).finish_fs;
    input.network = GetParam() % 5 < 2 ? with_random_retraining(input.network, span, GetParam())
                                       : with_random_outages(input.network, span, GetParam());
    expect_nothing_starts_while_down(input);
    expect_windows_give_the_bits(input, largest_window_fs(input) > 10 * kFsPerNs ? 2 : 1);
}

//! What never completes, one line a transfer; empty: all does.
std::string left_over(EngineInput const& input, Engine engine, EngineResult& result, double window = 1)
{
    try {
        result = run_as(input, engine, window);
    } catch (Unfinished const& error) {
        std::string text = error.what();
        for (UnfinishedTransfer const& t : error.transfers)
            text += "\n" + std::to_string(t.sender) + ' ' + std::to_string(t.receiver) + ' ' +
                    std::to_string(t.ready_fs) + ' ' + std::to_string(t.packets_left);
        return text;
    }
    return {};
}

//! Both engines end alike, whether all packets find a way or not.
void expect_the_same_end(EngineInput const& input)
{
    EngineResult expected;
    std::string const left = left_over(input, Engine::reference, expected);
    for (double const window : {1.0, 0.3}) {
        EngineResult result;
        ASSERT_EQ(left_over(input, Engine::windows, result, window), left);
        EXPECT_TRUE(equal_runs(result, expected));
    }
}

TEST_P(RandomCase, WithLostLinksAndChoices)
{
    EngineInput input = random_choices(GetParam() + 800'000);
    if (GetParam() % 2 != 0) input.network = with_random_slots(input.network, GetParam());
    Time const span = run_as(input, Engine::windows).finish_fs;
    input.network = with_lost_links(input.network, span, GetParam());
    expect_the_same_end(input);
}

TEST_P(RandomCase, WithRoutesPlannedAnew)
{
    EngineInput input = with_port_sets(GetParam() + 900'000);
    if (input.network.spreading.adaptive) input.network.spreading = {1, false};
    if (GetParam() % 2 != 0) input.network = with_random_slots(input.network, GetParam());
    if (GetParam() % 3 == 0) input.network = with_listed_ports(input.network, GetParam());
    Time const span = run_as(input, Engine::windows).finish_fs;
    auto const take_down = GetParam() % 5 < 2   ? with_lost_links
                           : GetParam() % 5 < 4 ? with_random_outages
                                                : with_random_retraining;
    input.network = with_random_replans(take_down(input.network, span, GetParam()), span, GetParam());
    expect_the_same_end(input);
    if (GetParam() % 5 >= 2)
        expect_windows_give_the_bits(input, largest_window_fs(input) > 10 * kFsPerNs ? 2 : 1);
}

//! Gpus that send several transfers by turns, or acknowledge packets, or both, beside all that there is but
//! channels.
TEST_P(RandomCase, ByTurns)
{
    EngineInput input = random_input(GetParam() + 1'000'000, true);
    input.schedule.at_once = static_cast<std::uint32_t>(1 + GetParam() % 5);
    if (GetParam() % 5 == 0 || GetParam() % 7 < 3)
        input.format.ack_bytes = static_cast<std::uint32_t>(1 + GetParam() % 31);
    if (GetParam() % 2 != 0) input.network = with_random_slots(input.network, GetParam());
    if (GetParam() % 3 == 0) input.network = with_listed_ports(input.network, GetParam());
    Time const span = run_as(input, Engine::windows).finish_fs;
    if (GetParam() % 4 == 0) input.network = with_random_outages(input.network, span, GetParam());
    if (GetParam() % 4 == 1) input.network = with_random_retraining(input.network, span, GetParam());
    expect_nothing_starts_while_down(input);
    expect_windows_give_the_bits(input, largest_window_fs(input) > 10 * kFsPerNs ? 2 : 1);
}

TEST_P(RandomCase, WithNewRatesAfterOutages)
{
    EngineInput input = random_input(GetParam() + 500'000, true);
    if (GetParam() % 2 != 0) input.network = with_random_slots(input.network, GetParam());
    Time const span = run_as(input, Engine::windows).finish_fs;
    input.network = with_random_retraining(input.network, span, GetParam());
    expect_busy_at_the_rates_of_starts(input);
    expect_windows_give_the_bits(input);
}

TEST_P(RandomCase, WithOutagesAndWithoutDependencies)
{
    EngineInput input = random_input(GetParam() + 400'000, false);
    input.network = with_random_outages(input.network, run_as(input, Engine::windows).finish_fs, GetParam());
    EngineResult const windows = run_as(input, Engine::windows);
    SecondResult const second = sort_and_scan(input);
    EXPECT_EQ(second.hop_hash, windows.hop_hash);
    for (std::size_t m = 0; m != second.complete.size(); ++m)
        ASSERT_EQ(second.complete[m], windows.messages[m].complete) << "message " << m;
    ++comparisons;
}

TEST_P(RandomCase, WithoutDependencies)
{
    EngineInput const input = random_input(GetParam() + 100'000, false);
    EngineResult const reference = run_as(input, Engine::reference);
    SecondResult const second = sort_and_scan(input);
    EXPECT_EQ(second.hop_hash, reference.hop_hash);
    EXPECT_EQ(second.hops, reference.hops);
    for (std::size_t m = 0; m != second.complete.size(); ++m)
        ASSERT_EQ(second.complete[m], reference.messages[m].complete) << "message " << m;
    ++comparisons;
    EXPECT_TRUE(equal_runs(run_as(input, Engine::windows), reference));
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomCase, ::testing::Range(std::uint64_t{0}, std::uint64_t{400}));

//! The link of plane `plane` that a link of the folded twin stands for.
LinkId unfolded_link(Network const& folded, Network const& unfolded, LinkId link, std::uint32_t plane)
{
    NodeId const from = folded.links[link].from;
    std::uint32_t const port = link - folded.nodes[from].first_egress;
    if (from < folded.gpus) return unfolded.nodes[from].first_egress + plane;
    auto const chips = static_cast<std::uint32_t>(folded.nodes.size()) - folded.gpus;
    return unfolded.nodes[from + plane * chips].first_egress + port;
}

//! Gives all planes the outages of the folded one.
void take_down_alike(Network const& folded, Network& unfolded)
{
    unfolded.outages = folded.outages;
    for (LinkId link = 0; link != folded.links.size(); ++link)
        for (std::uint32_t plane = 0; plane != folded.ports[kInside].planes; ++plane)
            unfolded.links[unfolded_link(folded, unfolded, link, plane)].outages = folded.links[link].outages;
}

//! Every hop of the folded run, done once in each plane, is the unfolded run: no hop more, none less.
//! `down_within`: some links are down for a while, most within this time; 0: none.
void expect_folds_per_hop(Shape shape, Schedule const& schedule, bool adaptive = false,
                          std::uint32_t slots = 0, std::uint32_t channels = 1, Time down_within = 0)
{
    PacketFormat const format{256, 16, 16};
    auto const input = [&](bool fold) {
        shape.folded = fold;
        EngineInput made{with_slots(leaf_spine(shape), slots), schedule, format};
        made.network.spreading.adaptive = adaptive;
        made.network.channels.count = channels;
        return made;
    };
    EngineInput unfolded = input(false);
    EngineInput folded = input(true);
    if (down_within != 0) {
        folded.network = with_random_outages(folded.network, down_within, slots + 41);
        take_down_alike(folded.network, unfolded.network);
    }
    EngineOptions options;
    options.hash = true;
    std::vector<Hop> hops;
    EngineResult const one = run_reference(folded, options, &hops);
    std::uint64_t hash = 0;
    for (Hop const& hop : hops) {
        for (std::uint32_t plane = 0; plane != shape.planes; ++plane) {
            LinkId const link = unfolded_link(folded.network, unfolded.network, hop.link, plane);
            hash += mix(link, hop.message, hop.start_fs, hop.flits);
        }
    }
    EXPECT_TRUE(equal_runs(run_as(folded, Engine::windows), one));
    for (Engine const engine : {Engine::reference, Engine::windows}) {
        EngineResult const all = run_as(unfolded, engine);
        ++comparisons;
        EXPECT_EQ(hash, all.hop_hash);
        EXPECT_EQ(one.effective_hops, all.hops);
        EXPECT_EQ(one.finish_fs, all.finish_fs);
    }
}

TEST(Folding, IsExactPerHop)
{
    Shape shape;
    shape.planes = 6;
    Schedule skewed = all_to_all(8, 100'003, random_skews(8, kFsPerUs, 31));
    for (Schedule const& s :
         {ring_all_reduce(8, 100'003, 14), two_shot(8, 77'777), all_to_all(8, 123'456), skewed}) {
        expect_folds_per_hop(shape, s);
    }
    shape.leaves = 4;
    shape.per_leaf = 4;
    shape.spines = 2;
    skewed = all_to_all(16, 200'001, random_skews(16, kFsPerUs, 32));
    for (bool const spreads : {false, true}) {
        shape.spreads = spreads;  // packet by packet, in every plane alike
        for (Schedule const& s : {ring_all_reduce(16, 200'001, 30), two_shot(16, 200'001), skewed})
            expect_folds_per_hop(shape, s);
    }
    // By queues: planes that carry the same have the same queues.
    for (std::uint32_t const slots : {0u, 5u})
        for (Schedule const& s : {ring_all_reduce(16, 200'001, 30), two_shot(16, 200'001), skewed})
            for (Time const down_within : {Time{0}, 3 * kFsPerUs})
                expect_folds_per_hop(shape, s, true, slots, 1, down_within);
    shape.spreads = false;
    for (Schedule const& s : {ring_all_reduce(16, 200'001, 30), two_shot(16, 200'001), skewed})
        expect_folds_per_hop(shape, s, false, 5, 3);
}

}  // namespace
}  // namespace copperwall::testing
