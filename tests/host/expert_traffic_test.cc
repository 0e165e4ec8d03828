//! Tokens to experts against published shares and by counting.
#include "host/schedule/expert_traffic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <set>
#include <stdexcept>

#include "host/schedule/domains.h"
#include "host/schedule/expert_draw.h"

namespace copperwall {
namespace {

using testing::HasSubstr;

CollectiveCall call_of(std::uint32_t ranks, std::uint32_t domain_ranks, std::int64_t tokens,
                       ExpertTraffic const& experts)
{
    CollectiveCall call;
    call.gpus = call.ranks = ranks;
    call.domain_ranks = domain_ranks;
    call.bytes = tokens * experts.top_k * experts.token_bytes;
    call.experts = experts;
    return call;
}

// Distinct ranks of a token, u = N [1 - C(E-e, k) / C(E, k)] with E = 256, k = 8, e = E / N: published for
// DeepSeek-V3's shape.
TEST(ExpertTraffic, ReachesThePublishedNumberOfRanks)
{
    EXPECT_NEAR(8 * reached_share(256, 32, 8), 5.295, 5e-4);
    EXPECT_NEAR(16 * reached_share(256, 16, 8), 6.523, 5e-4);
    EXPECT_NEAR(64 * reached_share(256, 4, 8), 7.676, 5e-4);
    EXPECT_NEAR(256 * reached_share(256, 1, 8), 8.000, 5e-4);
    EXPECT_DOUBLE_EQ(reached_share(8, 5, 4), 1);
    EXPECT_DOUBLE_EQ(reached_share(8, 8, 1), 1);
}

// 4 experts, 2 of each token: C(2,2) / C(4,2) = 1/6 of the tokens have none in a domain that holds 2. 600 B
// are 300 B of every token once.
TEST(ExpertTraffic, ExpectsDistinctBytesOfADomainByCounting)
{
    EXPECT_DOUBLE_EQ(expected_distinct_bytes(call_of(4, 2, 30, {4, 2, 10, 0, 42})), 250);
}

struct Skew {
    double expert, rank;  //!< largest over mean
};

Skew skew_of(std::uint32_t ranks, double zipf, std::uint64_t seed)
{
    std::vector<std::uint32_t> const weights = zipf_weights(256, zipf);
    std::vector<std::uint32_t> const places = expert_places(256, seed);
    std::vector<double> load(ranks);
    for (std::uint32_t i = 0; i != 256; ++i) load[places[i] * ranks / 256] += weights[i];
    double const sum = std::accumulate(load.begin(), load.end(), 0.0);
    return {weights[0] * 256.0 / sum, *std::max_element(load.begin(), load.end()) * ranks / sum};
}

// Published calibration: Zipf with s = 0.6 over 256 experts on 32 ranks, 400 random placements.
TEST(ExpertTraffic, IsAsSkewedAsPublished)
{
    std::vector<double> ranks;
    for (std::uint64_t seed = 0; seed != 400; ++seed) {
        Skew const skew = skew_of(32, 0.6, seed);
        EXPECT_NEAR(skew.expert, 12.2, 0.05);
        ranks.push_back(skew.rank);
    }
    std::sort(ranks.begin(), ranks.end());
    EXPECT_NEAR(std::accumulate(ranks.begin(), ranks.end(), 0.0) / 400, 2.37, 0.05);
    EXPECT_NEAR(ranks[20], 2.05, 0.05);
    EXPECT_NEAR(ranks[380], 2.96, 0.1);
}

TEST(ExpertTraffic, WeightsFallAsThePowerAndNeverVanish)
{
    std::vector<std::uint32_t> const weights = zipf_weights(16, 2);
    EXPECT_NEAR(static_cast<double>(weights[0]) / weights[3], 16, 1e-6);
    EXPECT_NEAR(static_cast<double>(weights[0]) / weights[15], 256, 1e-4);
    for (std::uint32_t weight : zipf_weights(256, 40)) EXPECT_GE(weight, 1u);
}

TEST(ExpertTraffic, PlacesAreAShuffleThatTheSeedDecides)
{
    std::vector<std::uint32_t> places = expert_places(256, 7);
    EXPECT_EQ(places, expert_places(256, 7));
    EXPECT_NE(places, expert_places(256, 8));
    std::sort(places.begin(), places.end());
    for (std::uint32_t i = 0; i != 256; ++i) EXPECT_EQ(places[i], i);
}

// All 2^32 heights cannot be tried: a grid of them, which a weight of n / 1024 meets exactly.
TEST(ExpertDraws, AliasTableGivesEveryItemItsWeight)
{
    std::vector<std::uint32_t> const weights{512, 256, 128, 64, 63, 1, 0, 0};
    AliasTable const table(weights);
    std::vector<std::uint32_t> met(8);
    for (std::uint64_t column = 0; column != 8; ++column)
        for (std::uint64_t height = 0; height != 1024; ++height)
            ++met[table.item(column << 61 | height << 22)];
    for (std::uint32_t i = 0; i != 8; ++i) EXPECT_EQ(met[i], 8 * weights[i]) << i;
}

TEST(ExpertDraws, NeverRepeatWithinATokenHoweverUnequal)
{
    ExpertDraw draw({1u << 30, 1u << 20, 5, 1, 1});
    std::mt19937_64 random(3);
    for (int token = 0; token != 100; ++token) {
        draw.begin_token();
        std::set<std::uint32_t> experts;
        for (int k = 0; k != 5; ++k) experts.insert(draw.next(random));
        EXPECT_EQ(experts.size(), 5);
    }
}

// Two of three experts of weights 2, 1, 1: {0, 1} comes as 0 then 1 with 1/2 x 1/2, as 1 then 0 with 1/4 x
// 2/3: 5/12; so does {0, 2}; {1, 2} 1/6.
TEST(ExpertDraws, DrawAgainWhatATokenHas)
{
    ExpertDraw draw({2, 1, 1});
    std::mt19937_64 random(11);
    int without[3] = {};
    for (int token = 0; token != 60000; ++token) {
        draw.begin_token();
        std::uint32_t const first = draw.next(random);
        ++without[3 - first - draw.next(random)];
    }
    EXPECT_NEAR(without[0], 10000, 400);
    EXPECT_NEAR(without[1], 25000, 500);
    EXPECT_NEAR(without[2], 25000, 500);
}

TEST(TokenCounts, ConserveEveryPickOfEveryToken)
{
    CollectiveCall call = call_of(16, 4, 100, {64, 6, 16, 0.6, 1});
    call.groups = 2;
    TokenCounts const& counts = token_counts(call);
    for (std::uint32_t sender = 0; sender != 32; ++sender) {
        std::uint64_t all = 0, all_distinct = 0;
        for (std::uint32_t domain = 0; domain != 4; ++domain) {
            std::uint32_t picks = 0;
            for (std::uint32_t l = 0; l != 4; ++l) picks += counts.picks[sender * 16 + domain * 4 + l];
            std::uint32_t const distinct = counts.distinct[sender * 4 + domain];
            EXPECT_LE(distinct, picks);
            EXPECT_LE(distinct, 100u);
            EXPECT_EQ(distinct == 0, picks == 0);
            all += picks;
            all_distinct += distinct;
        }
        EXPECT_EQ(all, 100 * 6);
        EXPECT_GE(all_distinct, 100u);
    }
}

TEST(TokenCounts, OfOneDomainAreTheTokensAndOfDomainsOfOneRankReachTheExpectedShare)
{
    TokenCounts const& one = token_counts(call_of(8, 0, 50, {64, 6, 16, 1, 1}));
    EXPECT_THAT(one.distinct, testing::Each(50u));
    // Weights almost alike: 8 x 2000 tokens reach 8 x 0.558 domains each.
    TokenCounts const& eight = token_counts(call_of(8, 1, 2000, {64, 6, 16, 1e-6, 1}));
    double const mean = std::accumulate(eight.distinct.begin(), eight.distinct.end(), 0.0) / 64;
    EXPECT_NEAR(mean, 2000 * reached_share(64, 8, 6), 10);
}

// Shares of the picks follow the placed weights where few of many are taken.
TEST(TokenCounts, FavourTheRankWithThePopularExperts)
{
    ExpertTraffic const experts{256, 1, 16, 0.6, 5};
    TokenCounts const& counts = token_counts(call_of(32, 0, 4096, experts));
    std::vector<double> got(32);
    for (std::size_t i = 0; i != counts.picks.size(); ++i) got[i % 32] += counts.picks[i];
    EXPECT_NEAR(*std::max_element(got.begin(), got.end()) / 4096, skew_of(32, 0.6, 5).rank, 0.03);
}

TEST(TokenCounts, AreTheSameForTheSameCallOnly)
{
    CollectiveCall const call = call_of(8, 2, 64, {32, 4, 16, 0.6, 1});
    CollectiveCall other = call;
    other.experts->seed = 2;
    std::vector<std::uint32_t> const first = token_counts(call).picks;
    std::vector<std::uint32_t> const second = token_counts(other).picks;
    EXPECT_NE(first, second);
    EXPECT_EQ(token_counts(call).picks, first);
    other = call;
    other.domain_ranks = 4;
    EXPECT_EQ(token_counts(other).picks, first);
    EXPECT_EQ(token_counts(other).distinct.size(), 8 * 2);
}

std::string refusal(CollectiveCall const& call)
{
    try {
        if (skewed(call)) token_counts(call);
        return "accepted";
    } catch (std::invalid_argument const& error) {
        return error.what();
    }
}

TEST(TokenCounts, RefuseWhatCannotBe)
{
    CollectiveCall const good = call_of(8, 0, 64, {32, 4, 16, 0.6, 1});
    EXPECT_EQ(refusal(good), "accepted");
    CollectiveCall call = good;
    call.bytes += 16;
    EXPECT_THAT(refusal(call), HasSubstr("choose a multiple of 64"));
    call.bytes = 0;
    EXPECT_THAT(refusal(call), HasSubstr("no whole number of tokens"));
    call = good;
    call.experts->experts = 33;
    EXPECT_THAT(refusal(call), HasSubstr("33 experts cannot be shared alike by 8 ranks"));
    call = good;
    call.experts->top_k = 33;
    EXPECT_THAT(refusal(call), HasSubstr("top_k = 33 is not within 1 .. 32"));
    call.experts->top_k = 0;
    EXPECT_THAT(refusal(call), HasSubstr("top_k = 0"));
    call = good;
    call.experts->token_bytes = 0;
    EXPECT_THAT(refusal(call), HasSubstr("token_bytes = 0"));
    call = good;
    call.experts->zipf = -1;
    EXPECT_THAT(refusal(call), HasSubstr("is below 0"));
}

}  // namespace
}  // namespace copperwall
