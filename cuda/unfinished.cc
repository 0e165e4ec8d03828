#include "cuda/unfinished.h"

namespace copperwall {
namespace {

constexpr std::size_t kNamed = 16;

std::string name_of(UnfinishedTransfer const& t)
{
    return "gpu " + std::to_string(t.sender) + " to gpu " + std::to_string(t.receiver) + " in step " +
           std::to_string(t.step);
}

//! f(family, k, gpu) in the order of messages.
template <class F>
void for_each_message(Schedule const& schedule, F const& f)
{
    for (Family const& family : schedule.families)
        for (std::uint32_t k = 0; k != family.count; ++k)
            for (std::uint32_t gpu = family.first; gpu != family.first + family.width(schedule.gpus); ++gpu)
                f(family, k, gpu);
}

std::uint64_t transfers_of(Schedule const& schedule)
{
    std::uint64_t transfers = 0;
    for_each_message(schedule, [&](Family const& family, std::uint32_t k, std::uint32_t gpu) {
        transfers += transfer_of(family, schedule.table.data(), schedule.gpus, gpu, k).receiver != kNone;
    });
    return transfers;
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
    auto message = messages.begin();
    for_each_message(schedule, [&](Family const& family, std::uint32_t k, std::uint32_t gpu) {
        MessageTimes const& times = *message++;
        if (times.complete != kNever && times.packets_left == 0) return;
        Transfer const t = transfer_of(family, schedule.table.data(), schedule.gpus, gpu, k);
        if (t.receiver == kNone) return;
        missing.push_back(
            {family.step_0 + family.step_k * k, gpu, t.receiver, times.packets_left, t.bytes, times.ready});
    });
    if (!missing.empty()) fail(std::move(missing), transfers_of(schedule));
}

}  // namespace copperwall
