#include "tests/cuda/support/everywhere.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "cuda/device.h"
#include "tests/cuda/support/compare.h"

namespace copperwall::testing {
namespace {

constexpr std::size_t kTogether = 256;
constexpr std::size_t kThreads = 64;

struct Repeat {
    EngineInput input;
    EngineOptions options;
    EngineResult expected;
    std::string test;
};

std::string current_test()
{
    auto const* info = ::testing::UnitTest::GetInstance()->current_test_info();
    return info == nullptr ? "" : std::string(info->test_suite_name()) + "." + info->name();
}

//! What is left to repeat on the device.
class Repeats : public ::testing::Environment {
public:
    void add(Repeat repeat)
    {
        waiting_.push_back(std::move(repeat));
        if (waiting_.size() >= kTogether) run_all();
    }

    void TearDown() override
    {
        run_all();
        if (repeated_ != 0) std::printf("%zu runs repeated on the device\n", repeated_);
    }

private:
    void run_all()
    {
        std::vector<EngineResult> results(waiting_.size());
        std::vector<std::string> errors(waiting_.size());
        std::atomic<std::size_t> next = 0;
        {
            std::vector<std::jthread> threads;
            for (std::size_t t = 0; t != std::min(kThreads, waiting_.size()); ++t) {
                threads.emplace_back([&] {
                    for (std::size_t i; (i = next++) < waiting_.size();) {
                        try {
                            results[i] = run(waiting_[i].input, waiting_[i].options);
                        } catch (std::exception const& error) {
                            errors[i] = error.what();
                        }
                    }
                });
            }
        }
        for (std::size_t i = 0; i != waiting_.size(); ++i) {
            EXPECT_EQ(errors[i], "") << waiting_[i].test << ", on the device";
            EXPECT_TRUE(equal_runs(results[i], waiting_[i].expected))
                << waiting_[i].test << ", on the device";
        }
        repeated_ += waiting_.size();
        waiting_.clear();
    }

    std::vector<Repeat> waiting_;
    std::size_t repeated_ = 0;
};

Repeats& repeats()
{
    static auto* const environment = new Repeats;  // gtest's, once added
    static bool const added = ::testing::AddGlobalTestEnvironment(environment) != nullptr;
    static_cast<void>(added);
    return *environment;
}

auto& registered = repeats();  // before main(): its TearDown comes before that of what tests add

}  // namespace

bool has_device()
{
    static bool const has = why_no_device().empty();
    return has;
}

EngineResult run_everywhere(EngineInput const& input, EngineOptions const& options)
{
    EngineResult result = run(input, options);
    bool const longest_window = options.window_fs == 0 || options.window_fs == largest_window_fs(input);
    if (has_device() && options.engine == Engine::windows && options.threads == 1 && longest_window) {
        EngineOptions on_device = options;
        on_device.backend = Backend::cuda;
        registered.add({input, on_device, result, current_test()});
    }
    return result;
}

}  // namespace copperwall::testing
