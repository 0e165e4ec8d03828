#include "cuda/unfinished.h"

namespace copperwall {
namespace {

constexpr std::size_t kNamed = 16;

std::string name_of(UnfinishedTransfer const& t)
{
    return "gpu " + std::to_string(t.sender) + " to gpu " + std::to_string(t.receiver) + " in step " +
           std::to_string(t.step);
}

[[noreturn]] void fail(std::vector<UnfinishedTransfer> missing, std::uint64_t transfers)
{
    std::string text =
        std::to_string(missing.size()) + " of " + std::to_string(transfers) + " transfers never completed: ";
    for (std::size_t i = 0; i != missing.size() && i != kNamed; ++i)
        text += (i == 0 ? "" : ", ") + name_of(missing[i]);
    text += missing.size() > kNamed ? ", ..." : "";
    throw Unfinished(text + "; what they wait for does not happen within 2305 s, all that is simulated",
                     std::move(missing));
}

}  // namespace

void require_all_complete(Schedule const& schedule, std::vector<MessageTimes> const& messages)
{
    std::vector<UnfinishedTransfer> missing;
    std::uint64_t transfers = 0;
    auto message = messages.begin();
    for (Family const& family : schedule.families) {
        for (std::uint32_t k = 0; k != family.count; ++k) {
            std::uint32_t const end = family.first + family.width(schedule.gpus);
            for (std::uint32_t gpu = family.first; gpu != end; ++gpu, ++message) {
                Transfer const t = transfer_of(family, schedule.table.data(), schedule.gpus, gpu, k);
                if (t.receiver == kNone) continue;
                ++transfers;
                if (message->complete != kNever && message->packets_left == 0) continue;
                missing.push_back({family.step_0 + family.step_k * k, gpu, t.receiver, message->packets_left,
                                   t.bytes, message->ready});
            }
        }
    }
    if (!missing.empty()) fail(std::move(missing), transfers);
}

}  // namespace copperwall
