//! One gpu in one window: deliver what has arrived, let completed messages release transfers, send.
#pragma once

#include "cuda/channel_source.h"
#include "cuda/source_port.h"
#include "cuda/switch_step.h"
#include "cuda/turn_source.h"

namespace copperwall {

//! A message that completed in this window.
struct Completion {
    Time time = 0;
    std::uint32_t port = 0;
    MessageId message = kNone;

    CW_HD bool before(Completion const& other) const
    {
        if (time != other.time) return time < other.time;
        if (port != other.port) return port < other.port;
        return message < other.message;
    }
};

//! What a train brought of a message.
struct Receipt {
    Time last = 0;  //!< arrival of its last packet
    MessageId message = kNone;
    std::uint32_t port = 0;
    std::uint32_t packets = 0;
};

template <class Worker>
class GpuStep {
public:
    CW_HD GpuStep(Worker& worker, Model const& m, State const& s, std::uint32_t gpu, Window window)
        : worker_(worker), model_(m), state_(s), node_(m.nodes[gpu]), gpu_(gpu), window_(window)
    {
    }

    //! Families that wait for nothing, at the start of the run. Call once, before any window.
    CW_HD void launch()
    {
        if (gpu_ >= model_.senders) return;
        for (std::uint32_t f = 0; f != model_.family_count; ++f) {
            if (model_.families[f].wait == kNone)
                release(f, model_.families[f].count, model_.launch_fs, kNone);
        }
    }

    //! By all lanes together: takes what arrives, and lists the messages that are complete.
    CW_HD void deliver(LinkId const* inputs, std::uint32_t count)
    {
        for (std::uint32_t i = worker_.rank(); i < count; i += worker_.size()) deliver(inputs[i]);
        if (worker_.size() == 1) return;
        raise_completions();
        worker_.sync();
        count_receipts();
        worker_.sync();
        list_completions();
    }

    //! Completions in the order (time, port, message), each with its consequences at this gpu.
    CW_HD void complete_messages()
    {
        Scratch<Completion>& done = worker_.arrivals();
        sort_completions(done);
        for (std::uint32_t i = 0; i != done.size; ++i) signal(done.data[i]);
        done.size = 0;
    }

    CW_HD void send(LinkId id)
    {
        if (model_.by_turns()) return send_by_turns(worker_, model_, state_, gpu_, id, window_);
        if (model_.channels.count != 1 && model_.links[id].slots != 0)
            return send_by_channels(worker_, model_, state_, gpu_, id, window_);
        state_.egress[id].begin_visit();
        if (model_.links[id].slots != 0) state_.credits_in[id].receive_until(window_.begin);
        Emitter<Worker> emit(worker_, model_, state_, id);
        typename Worker::template Working<SourcePort> port =
            state_.ports[static_cast<std::size_t>(id) * model_.channels.count];
        while (send_transfer(id, port, emit)) {
        }
        worker_.put_back(state_.ports[static_cast<std::size_t>(id) * model_.channels.count], port);
        emit.finish();
    }

private:
    CW_HD void deliver(LinkId id)
    {
        typename Worker::template Working<IngressState> in = state_.ingress[id];
        Time const next = receive_until(in, id);
        worker_.put_back(state_.ingress[id], in);
        if (next != kNever) worker_.wake_ingress(id, next);
    }

    //! Returns when the next one arrives; kNever: none is under way.
    CW_HD Time receive_until(IngressState& in, LinkId id)
    {
        std::uint32_t const port = model_.links[id].ingress_port;
        while (in.load_front()) {
            worker_.prefetch(&in.flight[(in.head + 1) & in.mask]);
            std::uint32_t const n = in.front.instants().before(window_.end);
            if (n == 0) return in.front.time;
            Train const t = split_front(in.front, n);
            if (model_.is_ack(t.flits)) continue;
            receive(t, port, id);
            if (model_.links[id].slots != 0)
                return_credits(id, model_.channels.of(t.receiver, t.message), t.instants());
        }
        return kNever;
    }

    //! A packet leaves its slot as it arrives.
    CW_HD void return_credits(LinkId id, std::uint32_t channel, Instants arrived)
    {
        std::uint32_t const channels = model_.channels.count;
        CreditOutbox* const out = state_.credits_out + static_cast<std::size_t>(id) * channels;
        if (!any_pushed(out, channels)) worker_.touch_credits(id);
        arrived.time += model_.links[id].latency_fs;
        if (arrived.count == 1) arrived.spacing_fs = 0;
        out[channel].send(worker_, arrived);
    }

