#include "cuda/laws.h"

#include <gtest/gtest.h>

#include <type_traits>
#include <vector>

namespace copperwall {
namespace {

static_assert(std::is_trivially_copyable_v<LinkInput> && std::is_trivially_copyable_v<LinkLaws>,
              "links travel to a device as plain numbers");

std::vector<LinkInput> some_links()
{
    std::vector<LinkInput> links(5);
    for (std::size_t i = 0; i < links.size(); ++i) {
        links[i].delay.phy_ns = 50;
        links[i].delay.medium_m = static_cast<double>(i);
        links[i].delay.medium_ns_per_m = 5;
        links[i].power.a_pJ_per_bit[0] = static_cast<double>(i);
        links[i].power.rate_Gbps = 1000;
    }
    return links;
}

TEST(EvaluateLinks, GivesEveryLinkItsOwnLaws)
{
    auto const links = some_links();
    std::vector<LinkLaws> laws(links.size());
    evaluate_links(links.data(), laws.data(), links.size());
    for (std::size_t i = 0; i < links.size(); ++i) {
        EXPECT_EQ(laws[i].latency_fs, (50 + 5 * static_cast<Time>(i)) * kFsPerNs);
        EXPECT_DOUBLE_EQ(laws[i].power.full_W[0], 0.5 * static_cast<double>(i));
    }
}

TEST(EvaluateLinks, SharesOfThreadsTogetherAreTheWhole)
{
    auto const links = some_links();
    std::vector<LinkLaws> whole(links.size()), shared(links.size());
    evaluate_links(links.data(), whole.data(), links.size());
    for (std::size_t thread = 0; thread < 3; ++thread)
        evaluate_links(links.data(), shared.data(), links.size(), thread, 3);
    for (std::size_t i = 0; i < links.size(); ++i) EXPECT_EQ(shared[i].latency_fs, whole[i].latency_fs);
}

}  // namespace
}  // namespace copperwall
