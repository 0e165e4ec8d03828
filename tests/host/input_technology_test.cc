// A technology's latency has parts, and they fit into the whole.
#include <gtest/gtest.h>

#include "host/input/load.h"
#include "input_tree.h"

namespace copperwall {
namespace {

class InputTechnology : public testing::Test {
protected:
    std::filesystem::path with_dsp(std::string const& dsp)
    {
        std::string text = kTinyTechnology;
        std::string const last = "repair_h = 24\n";
        text.insert(text.find(last) + last.size(),
                    "added_latency_ns = { value = 20, low = 8, high = 60 }\n" + dsp);
        std::string const old = "added_latency_ns = 0\n";
        text.erase(text.find(old), old.size());
        tree.write("topologies/technologies/t.toml", text);
        return "topologies/technologies/t.toml";
    }
    InputTree tree;
};

TEST_F(InputTechnology, HasADspsShareOfItsLatencyOrNone)
{
    EXPECT_EQ(load_technology(with_dsp("dsp_latency_ns = { value = 18, low = 8, high = 60 }\n"))
                  .dsp_latency_ns->value,
              18);
    EXPECT_FALSE(load_technology(with_dsp("")).dsp_latency_ns);
}

// The low alone is too large. Line 17: the file's 16, less the line replaced, and these two at its end.
TEST_F(InputTechnology, RefusesADspThatTakesMoreThanTheWhole)
{
    auto const file = with_dsp("dsp_latency_ns = { value = 18, low = 9, high = 60 }\n");
    EXPECT_EQ(
        complaint([&] { load_technology(file); }),
        R"(topologies/technologies/t.toml:17:18: error: 'dsp_latency_ns' is more than 'added_latency_ns', at value, low or high (it is a part of it); correct one of the two
  dsp_latency_ns = { value = 18, low = 9, high = 60 }
                   ^)");
}

}  // namespace
}  // namespace copperwall
