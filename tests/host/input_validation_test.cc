// Files of what machines and software in measured tables mean.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/input/load.h"
#include "input_tree.h"

namespace copperwall {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char const* kSound = R"([validation]
title = "two machines"
peak_bytes = "1MiB"
[[machine]]
systems = ["*tiny*", "small"]
scenario = "ring.toml"
generation = "ideal"
hosts_share_domain = true
[[machine]]
systems = ["*"]
skip = "nobody knows it"
[[software]]
collectives = ["all_reduce"]
domains = "one"
systems = ["*tiny*"]
op = "all_reduce"
runs = ["{generation}/ring"]
bytes_to_others = true
)";

class InputValidation : public testing::Test {
protected:
    ValidationSpec load(std::string const& text) const
    {
        tree.write("workloads/validation/v.toml", text);
        return load_validation("workloads/validation/v.toml");
    }
    std::string check(std::string const& from, std::string const& to) const
    {
        return complaint([&] { load(with(kSound, from, to)); });
    }
    InputTree tree;
};

TEST_F(InputValidation, HoldsMachinesAndSoftware)
{
    auto const v = load(kSound);
    EXPECT_EQ(v.title, "two machines");
    EXPECT_EQ(v.peak_bytes, 1 << 20);
    ASSERT_EQ(v.machines.size(), 2u);
    EXPECT_THAT(v.machines[0].systems, ElementsAre("*tiny*", "small"));
    EXPECT_EQ(v.machines[0].scenario, "workloads/ring.toml");
    EXPECT_EQ(v.machines[0].generation, "ideal");
    EXPECT_TRUE(v.machines[0].hosts_share_domain);
    EXPECT_EQ(v.machines[1].skip, "nobody knows it");
    ASSERT_EQ(v.software.size(), 1u);
    EXPECT_EQ(v.software[0].domains, RowDomains::one);
    EXPECT_TRUE(v.software[0].bytes_to_others);
    EXPECT_THAT(v.software[0].systems, ElementsAre("*tiny*"));
    EXPECT_THAT(v.software[0].runs, ElementsAre("{generation}/ring"));
}

TEST_F(InputValidation, MissesWhatARuleNeeds)
{
    EXPECT_THAT(check("scenario = \"ring.toml\"", "scenario = \"rung.toml\""),
                HasSubstr("v.toml:6:12: error: no scenario file 'rung.toml'"));
    EXPECT_THAT(check("scenario = \"ring.toml\"\n", ""),
                HasSubstr("v.toml:4:1: error: a machine without 'scenario'"));
    EXPECT_THAT(check("op = \"all_reduce\"\n", ""),
                HasSubstr("v.toml:12:1: error: software without 'op' and 'runs'"));
    EXPECT_THAT(check("{generation}/ring", "no_{generation}/ring"),
                HasSubstr("'runs' names library 'no_{generation}', which is not in workloads/libraries"));
    EXPECT_THAT(check("generation = \"ideal\"", "generation = \"ideal\"\nscale_out = \"none\""),
                HasSubstr("v.toml:4:1: error: no network 'none' in topologies/scale_out"));
    EXPECT_THAT(check("{generation}/ring", "ring"),
                HasSubstr("'runs' holds 'ring'; expected \"library/algorithm\""));
    EXPECT_THAT(check("\"one\"", "\"two\""), HasSubstr("v.toml:14:11: error"));
}

}  // namespace
}  // namespace copperwall
