//! An egress port of a gpu: sends its transfers one after another.
#pragma once

#include "cuda/credits.h"
#include "cuda/emit.h"

namespace copperwall {

CW_HD inline Time ready_of(Model const& m, Run const& run, std::uint32_t k, std::uint32_t gpu,
                           Transfer const& t)
{
    Time const spaced = m.families[run.family].spacing_fs * (k - run.k_first);
    if (t.offset_fs == 0) return run.ready + spaced;
    return run.ready + spaced + t.offset_fs - m.transfer(run.family, run.k_first, gpu).offset_fs;
}

//! Sets up the next transfer, from port.k on, of which egress port `index` of the gpu carries some, in
//! channel `channel` if it has several; false: the run has ended.
template <bool several, class Worker>
CW_HD bool begin_transfer(Worker& worker, Model const& m, Run* runs, std::uint32_t gpu, std::uint32_t index,
                          std::uint32_t channel, SourcePort& port)
{
    Run& run = runs[port.run];
    Transfer t;
    PlaneCut cut;
    std::uint32_t const end = run.k_end;
    std::uint32_t k = port.k;
    for (; k != end; ++k) {
        t = m.transfer(run.family, k, gpu);
        if (t.receiver == kNone) continue;
        if constexpr (several)
            if (m.channels.of(t.receiver, m.message_of(run.family, k, gpu)) != channel) continue;
        cut = m.cut(t.bytes, gpu, t.receiver, index);
        if (cut.packets() != 0) break;
    }
    port.k = k;
    if (k == end) {
        worker.fetch_add(&run.ports_left, ~0u);
        port.run = kNone;
        return false;
    }
    port.ready = ready_of(m, run, port.k, gpu, t);
    port.message = m.message_of(run.family, port.k, gpu);
    port.receiver = t.receiver;
    port.full_left = cut.full_packets;
    port.last_flits = cut.last_flits;
    return true;
}

//! By one lane.
template <class Worker>
class SourceStep {
public:
    CW_HD SourceStep(Worker& worker, Model const& m, State const& s, std::uint32_t gpu, LinkId id,
                     Window window)
        : worker_(worker),
          model_(m),
          state_(s),
          runs_(s.runs[gpu].data),
          link_(m.links[id]),
          egress_(s.egress[id]),
          shared_(s.ports[static_cast<std::size_t>(id) * m.channels.count]),
          port_(shared_),
          emit_(worker, m, s, id),
          id_(id),
          gpu_(gpu),
          window_(window)
    {
        egress_.begin_visit();
        if (link_.slots != 0) s.credits_in[id].receive_until(window.begin);
    }

    CW_HD void run()
    {
        while (send_transfer()) {
        }
        worker_.put_back(shared_, port_);
        emit_.finish();
    }

private:
    //! Starts packets of the transfer under way, or begins the next. False: nothing more in this window.
    CW_HD bool send_transfer()
    {
        if (port_.run == kNone && !begin_run()) return false;
        if (port_.full_left == 0 && port_.last_flits == 0) {
            std::uint32_t const index = id_ - model_.nodes[gpu_].first_egress;
            if (!begin_transfer<false>(worker_, model_, runs_, gpu_, index, 0, port_)) return true;
        }
        std::uint32_t const waiting = port_.full_left != 0 ? port_.full_left : 1;
        std::uint32_t const left = start_packets(waiting);
        if (port_.full_left != 0)
            port_.full_left = left;
        else
            port_.last_flits = left != 0 ? port_.last_flits : 0;
        if (port_.full_left == 0 && port_.last_flits == 0) ++port_.k;
        return left == 0;
    }

    //! Starts what can start in this window of `waiting` packets alike; wakes the port for the rest and
    //! returns its number.
    CW_HD std::uint32_t start_packets(std::uint32_t waiting)
    {
        std::uint32_t const flits = port_.full_left != 0 ? model_.full_flits : port_.last_flits;
        Time& free_at = egress_.free_at;
        auto const start = [&](Instants& due, Time s, Time until) {
            auto const started = [&](Time time, Time spacing, std::uint32_t n) {
                emit_.add(time, spacing, n, s, port_.message, port_.receiver, flits);
            };
            if (link_.slots == 0)
                serve_until(due, free_at, s, until, started);
            else
                serve_with_credits(due, state_.credits_in[id_], free_at, s, until, started);
        };
        Instants due{port_.ready > window_.begin ? port_.ready : window_.begin, 0, waiting};
        if (link_.outages == kNoOutage)
            start(due, model_.serialisation_of(link_, flits), window_.end);
        else
            start_while_up(flits, due, start);
        if (due.count != 0) wake_for(due.time > free_at ? due.time : free_at);
        return due.count;
    }

    template <class Start>
    CW_HD void start_while_up(std::uint32_t flits, Instants& due, Start const& start)
    {
        serve_while_up(model_.outages + link_.outages, egress_.free_at, window_.end,
                       [&](Time until, Time from) {
                           start(due, model_.serialisation_at(link_, flits, from), until);
                           return due.count != 0 && !(link_.slots != 0 && state_.credits_in[id_].starved);
                       });
    }

    //! For packets that may start from `next` on, if there is a credit.
    CW_HD void wake_for(Time next)
    {
        if (link_.slots == 0) return wake_port(worker_, id_, next);
        CreditInbox const& credits = state_.credits_in[id_];
        if (!credits.starved) wake_port(worker_, id_, credits.next_start(next));
    }

    CW_HD bool begin_run()
    {
        if (port_.queue.empty()) return false;
        std::uint32_t const slot = port_.queue.front();
        Run const& run = runs_[slot];
        Time const start = run.ready > egress_.free_at ? run.ready : egress_.free_at;
        if (start >= window_.end) {
            wake_port(worker_, id_, start);
            return false;
        }
        port_.queue.pop();
        port_.run = slot;
        port_.k = run.k_first;
        return true;
    }

    Worker& worker_;
    Model const& model_;
    State const& state_;
    Run* runs_;
    Link const& link_;
    EgressState& egress_;
    SourcePort& shared_;
    typename Worker::template Working<SourcePort> port_;
    Emitter<Worker> emit_;
    LinkId id_;
    std::uint32_t gpu_;
    Window window_;
};

}  // namespace copperwall
