#include "host/account/rails.h"

#include <stdexcept>

#include "host/account/path.h"

namespace copperwall {

void check_rails(Plan const& plan, Fabric const& fabric)
{
    TierSpec const* const nic = gpu_tier(fabric.spec, true);
    if (nic == nullptr || !nic->rail_only) return;
    Schedule const s = plan.algorithm->make(plan.call);
    std::vector<std::uint32_t> const& gpus = plan.placement.gpus;
    std::uint32_t const size = fabric.spec.gpus;
    for (Family const& f : s.families) {
        std::uint64_t const all = std::uint64_t{f.count} * s.gpus;
        for (std::uint64_t i = 0; i != (f.table == kNone ? all : table_rows(f, s.gpus)); ++i) {
            auto const sender = static_cast<std::uint32_t>(i % s.gpus);
            Transfer const t =
                transfer_of(f, s.table.data(), s.gpus, sender, static_cast<std::uint32_t>(i / s.gpus));
            if (t.receiver == kNone) continue;
            std::uint32_t const from = gpus[sender], to = gpus[t.receiver];
            if (from / size == to / size || from % size == to % size) continue;
            throw std::invalid_argument(
                std::string("algorithm ") + plan.algorithm->name + " sends from gpu " + std::to_string(from) +
                " to gpu " + std::to_string(to) +
                ", another place in another domain, and scale-out network '" + fabric.spec.scale_out +
                "' joins only gpus of the same place (rail_only); take an algorithm that moves data within "
                "domains first, such as hierarchical");
        }
    }
}

}  // namespace copperwall