    CW_HD void receive(Train const& t, std::uint32_t port, LinkId id)
    {
        if (worker_.size() == 1)
            count(t, port);
        else
            note(t, port);
        if (model_.acks && model_.back[id] != kNone) acknowledge(t, model_.back[id]);
    }

    //! By the lane that serves the link; no other writes to the one back.
    CW_COLD void acknowledge(Train t, LinkId back)
    {
        t.receiver = static_cast<std::uint16_t>(model_.sender_of(t.message));
        t.flits = static_cast<std::uint16_t>(t.flits + model_.full_flits);
        state_.acks[back].push(worker_, t);
        Time const free_at = state_.egress[back].free_at;
        wake_port(worker_, back, t.time > free_at ? t.time : free_at);
    }

    //! With one lane nothing else is at work.
    CW_HD void count(Train const& t, std::uint32_t port)
    {
        MessageTimes& message = state_.messages[t.message];
        Time const last = t.last();
        if (last > message.complete || (last == message.complete && port > message.last_port)) {
            message.complete = last;
            message.last_port = port;
        }
        message.packets_left -= t.count;
        if (message.packets_left != 0) return;
        Scratch<Completion>& done = worker_.arrivals();
        worker_.reserve(done, 1);
        done.data[done.size++] = {message.complete, message.last_port, t.message};
    }

    CW_HD void note(Train const& t, std::uint32_t port)
    {
        Scratch<Receipt>& mine = worker_.receipts();
        if (mine.size != 0) {
            Receipt& back = mine.data[mine.size - 1];
            if (back.message == t.message && back.port == port) {
                back.last = t.last();
                back.packets += t.count;
                return;
            }
        }
        worker_.reserve(mine, 1);
        mine.data[mine.size++] = {t.last(), t.message, port, t.count};
    }

    //! Several lanes bring parts of the same message, so they first agree when its last packet came. All that
    //! came in earlier windows came before: the port starts anew.
    CW_HD void raise_completions()
    {
        Scratch<Receipt> const& mine = worker_.receipts();
        for (std::uint32_t i = 0; i != mine.size; ++i) {
            MessageTimes& message = state_.messages[mine.data[i].message];
            worker_.store(&message.last_port, 0u);
            worker_.raise(&message.complete, mine.data[i].last);
        }
    }

    //! Leaves in this lane's list those that made a message complete.
    CW_HD void count_receipts()
    {
        Scratch<Receipt>& mine = worker_.receipts();
        std::uint32_t completing = 0;
        for (std::uint32_t i = 0; i != mine.size; ++i) {
            Receipt const r = mine.data[i];
            MessageTimes& message = state_.messages[r.message];
            if (r.last == worker_.load(&message.complete)) worker_.raise(&message.last_port, r.port);
            if (worker_.fetch_add(&message.packets_left, 0u - r.packets) == r.packets)
                mine.data[completing++] = r;
        }
        mine.size = completing;
        if (completing != 0) worker_.fetch_add(&worker_.arrived(), completing);
    }

    CW_HD void list_completions()
    {
        Scratch<Receipt>& mine = worker_.receipts();
        Scratch<Completion>& done = worker_.arrivals();
        if (worker_.rank() == 0) {
            worker_.reserve(done, worker_.arrived());
            worker_.arrived() = 0;
        }
        worker_.sync();
        for (std::uint32_t i = 0; i != mine.size; ++i) {
            MessageTimes& message = state_.messages[mine.data[i].message];
            done.data[worker_.fetch_add(&done.size, 1u)] = {
                worker_.load(&message.complete), worker_.load(&message.last_port), mine.data[i].message};
        }
        mine.size = 0;
        worker_.sync();
    }

    //! By insertion: a window rarely completes more than a few messages, and then almost in order.
    CW_HD static void sort_completions(Scratch<Completion>& done)
    {
        for (std::uint32_t i = 1; i < done.size; ++i) {
            Completion const moving = done.data[i];
            std::uint32_t j = i;
            for (; j != 0 && moving.before(done.data[j - 1]); --j) done.data[j] = done.data[j - 1];
            done.data[j] = moving;
        }
    }

