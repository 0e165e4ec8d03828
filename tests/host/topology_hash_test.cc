//! Names of fabrics: one for equal fabrics, another for whatever differs in one bit of one link.
#include "host/results/topology_hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "sample_results.h"

namespace copperwall {
namespace {

TEST(TopologyHash, IsTheSameForEqualFabrics)
{
    Fabric const fabric = sample::run().fabrics[0];
    Fabric const copy = fabric;
    EXPECT_EQ(topology_hash(copy), topology_hash(fabric));
    EXPECT_EQ(topology_hash(fabric).size(), 16u);
}

//! Every link once a little longer, once in another class, once slower: no two of these fabrics share a name.
TEST(TopologyHash, DiffersWithOneBitOfOneLink)
{
    Fabric const fabric = sample::run().fabrics[0];
    std::size_t const links = fabric.network.links.size();
    ASSERT_EQ(fabric.lengths_m.size(), links);
    std::set<std::string> names = {topology_hash(fabric)};
    for (std::size_t i = 0; i != std::min<std::size_t>(links, 200); ++i) {
        Fabric longer = fabric;
        longer.lengths_m[i] = std::nextafter(longer.lengths_m[i], 1e9);
        Fabric elsewhere = fabric;
        elsewhere.network.links[i].link_class += 1;
        Fabric slower = fabric;
        slower.network.links[i].latency_fs += 1;
        for (Fabric const& other : {longer, elsewhere, slower}) names.insert(topology_hash(other));
    }
    EXPECT_EQ(names.size(), 1 + 3 * std::min<std::size_t>(links, 200));
}

TEST(TopologyHash, DiffersWithTheOrderOfLinks)
{
    Fabric const fabric = sample::run().fabrics[0];
    Fabric swapped = fabric;
    std::swap(swapped.network.links.front(), swapped.network.links.back());
    EXPECT_NE(topology_hash(swapped), topology_hash(fabric));
}

TEST(TopologyHash, DiffersWithNotesAndNames)
{
    Fabric const fabric = sample::run().fabrics[0];
    Fabric noted = fabric;
    noted.notes.push_back("one more");
    Fabric renamed = fabric;
    renamed.classes.front().name += "x";
    EXPECT_NE(topology_hash(noted), topology_hash(fabric));
    EXPECT_NE(topology_hash(renamed), topology_hash(fabric));
}

TEST(Fingerprint, IsFnv1aOfSixtyFourBits)  // values of the algorithm's authors (Fowler, Noll, Vo)
{
    EXPECT_EQ(fingerprint(""), "cbf29ce484222325");
    EXPECT_EQ(fingerprint("a"), "af63dc4c8601ec8c");
    EXPECT_EQ(fingerprint("foobar"), "85944171f73967e8");
}

}  // namespace
}  // namespace copperwall
