//! fuzz SECONDS [FIRST_SEED] | fuzz --seed SEED
//!
//! Random networks (buffers, channels, spreading, outages), formats and schedules, one seed after another for
//! a given time: the window engine with any number of threads, window and limit on trains, and the kernel's
//! body on lanes of host threads, against the event heap, bit for bit. Stops at the first difference and says
//! how to repeat it.
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <random>
#include <stdexcept>

#include "tests/cuda/support/compare.h"
#include "tests/cuda/support/everywhere.h"
#include "tests/cuda/support/lane_grid.h"
#include "tests/cuda/support/networks.h"
#include "tests/cuda/support/random_cases.h"

namespace copperwall::testing {
namespace {

using Clock = std::chrono::steady_clock;

//! Threads and lanes wait for each other in every window, so only runs of few windows are quick on several.
constexpr Time kMostWindowsOfSeveral = 200;

class Seed {
public:
    explicit Seed(std::uint64_t seed)
        : input_(drawn_input(seed)), random_(seed ^ 0x5eedu), largest_(largest_window_fs(input_))
    {
        EngineOptions options;
        options.hash = true;
        options.engine = Engine::reference;
        expected_ = run(input_, options);
    }

    //! What differs; empty: nothing.
    std::string difference()
    {
        for (unsigned threads = 1; threads <= 4; ++threads) {
            EngineOptions const options = drawn(threads);
            if (auto what = compare(run(input_, options), "windows", options); !what.empty()) return what;
        }
        EngineOptions options = drawn(1);
        if (has_device()) {
            options.backend = Backend::cuda;
            if (auto what = compare(run(input_, options), "device", options); !what.empty()) return what;
            options.backend = Backend::cpu;
        }
        if (!few_windows(options)) return {};
        auto const blocks = static_cast<unsigned>(random_.between(1, 2));
        auto const lanes = static_cast<unsigned>(random_.between(1, 3));
        return compare(run_lanes(input_, options, blocks, lanes), "lanes", options);
    }

private:
    //! A third of the networks have finite buffers, two thirds of these channels; half have outages, half of
    //! these new rates after them, and three in seven of those with one channel plan their routes anew. In a
    //! fifth of those with one channel gpus send several transfers by turns, in a fifth they acknowledge
    //! packets.
    static EngineInput drawn_input(std::uint64_t seed)
    {
        EngineInput input = random_input(seed, seed % 4 != 0);
        if (seed % 3 == 0) input.network = with_random_slots(std::move(input.network), seed);
        if (seed % 6 == 0 || seed % 9 == 0)
            input.network = with_random_channels(std::move(input.network), seed);
        if (seed % 5 == 0) input.network = with_listed_ports(std::move(input.network), seed);
        if (seed % 5 == 2 && input.network.channels.count == 1)
            input.schedule.at_once = static_cast<std::uint32_t>(2 + seed % 7);
        if (seed % 5 == 3 && input.network.channels.count == 1)
            input.format.ack_bytes = static_cast<std::uint32_t>(1 + seed % 37);
        if (seed % 2 == 0) {
            Time const span = run(input).finish_fs;
            input.network = seed % 4 == 0 ? with_random_outages(std::move(input.network), span, seed)
                                          : with_random_retraining(std::move(input.network), span, seed);
            if (seed % 7 < 3 && input.network.channels.count == 1 && !input.network.spreading.adaptive)
                input.network = with_random_replans(std::move(input.network), span, seed);
        }
        return input;
    }

    //! Half of the runs have the longest window, the others any part of it from a tenth on.
    EngineOptions drawn(unsigned threads)
    {
        EngineOptions options;
        options.hash = true;
        options.window_fs = random_.below(2) == 0 ? largest_ : random_.between((largest_ + 9) / 10, largest_);
        options.longest_train =
            random_.below(2) == 0 ? kNone : static_cast<std::uint32_t>(random_.between(1, 9));
        options.threads = few_windows(options) ? threads : 1;
        return options;
    }

    bool few_windows(EngineOptions const& options) const
    {
        return expected_.finish_fs / options.window_fs <= kMostWindowsOfSeveral;
    }

    std::string compare(EngineResult const& result, char const* what, EngineOptions const& o) const
    {
        auto const equal = equal_runs(result, expected_);
        if (equal) return {};
        return std::string(what) + ", window " + std::to_string(o.window_fs) + " of " +
               std::to_string(largest_) + " fs, " + std::to_string(o.threads) + " threads, trains of " +
               std::to_string(o.longest_train) + ": " + equal.message();
    }

    EngineInput input_;
    CounterRandom random_;
    Time largest_;
    EngineResult expected_;
};

//! True: all runs of this seed are equal.
bool passes(std::uint64_t seed, char const* program)
{
    std::string difference;
    try {
        difference = Seed(seed).difference();
    } catch (std::exception const& error) {
        difference = error.what();
    }
    if (difference.empty()) return true;
    std::cout << "seed " << seed << ": " << difference << "\nrepeat it: " << program << " --seed " << seed
              << std::endl;
    return false;
}

int fuzz(double seconds, std::uint64_t first, char const* program)
{
    auto const end = Clock::now() + std::chrono::duration<double>(seconds);
    std::cout << "seeds from " << first << std::endl;
    std::uint64_t seed = first;
    for (; Clock::now() < end; ++seed) {
        if (!passes(seed, program)) return 1;
    }
    std::cout << seed - first << " random networks, " << comparisons << " runs equal to the reference"
              << std::endl;
    return seed == first ? 1 : 0;
}

}  // namespace
}  // namespace copperwall::testing

int main(int argc, char** argv)
{
    using namespace copperwall::testing;
    if (argc == 3 && std::strcmp(argv[1], "--seed") == 0)
        return passes(std::strtoull(argv[2], nullptr, 10), argv[0]) ? 0 : 1;
    double const seconds = argc >= 2 ? std::strtod(argv[1], nullptr) : 0;
    if (argc > 3 || !(seconds > 0)) {
        std::cerr << "usage: " << argv[0] << " SECONDS [FIRST_SEED] | " << argv[0] << " --seed SEED\n";
        return 2;
    }
    return fuzz(seconds, argc == 3 ? std::strtoull(argv[2], nullptr, 10) : std::random_device()(), argv[0]);
}