    CW_HD void signal(Completion const& done)
    {
        std::uint32_t const counter = model_.families[model_.family_of(done.message)].signal;
        if (counter == kNone) return;
        std::uint32_t const value =
            ++state_.counters[static_cast<std::size_t>(gpu_) * model_.counters + counter];
        for (std::uint32_t i = model_.waiting_first[counter]; i != model_.waiting_first[counter + 1]; ++i) {
            std::uint32_t const f = model_.waiting[i];
            release(f, released_by(model_.families[f], value), done.time, done.message);
        }
    }

    //! How many transfers of a family a counter's value has released.
    CW_HD static std::uint32_t released_by(Family const& family, std::uint32_t value)
    {
        if (value < family.need_0) return 0;
        if (family.need_k == 0) return family.count;
        std::uint32_t const k = (value - family.need_0) / family.need_k + 1;
        return k < family.count ? k : family.count;
    }

    CW_HD void release(std::uint32_t f, std::uint32_t k_end, Time when, MessageId predecessor)
    {
        if (!model_.families[f].sends(gpu_, model_.senders)) return;
        std::uint32_t& released = state_.released[static_cast<std::size_t>(gpu_) * model_.family_count + f];
        if (k_end <= released) return;
        Run run;
        run.family = f;
        run.k_first = released;
        run.k_end = k_end;
        run.ready = when + model_.families[f].delay_fs + model_.transfer(f, released, gpu_).offset_fs;
        run.ports_left = node_.egress_count;
        released = k_end;
        for (std::uint32_t k = run.k_first; k != k_end; ++k) open(run, k, predecessor);
        if (model_.channels.count != 1) return enqueue_by_channel(run);
        std::uint32_t const slot = state_.runs[gpu_].add(worker_, run);
        for (std::uint32_t p = 0; p != node_.egress_count; ++p)
            enqueue(node_.first_egress + p, state_.ports[node_.first_egress + p], slot);
    }

    //! At every port, for the channels that it has something for.
    CW_COLD void enqueue_by_channel(Run run)
    {
        std::uint32_t const used = channels_used(model_, run, gpu_);
        run.ports_left = 0;
        for (std::uint32_t p = 0; p != node_.egress_count; ++p)
            run.ports_left += queues_of(model_, node_.first_egress + p, used);
        if (run.ports_left == 0) return;
        std::uint32_t const slot = state_.runs[gpu_].add(worker_, run);
        for (std::uint32_t p = 0; p != node_.egress_count; ++p) {
            LinkId const id = node_.first_egress + p;
            SourcePort* const ports = state_.ports + static_cast<std::size_t>(id) * model_.channels.count;
            bool const one = model_.links[id].slots == 0;
            for (std::uint32_t c = 0; c != (one ? 1 : model_.channels.count); ++c)
                if (one || (used >> c & 1) != 0) enqueue(id, ports[c], slot);
        }
    }

    CW_HD void enqueue(LinkId id, SourcePort& port, std::uint32_t slot)
    {
        Run const* runs = state_.runs[gpu_].data;
        port.queue.push(worker_, slot);
        std::uint32_t i = port.queue.tail - 1;
        for (; i != port.queue.head && runs[slot].before(runs[port.queue.at(i - 1)]); --i) {
            port.queue.at(i) = port.queue.at(i - 1);
        }
        port.queue.at(i) = slot;
        if (port.run == kNone && i == port.queue.head) {
            Time const free_at = state_.egress[id].free_at;
            wake_port(worker_, id, runs[slot].ready > free_at ? runs[slot].ready : free_at);
        }
    }

    //! Starts packets of the transfer under way, or begins the next. False: nothing more in this window.
    CW_HD bool send_transfer(LinkId id, SourcePort& port, Emitter<Worker>& emit)
    {
        EgressState& egress = state_.egress[id];
        if (port.run == kNone && !begin_run(id, port, egress)) return false;
        if (port.full_left == 0 && port.last_flits == 0) {
            if (!begin_transfer<false>(worker_, model_, state_.runs[gpu_].data, gpu_, id - node_.first_egress,
                                       0, port))
                return true;
        }
        std::uint32_t const waiting = port.full_left != 0 ? port.full_left : 1;
        std::uint32_t const left = start_packets(id, port, egress, emit, waiting);
        if (port.full_left != 0)
            port.full_left = left;
        else
            port.last_flits = left != 0 ? port.last_flits : 0;
        if (port.full_left == 0 && port.last_flits == 0) ++port.k;
        return left == 0;
    }

