#include "cuda/unfinished.h"

#include <stdexcept>

namespace copperwall {
namespace {

constexpr unsigned kNamed = 16;

std::string name_of(Transfer const& t, Family const& family, std::uint32_t k, std::uint32_t gpu)
{
    return "gpu " + std::to_string(gpu) + " to gpu " + std::to_string(t.receiver) + " in step " +
           std::to_string(family.step_0 + family.step_k * k);
}

}  // namespace

void require_all_complete(Schedule const& schedule, std::vector<MessageTimes> const& messages)
{
    std::uint64_t missing = 0;
    std::uint64_t transfers = 0;
    std::string named;
    auto message = messages.begin();
    for (std::size_t f = 0; f != schedule.families.size(); ++f) {
        Family const& family = schedule.families[f];
        for (std::uint32_t k = 0; k != family.count; ++k) {
            std::uint32_t const end = family.first + family.width(schedule.gpus);
            for (std::uint32_t gpu = family.first; gpu != end; ++gpu, ++message) {
                Transfer const t = transfer_of(family, schedule.table.data(), schedule.gpus, gpu, k);
                if (t.receiver == kNone) continue;
                ++transfers;
                if (message->complete != kNever && message->packets_left == 0) continue;
                if (++missing <= kNamed) named += (missing > 1 ? ", " : "") + name_of(t, family, k, gpu);
            }
        }
    }
    if (missing == 0) return;
    throw std::runtime_error(std::to_string(missing) + " of " + std::to_string(transfers) +
                             " transfers never completed: " + named + (missing > kNamed ? ", ..." : "") +
                             "; what they wait for does not happen");
}

}  // namespace copperwall
