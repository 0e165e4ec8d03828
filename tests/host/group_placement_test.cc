//! Groups on fabrics of domains and leaves, worked out by hand.
#include "host/schedule/group_placement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace copperwall {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct PlacementCase {
    FabricGpus fabric;
    std::uint32_t group;
    std::uint32_t ranks, groups, domain_ranks, leaf_ranks;
};

class Placements : public testing::TestWithParam<PlacementCase> {};

TEST_P(Placements, HaveTheShapeWorkedOutByHand)
{
    PlacementCase const& c = GetParam();
    GroupPlacement const p = place_groups(c.fabric, c.group);
    EXPECT_EQ(p.ranks, c.ranks);
    EXPECT_EQ(p.groups, c.groups);
    EXPECT_EQ(p.domain_ranks, c.domain_ranks);
    EXPECT_EQ(p.leaf_ranks, c.leaf_ranks);
}

//! Ranks of a run of equal quotients gpu / size, for each run of one group.
std::vector<std::uint32_t> runs(GroupPlacement const& p, std::uint32_t group, std::uint32_t size)
{
    std::vector<std::uint32_t> lengths;
    std::uint32_t before = UINT32_MAX;
    for (std::uint32_t r = 0; r != p.ranks; ++r) {
        std::uint32_t const part = p.gpus.at(group * p.ranks + r) / size;
        if (part != before) lengths.push_back(0);
        before = part;
        ++lengths.back();
    }
    return lengths;
}

TEST_P(Placements, PutEqualRanksOnEveryLeafAndDomainOfEveryGroup)
{
    PlacementCase const& c = GetParam();
    GroupPlacement const p = place_groups(c.fabric, c.group);
    ASSERT_EQ(p.gpus.size(), std::size_t{p.ranks} * p.groups);
    EXPECT_TRUE(std::is_sorted(p.gpus.begin(), p.gpus.end(), std::less_equal<>()));
    EXPECT_LT(p.gpus.back(), c.fabric.gpus);
    for (std::uint32_t g = 0; g != p.groups; ++g) {
        EXPECT_THAT(runs(p, g, c.fabric.leaf_gpus), testing::Each(p.leaf_ranks));
        EXPECT_THAT(runs(p, g, c.fabric.domain_gpus), testing::Each(p.domain_ranks));
    }
}

// 1152 gpus in leaves of 72: 256 ranks need at least 3.6 leaves; 4 divides 256, 64 on each. Domains of two
// leaves hold half of that, 128; domains of 8 leaves two groups; a group has 4 of 16 leaves: 4 groups.
// Leaves of 8: 64 ranks fill 8 domains of one leaf: 18 groups.
// 192 on domains of two leaves: 3 leaves are neither within nor whole domains; 4 leaves of 48 are.
// 24 on leaves of 72: 3 a leaf. 50: 1 a leaf. 216 on a domain of 8 leaves: 3 leaves, 2 groups a domain.
INSTANTIATE_TEST_SUITE_P(Fabrics, Placements,
                         testing::Values(PlacementCase{{1152, 72, 72}, 256, 256, 4, 64, 64},
                                         PlacementCase{{1152, 144, 72}, 256, 256, 4, 128, 64},
                                         PlacementCase{{1152, 576, 72}, 256, 256, 4, 256, 64},
                                         PlacementCase{{1152, 1152, 72}, 256, 256, 4, 256, 64},
                                         PlacementCase{{1152, 8, 8}, 64, 64, 18, 8, 8},
                                         PlacementCase{{1152, 144, 72}, 192, 192, 4, 96, 48},
                                         PlacementCase{{1152, 72, 72}, 24, 24, 48, 24, 24},
                                         PlacementCase{{1152, 72, 72}, 50, 50, 16, 50, 50},
                                         PlacementCase{{1152, 576, 72}, 216, 216, 4, 216, 72},
                                         PlacementCase{{1152, 144, 72}, 0, 1152, 1, 144, 72},
                                         PlacementCase{{1152, 1152, 1152}, 0, 1152, 1, 1152, 1152},
                                         PlacementCase{{72, 72, 72}, 72, 72, 1, 72, 72}));

TEST(GroupPlacement, NamesTheGpusAndLeavesTheRestIdle)
{
    EXPECT_THAT(place_groups({16, 8, 4}, 3).gpus, ElementsAre(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14));
    EXPECT_THAT(place_groups({16, 8, 4}, 6).gpus, ElementsAre(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14));
    EXPECT_THAT(place_groups({24, 12, 4}, 6).gpus, ElementsAre(0, 1, 2, 4, 5, 6, 12, 13, 14, 16, 17, 18));
    EXPECT_THAT(place_groups({8, 8, 8}, 2).gpus, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(GroupPlacement, HoldsToTheMostGroupsThatAreAsked)
{
    EXPECT_EQ(place_groups({1152, 72, 72}, 256, 1).gpus.size(), 256);
    EXPECT_EQ(place_groups({1152, 72, 72}, 256, 3).groups, 3);
    EXPECT_EQ(place_groups({1152, 72, 72}, 256, 9).groups, 4);
    EXPECT_THAT(place_groups({16, 8, 4}, 3, 1).gpus, ElementsAre(0, 1, 2));
}

std::string refusal(FabricGpus const& fabric, std::uint32_t group)
{
    try {
        place_groups(fabric, group);
        return "accepted";
    } catch (std::invalid_argument const& error) {
        return error.what();
    }
}

// 73 is prime: it lies alike on one gpu of each of 73 leaves, and there are 16.
TEST(GroupPlacement, SaysWhatToChooseWhereItCannotBe)
{
    EXPECT_THAT(refusal({1152, 72, 72}, 73),
                HasSubstr("choose a group that fits in a leaf, or a multiple of 72"));
    EXPECT_THAT(refusal({1152, 72, 72}, 1153), HasSubstr("not within 2 .. 1152"));
    EXPECT_THAT(refusal({1152, 72, 72}, 1), HasSubstr("not within 2 .. 1152"));
    EXPECT_THAT(refusal({1152, 100, 72}, 8), HasSubstr("do not consist of whole leaves of 72"));
    EXPECT_THAT(refusal({1150, 72, 72}, 8), HasSubstr("1150 gpus are no whole number of domains of 72"));
}

}  // namespace
}  // namespace copperwall
