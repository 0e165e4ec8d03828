#include "host/results/notes.h"

#include <gmock/gmock.h>

namespace copperwall {
namespace {

Fabric fabric(std::string name, std::string interconnect, std::vector<std::string> notes)
{
    Fabric f;
    f.spec.name = std::move(name);
    f.interconnect = std::move(interconnect);
    f.notes = std::move(notes);
    return f;
}

TEST(Notes, SayOnceWhatAllFabricsShareAndNameTheOthers)
{
    Results results;
    results.notes = {"of the study", "of both"};
    results.fabrics = {fabric("nvl72", "cpo", {"shared", "of one", "of both"}),
                       fabric("hgx", "cpo", {"shared"})};
    EXPECT_THAT(all_notes(results),
                testing::ElementsAre("of the study", "of both", "shared", "nvl72, cpo: of one"));
}

TEST(Notes, CountFabricsBeyondTheThird)
{
    Results results;
    for (char const* name : {"a", "b", "c", "d", "e"})
        results.fabrics.push_back(fabric(name, "x", {"marginal"}));
    results.fabrics.push_back(fabric("f", "x", {}));
    EXPECT_THAT(all_notes(results), testing::ElementsAre("a, x; b, x; c, x; 2 more: marginal"));
}

}  // namespace
}  // namespace copperwall
