//! The mutable arrays of one run, as they are before its first window.
#pragma once

#include <algorithm>
#include <vector>

#include "cuda/model.h"
#include "cuda/state.h"

namespace copperwall {

struct Arrays {
    explicit Arrays(PreparedModel const& prepared)
        : egress(prepared.model().link_count),
          ingress(prepared.model().link_count),
          use(prepared.model().link_count),
          ports(gpu_links(prepared.model())),
          runs(prepared.model().gpus),
          messages(prepared.messages()),
          counters(static_cast<std::size_t>(prepared.model().gpus) * prepared.model().counters),
          released(static_cast<std::size_t>(prepared.model().gpus) * prepared.model().family_count)
    {
    }

    //! Links that leave a gpu come first, since gpus do; only they have a source port.
    static std::size_t gpu_links(Model const& model)
    {
        std::size_t last = 0;
        for (NodeId n = 0; n != model.gpus; ++n) {
            last = std::max<std::size_t>(last, model.nodes[n].first_egress + model.nodes[n].egress_count);
        }
        return last;
    }

    State state()
    {
        return {egress.data(), ingress.data(),  use.data(),      ports.data(),
                runs.data(),   messages.data(), counters.data(), released.data()};
    }

    std::uint64_t bytes() const
    {
        auto const size = [](auto const& v) { return v.size() * sizeof(v[0]); };
        return size(egress) + size(ingress) + size(use) + size(ports) + size(runs) + size(messages) +
               size(counters) + size(released);
    }

    std::vector<EgressState> egress;
    std::vector<IngressState> ingress;
    std::vector<LinkUse> use;
    std::vector<SourcePort> ports;
    std::vector<RunPool> runs;
    std::vector<MessageTimes> messages;
    std::vector<std::uint32_t> counters;
    std::vector<std::uint32_t> released;
};

}  // namespace copperwall
