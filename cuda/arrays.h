//! The mutable arrays of one run, as they are before its first window.
#pragma once

#include <algorithm>
#include <vector>

#include "cuda/model.h"
#include "cuda/port_queue.h"
#include "cuda/replan.h"
#include "cuda/state.h"

namespace copperwall {

struct Arrays {
    explicit Arrays(PreparedModel const& prepared)
        : egress(prepared.model().link_count),
          ingress(prepared.model().link_count),
          credits_in(prepared.model().credits ? channels_of(prepared.model()) : 0),
          credits_out(credits_in.size()),
          use(prepared.model().link_count),
          ports(gpu_links(prepared.model()) * prepared.model().channels.count),
          runs(prepared.model().gpus),
          messages(prepared.messages()),
          counters(static_cast<std::size_t>(prepared.model().gpus) * prepared.model().counters),
          released(static_cast<std::size_t>(prepared.model().gpus) * prepared.model().family_count),
          queued_until(queues_of(prepared.model())),
          queues(queued_until.empty() || !holds_back(prepared.model()) ? 0 : prepared.model().link_count),
          channel_queues(prepared.model().channels.count == 1 ? 0 : credits_in.size()),
          open(prepared.model().by_turns() ? gpu_links(prepared.model()) * prepared.model().at_once : 0),
          acks(prepared.model().acks ? gpu_links(prepared.model()) : 0)
    {
        for (std::size_t c = 0; c != credits_in.size(); ++c)
            credits_in[c].ready = prepared.model().links[c / prepared.model().channels.count].slots;
        if (prepared.model().replans != 0) wake_where_replanned(prepared.model());
    }

    static std::size_t channels_of(Model const& model)
    {
        return static_cast<std::size_t>(model.link_count) * model.channels.count;
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

    //! Whether packets may wait for more than the port.
    static bool holds_back(Model const& model) { return model.credits || model.breaks; }

    //! 0 for the links of sets of ports; none at all unless packets choose by queues.
    static std::vector<Time> queues_of(Model const& model)
    {
        if (!model.spreading.adaptive) return {};
        std::vector<Time> until(model.link_count, kNoQueue);
        for (NodeId node = model.gpus; node != model.node_count; ++node)
            for (std::uint32_t gpu = 0; gpu != model.gpus; ++gpu) {
                std::uint32_t const route = model.route(node, gpu);
                if (route < kFirstPortSet || route == kNoRoute) continue;
                PortSet const set = model.port_sets[route - kFirstPortSet];
                LinkId const first = model.nodes[node].first_egress;
                for (std::uint32_t i = 0; i != set.count; ++i)
                    until[first + set.port(model.listed_ports, i)] = 0;
            }
        return until;
    }

    //! Switches' ports that may have to give up packets; served, they wake themselves for the next time.
    void wake_where_replanned(Model const& model)
    {
        for (LinkId l = 0; l != model.link_count; ++l) {
            Link const& link = model.links[l];
            if (link.from < model.gpus || link.outages == kNoOutage) continue;
            Time const at = replanned_while_down(model, model.outages + link.outages, 0);
            if (at != kNever) egress[l].scheduled = model.window_of(at);
        }
    }

    State state()
    {
        bool const credits = !credits_in.empty();
        return {egress.data(),
                ingress.data(),
                credits ? credits_in.data() : nullptr,
                credits ? credits_out.data() : nullptr,
                use.data(),
                ports.data(),
                runs.data(),
                messages.data(),
                counters.data(),
                released.data(),
                queued_until.empty() ? nullptr : queued_until.data(),
                queues.empty() ? nullptr : queues.data(),
                channel_queues.empty() ? nullptr : channel_queues.data(),
                open.empty() ? nullptr : open.data(),
                acks.empty() ? nullptr : acks.data()};
    }

    std::uint64_t bytes() const
    {
        auto const size = [](auto const& v) {
            return v.size() * sizeof(typename std::decay_t<decltype(v)>::value_type);
        };
        return size(egress) + size(ingress) + size(credits_in) + size(credits_out) + size(use) + size(ports) +
               size(runs) + size(messages) + size(counters) + size(released) + size(queued_until) +
               size(queues) + size(channel_queues) + size(open) + size(acks);
    }

    std::vector<EgressState> egress;
    std::vector<IngressState> ingress;
    std::vector<CreditInbox> credits_in;    //!< empty where no link has slots
    std::vector<CreditOutbox> credits_out;  //!< same
    std::vector<LinkUse> use;
    std::vector<SourcePort> ports;
    std::vector<RunPool> runs;
    std::vector<MessageTimes> messages;
    std::vector<std::uint32_t> counters;
    std::vector<std::uint32_t> released;
    std::vector<Time> queued_until;                 //!< empty unless packets choose by queues
    std::vector<PortQueue> queues;                  //!< empty unless, besides, some link has slots or outages
    std::vector<Ring<QueuedTrain>> channel_queues;  //!< empty where there is one channel
    std::vector<OpenTransfer> open;  //!< empty where gpus send one transfer at once, and nothing else
    std::vector<Ring<Train>> acks;   //!< empty where gpus acknowledge nothing
};

}  // namespace copperwall
