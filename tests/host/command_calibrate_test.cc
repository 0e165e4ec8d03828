// copperwall calibrate: what a library was made with comes back, within its ranges, and errors get no larger.
#include <gmock/gmock.h>

#include "command_support.h"
#include "host/command/exit_code.h"
#include "host/command/library_fit.h"
#include "host/command/library_text.h"
#include "host/input/csv.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

using testing::HasSubstr;

TEST(Descent, EndsAtTheLeastOfABowlWithinItsBox)
{
    std::vector<double> at = {0, 0};
    descend(at, {-4, -4}, {4, 1}, [](std::vector<double> const& x) {
        return std::abs(x[0] - 1.7) + (x[1] - 3) * (x[1] - 3) + 0.1 * x[0] * x[1];
    });
    EXPECT_NEAR(at[0], 1.7, 0.02);
    EXPECT_EQ(at[1], 1);
}

TEST(LibraryText, OnlyTheNumbersChange)
{
    std::string const text =
        "# value = 9\na = 1.5  # or 2\nb = { low = 1, source = \"value = 7\", value = 2.5e0 }\n";
    EXPECT_EQ(with_numbers(text, {{{"f", 2, 5}, 3}, {{"f", 3, 5}, 0.125}}),
              "# value = 9\na = 3  # or 2\nb = { low = 1, source = \"value = 7\", value = 0.125 }\n");
    EXPECT_THROW(with_numbers(text, {{{"f", 2, 1}, 3}}), std::logic_error);
}

class CalibrateTest : public CommandTest {
protected:
    //! Rows whose times are those of closed forms with the shipped library, and so many us more.
    std::string made_up(double more_us) const
    {
        std::string rows = "source_id,system,gpus,collective,algorithm_protocol,message_bytes,time_us\n";
        for (int n : {2, 4, 8})
            for (long bytes = 1024; bytes <= (64 << 20); bytes *= 8)
                rows +=
                    "s,HGX B200," + std::to_string(n) + ",all_reduce,Ring," + std::to_string(bytes) + ",1\n";
        std::string const data = write("ones.csv", rows), out = file("ones_out.csv");
        EXPECT_EQ(copperwall({"validate", "--data", data, "--fidelity", "bound", "-o", out}).code, kDone);
        std::string made = "source_id,system,gpus,collective,algorithm_protocol,message_bytes,time_us\n";
        std::ifstream in(out);
        std::string line;
        std::getline(in, line);
        while (std::getline(in, line)) {
            auto const f = csv_fields(line);
            made += f[0] + "," + f[1] + "," + f[2] + "," + f[3] + "," + f[4] + "," + f[5] + "," +
                    std::to_string(std::stod(f[f.size() - 3]) + more_us) + "\n";
        }
        return write("made_up.csv", made);
    }
};

// Times of the shipped library and 0.4 us: the launch of LL, of which all but the largest are, takes them up.
TEST_F(CalibrateTest, FindsBackWhatTimesWereMadeWith)
{
    std::string const shipped = std::string(CW_SOURCE_DIR) + "/workloads/libraries/nccl_blackwell.toml";
    LibrarySpec const before = load_library(shipped);
    Said const said =
        copperwall({"calibrate", made_up(0.4), "--library", "nccl_blackwell", "-o", file("fitted.toml")});
    ASSERT_EQ(said.code, kDone) << said.err;
    EXPECT_THAT(said.out, testing::ContainsRegex(
                              "\n18 of 18 rows run with it, .*: [1-9].[0-9] % before, 0.[0-9] % now"));
    EXPECT_THAT(said.out, testing::ContainsRegex("p2p LL launch_us .*no row tells it"));
    EXPECT_THAT(said.out, testing::Not(HasSubstr("efficiency")));
    LibrarySpec const after = load_library(file("fitted.toml"));
    EXPECT_NEAR(after.protocols[0].launch_us.value, before.protocols[0].launch_us.value + 0.4, 0.1);
    EXPECT_NEAR(after.protocols[0].step_us.value, before.protocols[0].step_us.value, 0.03);
    EXPECT_EQ(after.protocols[0].launch_us.source, before.protocols[0].launch_us.source);
}

TEST_F(CalibrateTest, RowsThatCannotRunAreLeftOut)
{
    std::string rows = "source_id,system,gpus,nodes,collective,algorithm_protocol,message_bytes,time_us\n";
    std::ifstream in(made_up(0));
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        auto const f = csv_fields(line);
        rows += f[0] + "," + f[1] + "," + f[2] + ",1," + f[3] + "," + f[4] + "," + f[5] + "," + f[6] + "\n";
    }
    rows += "t,HGX B200,2,2,all_reduce,Ring,1024,9\nt,HGX B200,8,1,all_gather,NVLS,1e13,9\n";
    Said const said = copperwall({"calibrate", write("more.csv", rows), "--library", "nccl_blackwell"});
    EXPECT_EQ(said.code, kDone) << said.err;
    EXPECT_THAT(said.out, HasSubstr("18 of 18 rows"));
}

TEST_F(CalibrateTest, AskedOfALibraryWithoutRowsSaysSo)
{
    Said const said = copperwall({"calibrate", made_up(0), "--library", "nccl_hopper"});
    EXPECT_EQ(said.code, kBadInput);
    EXPECT_THAT(said.err, HasSubstr("no row of the table is run with library 'nccl_hopper'"));
    EXPECT_EQ(copperwall({"calibrate", made_up(0)}).code, kBadInput);
}

}  // namespace
}  // namespace copperwall
