#include "host/command/backend_choice.h"

#include <gtest/gtest.h>

namespace copperwall {
namespace {

constexpr double kMinuteOfACore = 60 * 6e7;  // hops

BackendChoice chosen(double hops, std::size_t cells, unsigned threads, std::string const& no_device = {},
                     ExecutionOptions const& options = {})
{
    return choose_backend(options, hops, cells, threads, no_device);
}

TEST(BackendChoice, TakesTheDeviceForWhatKeepsCoresBusy)
{
    EXPECT_EQ(chosen(kMinuteOfACore, 1, 1).backend, Backend::cuda);
    EXPECT_NE(chosen(kMinuteOfACore, 1, 1).why.find("1 core busy for about 60.0 s"), std::string::npos);
    EXPECT_EQ(chosen(kMinuteOfACore / 1000, 1, 1).backend, Backend::cpu);
    EXPECT_NE(chosen(kMinuteOfACore / 1000, 1, 1).why.find("less than 0.1 s"), std::string::npos);
}

TEST(BackendChoice, CountsAsManyCoresAsThereAreCells)
{
    EXPECT_EQ(chosen(kMinuteOfACore, 1, 100).backend, Backend::cuda);
    EXPECT_EQ(chosen(kMinuteOfACore, 1000, 100).backend, Backend::cpu);
}

TEST(BackendChoice, SaysWhyThereIsNoChoice)
{
    auto const none = chosen(kMinuteOfACore, 1, 1, "no CUDA device");
    EXPECT_EQ(none.backend, Backend::cpu);
    EXPECT_EQ(none.why, "no CUDA device");
    EXPECT_EQ(chosen(kMinuteOfACore, 1, 1, {}, {.engine = Engine::reference}).backend, Backend::cpu);
    EXPECT_EQ(chosen(kMinuteOfACore, 1, 1, {}, {.fidelity = Fidelity::bound}).backend, Backend::cpu);
}

TEST(BackendChoice, IsTheUsersWhereTheyHaveChosen)
{
    EXPECT_EQ(chosen(1, 1, 1, {}, {.backend = Backend::cuda}).backend, Backend::cuda);
    EXPECT_TRUE(chosen(1, 1, 1, {}, {.backend = Backend::cuda}).why.empty());
    EXPECT_EQ(chosen(kMinuteOfACore, 1, 1, {}, {.backend = Backend::cpu}).backend, Backend::cpu);
}

}  // namespace
}  // namespace copperwall
