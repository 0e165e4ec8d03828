//! An egress port of a gpu into a finite buffer with channels.
#pragma once

#include "cuda/emit.h"
#include "cuda/serve_channels.h"
#include "cuda/source_port.h"

namespace copperwall {

//! Those that transfers of a run go by; one bit each.
CW_HD inline std::uint32_t channels_used(Model const& m, Run const& run, std::uint32_t gpu)
{
    std::uint32_t used = 0;
    for (std::uint32_t k = run.k_first; k != run.k_end; ++k) {
        std::uint32_t const receiver = m.transfer(run.family, k, gpu).receiver;
        if (receiver != kNone) used |= 1u << m.channels.of(receiver, m.message_of(run.family, k, gpu));
    }
    return used;
}

//! How many queues of a port get a run that goes by the channels `used`.
CW_HD inline std::uint32_t queues_of(Model const& m, LinkId id, std::uint32_t used)
{
    if (m.links[id].slots == 0) return 1;
    std::uint32_t n = 0;
    for (; used != 0; used &= used - 1) ++n;
    return n;
}

//! By one lane. Every channel goes through the same runs by itself.
template <class Worker>
class ChannelSource {
public:
    CW_HD ChannelSource(Worker& worker, Model const& m, State const& s, std::uint32_t gpu, LinkId id,
                        Window window)
        : worker_(worker),
          model_(m),
          runs_(s.runs[gpu].data),
          link_(m.links[id]),
          egress_(s.egress[id]),
          ports_(s.ports + static_cast<std::size_t>(id) * m.channels.count),
          credits_(s.credits_in + static_cast<std::size_t>(id) * m.channels.count),
          emit_(worker, m, s, id),
          id_(id),
          gpu_(gpu),
          window_(window)
    {
        egress_.begin_visit();
        for (std::uint32_t c = 0; c != m.channels.count; ++c) credits_[c].receive_until(window.begin);
    }

    CW_HD void run()
    {
        Outage const* const outages = link_.outages == kNoOutage ? nullptr : model_.outages + link_.outages;
        ChannelService<ChannelSource> service(*this, credits_, model_.channels.count, outages,
                                              egress_.free_at);
        Time const next = service.run(window_.end);
        emit_.finish();
        wake_port(worker_, id_, next);
    }

    // --- what ChannelService asks for
    CW_HD Time load(std::uint32_t c)
    {
        SourcePort& port = ports_[c];
        for (;;) {
            if (port.run == kNone) {
                if (port.queue.empty()) return kNever;
                std::uint32_t const slot = port.queue.front();
                if (runs_[slot].ready >= window_.end) return runs_[slot].ready;
                port.queue.pop();
                port.run = slot;
                port.k = runs_[slot].k_first;
            }
            if (port.full_left != 0 || port.last_flits != 0) return due(c).time;
            std::uint32_t const index = id_ - model_.nodes[gpu_].first_egress;
            begin_transfer<true>(worker_, model_, runs_, gpu_, index, c, port);
        }
    }
    CW_HD Instants due(std::uint32_t c) const
    {
        SourcePort const& port = ports_[c];
        Time const time = port.ready > window_.begin ? port.ready : window_.begin;
        return {time, 0, port.full_left != 0 ? port.full_left : 1};
    }
    CW_HD bool before(std::uint32_t c, std::uint32_t d) const
    {
        if (ports_[c].run == ports_[d].run) return ports_[c].k < ports_[d].k;
        return runs_[ports_[c].run].before(runs_[ports_[d].run]);
    }
    CW_HD std::uint32_t lead(std::uint32_t c, std::uint32_t) const { return due(c).count; }
    CW_HD Time serialisation(std::uint32_t c, Time now) const
    {
        return model_.serialisation_at(link_, flits(c), now);
    }
    CW_HD void start(std::uint32_t c, Time time, Time spacing, std::uint32_t n, Time s)
    {
        emit_.add(time, spacing, n, s, ports_[c].message, ports_[c].receiver, flits(c));
    }
    CW_HD void drop(std::uint32_t c, std::uint32_t n)
    {
        SourcePort& port = ports_[c];
        if (port.full_left != 0)
            port.full_left -= n;
        else if (n != 0)
            port.last_flits = 0;
        if (port.full_left == 0 && port.last_flits == 0) ++port.k;
    }

private:
    CW_HD std::uint32_t flits(std::uint32_t c) const
    {
        return ports_[c].full_left != 0 ? model_.full_flits : ports_[c].last_flits;
    }

    Worker& worker_;
    Model const& model_;
    Run* runs_;
    Link const& link_;
    EgressState& egress_;
    SourcePort* ports_;
    CreditInbox* credits_;
    Emitter<Worker> emit_;
    LinkId id_;
    std::uint32_t gpu_;
    Window window_;
};

template <class Worker>
CW_COLD void send_by_channels(Worker& worker, Model const& m, State const& s, std::uint32_t gpu, LinkId id,
                              Window window)
{
    ChannelSource<Worker>(worker, m, s, gpu, id, window).run();
}

}  // namespace copperwall