    //! Starts what can start in this window of `waiting` packets alike; wakes the port for the rest and
    //! returns its number.
    CW_HD std::uint32_t start_packets(LinkId id, SourcePort const& port, EgressState& egress,
                                      Emitter<Worker>& emit, std::uint32_t waiting)
    {
        Link const& link = model_.links[id];
        std::uint32_t const flits = port.full_left != 0 ? model_.full_flits : port.last_flits;
        auto const start = [&](Instants& due, Time s, Time until) {
            auto const started = [&](Time time, Time spacing, std::uint32_t n) {
                emit.add(time, spacing, n, s, port.message, port.receiver, flits);
            };
            if (link.slots == 0)
                serve_until(due, egress.free_at, s, until, started);
            else
                serve_with_credits(due, state_.credits_in[id], egress.free_at, s, until, started);
        };
        Instants due{port.ready > window_.begin ? port.ready : window_.begin, 0, waiting};
        if (link.outages == kNoOutage)
            start(due, model_.serialisation_of(link, flits), window_.end);
        else
            start_while_up(id, flits, due, start);
        if (due.count != 0) wake_for(id, due.time > egress.free_at ? due.time : egress.free_at);
        return due.count;
    }

    template <class Start>
    CW_HD void start_while_up(LinkId id, std::uint32_t flits, Instants& due, Start const& start)
    {
        Link const& link = model_.links[id];
        serve_while_up(model_.outages + link.outages, state_.egress[id].free_at, window_.end,
                       [&](Time until, Time from) {
                           start(due, model_.serialisation_at(link, flits, from), until);
                           return due.count != 0 && !(link.slots != 0 && state_.credits_in[id].starved);
                       });
    }

    //! For packets that may start from `next` on, if there is a credit.
    CW_HD void wake_for(LinkId id, Time next)
    {
        if (model_.links[id].slots == 0) return wake_port(worker_, id, next);
        CreditInbox const& credits = state_.credits_in[id];
        if (!credits.starved) wake_port(worker_, id, credits.next_start(next));
    }

    CW_HD bool begin_run(LinkId id, SourcePort& port, EgressState const& egress)
    {
        if (port.queue.empty()) return false;
        std::uint32_t const slot = port.queue.front();
        Run const& run = state_.runs[gpu_].data[slot];
        Time const start = run.ready > egress.free_at ? run.ready : egress.free_at;
        if (start >= window_.end) {
            wake_port(worker_, id, start);
            return false;
        }
        port.queue.pop();
        port.run = slot;
        port.k = run.k_first;
        return true;
    }

    //! Writes the transfer's record, at least one window before anything of it arrives. By one lane.
    CW_HD void open(Run const& run, std::uint32_t k, MessageId predecessor)
    {
        Transfer const t = model_.transfer(run.family, k, gpu_);
        if (t.receiver == kNone) return;
        MessageTimes& message = state_.messages[model_.message_of(run.family, k, gpu_)];
        message.ready = ready_of(model_, run, k, gpu_, t);
        message.complete = 0;  // nothing has arrived
        message.predecessor = predecessor;
        PortGroup const& ports = model_.ports_for(gpu_, t.receiver);
        if (spreads_evenly(model_.format, ports.planes, t.bytes)) {
            PlaneCut const cut = cut_for_plane(model_.format, ports.planes, t.bytes, gpu_, t.receiver, 0);
            message.packets_left = cut.packets() * ports.simulated();
        } else {
            message.packets_left = cut_payload(model_.format, t.bytes).packets();
        }
    }

    Worker& worker_;
    Model const& model_;
    State const& state_;
    Node const& node_;
    std::uint32_t gpu_;
    Window window_;
};

//! `inputs`: links into the gpu with something due; `outputs`: links out of it on which something may start.
//! What arrives may make further outputs due; the worker appends them to the same list.
template <class Worker>
CW_HD void gpu_step(Worker& worker, Model const& m, State const& s, std::uint32_t gpu, Window window,
                    LinkId const* inputs, std::uint32_t input_count)
{
    GpuStep<Worker> step(worker, m, s, gpu, window);
    worker.sync();  // all lanes have seen what is due before the first adds to it
    step.deliver(inputs, input_count);
    if (worker.rank() == 0) step.complete_messages();
    worker.sync();
    for (std::uint32_t i = worker.rank(); i < worker.due_outputs(); i += worker.size()) {
        step.send(worker.due_output(i));
    }
    worker.sync();
}

}  // namespace copperwall
