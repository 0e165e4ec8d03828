//! Equality of two runs, to the bit, and how often it was asked.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>

#include <string>

#include "cuda/engine.h"

namespace copperwall::testing {

//! Comparisons of whole runs made by this process.
inline int comparisons = 0;

inline ::testing::AssertionResult equal_runs(EngineResult const& a, EngineResult const& b)
{
    ++comparisons;
    auto const differs = [](std::string const& what) {
        return ::testing::AssertionFailure() << what << " differs";
    };
    if (a.finish_fs != b.finish_fs) return differs("finish");
    if (a.hops != b.hops || a.effective_hops != b.effective_hops) return differs("number of hops");
    if (a.hop_hash != b.hop_hash) return differs("hash of all hops");
    if (a.messages.size() != b.messages.size()) return differs("number of messages");
    for (std::size_t i = 0; i != a.messages.size(); ++i) {
        MessageTimes const& x = a.messages[i];
        MessageTimes const& y = b.messages[i];
        if (x.ready != y.ready || x.complete != y.complete || x.predecessor != y.predecessor)
            return differs("message " + std::to_string(i));
    }
    for (std::size_t i = 0; i != a.links.size(); ++i) {
        LinkUse const& x = a.links[i];
        LinkUse const& y = b.links[i];
        if (x.busy_fs != y.busy_fs || x.wire_bytes != y.wire_bytes || x.packets != y.packets ||
            x.last_end_fs != y.last_end_fs)
            return differs("link " + std::to_string(i));
    }
    for (std::size_t i = 0; i != a.steps.size(); ++i) {
        StepUse const& x = a.steps[i];
        StepUse const& y = b.steps[i];
        if (x.first_start_fs != y.first_start_fs || x.last_end_fs != y.last_end_fs ||
            x.busy_fs != y.busy_fs || x.wire_bytes != y.wire_bytes || x.packets != y.packets)
            return differs("row " + std::to_string(i) + " of the timeline");
    }
    return ::testing::AssertionSuccess();
}

//! Prints the count when the process ends, so that a log shows how much was compared.
class CountComparisons : public ::testing::Environment {
public:
    void TearDown() override { std::printf("%d runs compared to the bit\n", comparisons); }
};

}  // namespace copperwall::testing
