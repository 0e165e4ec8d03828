#include "host/command/backend_choice.h"

#include <gtest/gtest.h>

namespace copperwall {
namespace {

constexpr double kMinuteOfACore = 60 * 6e7;  // hops

BackendChoice chosen(double hops, double visits, std::size_t cells, unsigned threads,
                     std::string const& no_device = {}, ExecutionOptions const& options = {})
{
    ExpectedWork work;
    for (std::size_t i = 0; i != cells; ++i)
        work.add(hops / static_cast<double>(cells), visits / static_cast<double>(cells));
    return choose_backend(options, work, cells, threads, no_device);
}

TEST(BackendChoice, TakesTheDeviceForWhatKeepsCoresBusy)
{
    EXPECT_EQ(chosen(kMinuteOfACore, 1e6, 1, 1).backend, Backend::cuda);
    EXPECT_NE(chosen(kMinuteOfACore, 1e6, 1, 1).why.find("60.0 s on 1 core,"), std::string::npos);
    EXPECT_EQ(chosen(kMinuteOfACore / 1000, 1e6, 1, 1).backend, Backend::cpu);
}

TEST(BackendChoice, CountsAsManyCoresAsThereAreCells)
{
    EXPECT_EQ(chosen(kMinuteOfACore, 1e6, 1, 100).backend, Backend::cuda);
    EXPECT_EQ(chosen(kMinuteOfACore, 1e6, 1000, 100).backend, Backend::cpu);
}

TEST(BackendChoice, TakesCoresForFewPacketsInManyWindows)
{
    EXPECT_EQ(chosen(kMinuteOfACore, 1e9, 1, 1).backend, Backend::cpu);    // 200 s alone on a device
    EXPECT_EQ(chosen(kMinuteOfACore, 4e8, 64, 1).backend, Backend::cuda);  // 48 s side by side
    EXPECT_EQ(chosen(kMinuteOfACore, 4e8, 1, 1).backend, Backend::cpu);
}

TEST(BackendChoice, SaysWhyThereIsNoChoice)
{
    ExecutionOptions engine;
    engine.engine = Engine::reference;
    ExecutionOptions bound;
    bound.fidelity = Fidelity::bound;
    auto const none = chosen(kMinuteOfACore, 1, 1, 1, "no CUDA device");
    EXPECT_EQ(none.backend, Backend::cpu);
    EXPECT_EQ(none.why, "no CUDA device");
    EXPECT_EQ(chosen(kMinuteOfACore, 1, 1, 1, {}, engine).backend, Backend::cpu);
    EXPECT_EQ(chosen(kMinuteOfACore, 1, 1, 1, {}, bound).backend, Backend::cpu);
}

TEST(BackendChoice, IsTheUsersWhereTheyHaveChosen)
{
    ExecutionOptions cuda;
    cuda.backend = Backend::cuda;
    ExecutionOptions cpu;
    cpu.backend = Backend::cpu;
    EXPECT_EQ(chosen(1, 1, 1, 1, {}, cuda).backend, Backend::cuda);
    EXPECT_TRUE(chosen(1, 1, 1, 1, {}, cuda).why.empty());
    EXPECT_EQ(chosen(kMinuteOfACore, 1, 1, 1, {}, cpu).backend, Backend::cpu);
}

}  // namespace
}  // namespace copperwall
