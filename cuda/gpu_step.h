//! One gpu in one window: deliver what has arrived, let completed messages release transfers, send.
#pragma once

#include "cuda/channel_source.h"
#include "cuda/ordered_source.h"
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
    CW_COLD void launch()
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
        keep_receipt();
        raise_completions();
        worker_.sync();
        count_receipts();
        worker_.sync();
        list_completions();
    }

    //! Completions in the order (time, port, message), each with its consequences at this gpu.
    CW_APART void complete_messages()
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
        if (model_.links[id].outages != kNoOutage)
            return send_while_up(worker_, model_, state_, gpu_, id, window_);
        OrderedSource<Worker, false>(worker_, model_, state_, gpu_, id, window_).run();
    }

private:
    //! Of an input's buffer, one after another, by packets of one channel as they arrived.
    struct LeftSlots {
        std::uint32_t channel = 0;
        CreditTrain at;
    };

    CW_HD void deliver(LinkId id)
    {
        typename Worker::template Working<IngressState> in = state_.ingress[id];
        LeftSlots left;
        Time const next = receive_until(in, id, left);
        return_credits(id, left);
        worker_.put_back(state_.ingress[id], in);
        if (next != kNever) worker_.wake_ingress(id, next);
    }

    //! Returns when the next one arrives; kNever: none is under way.
    CW_HD Time receive_until(IngressState& in, LinkId id, LeftSlots& left)
    {
        std::uint32_t const port = model_.links[id].ingress_port;
        bool const finite = model_.links[id].slots != 0;
        while (in.load_front()) {
            std::uint32_t const n = in.front.instants().before(window_.end);
            if (n == 0) return in.front.time;
            Train const t = split_front(in.front, n);
            if (model_.is_ack(t.flits)) continue;
            receive(t, port, id);
            if (finite) leave_slots(id, model_.channels.of(t.receiver, t.message), t.instants(), left);
        }
        return kNever;
    }

    //! A packet leaves its slot as it arrives.
    CW_HD void leave_slots(LinkId id, std::uint32_t channel, Instants arrived, LeftSlots& left)
    {
        if (left.at.count != 0 && left.channel == channel && extend_credits(left.at, arrived)) return;
        return_credits(id, left);
        left.channel = channel;
        left.at.time = arrived.time;
        left.at.spacing_fs = static_cast<std::uint32_t>(arrived.count == 1 ? 0 : arrived.spacing_fs);
        left.at.count = arrived.count;
    }

    CW_HD void return_credits(LinkId id, LeftSlots const& left)
    {
        if (left.at.count == 0) return;
        std::uint32_t const channels = model_.channels.count;
        CreditOutbox* const out = state_.credits_out + static_cast<std::size_t>(id) * channels;
        if (!any_pushed(out, channels)) worker_.touch_credits(id);
        Instants credits = left.at.instants();
        credits.time += model_.links[id].latency_fs;
        out[left.channel].send(worker_, credits);
    }

    CW_HD void receive(Train const& t, std::uint32_t port, LinkId id)
    {
        if (worker_.size() == 1)
            count(t, port);
        else
            note(t, port);
        if (model_.acks && model_.back[id] != kNone) acknowledge(worker_, model_, state_, t, model_.back[id]);
    }

    //! By the lane that serves the link; no other writes to the one back.
    CW_COLD static void acknowledge(Worker& worker, Model const& m, State const& s, Train t, LinkId back)
    {
        t.receiver = static_cast<std::uint16_t>(m.sender_of(t.message));
        t.flits = static_cast<std::uint16_t>(t.flits + m.full_flits);
        s.acks[back].push(worker, t);
        Time const free_at = s.egress[back].free_at;
        wake_port(worker, back, t.time > free_at ? t.time : free_at);
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
        if (receipt_.message != t.message || receipt_.port != port) {
            keep_receipt();
            receipt_ = {0, t.message, port, 0};
        }
        receipt_.last = t.last();
        receipt_.packets += t.count;
    }

    CW_HD void keep_receipt()
    {
        if (receipt_.packets == 0) return;
        Scratch<Receipt>& mine = worker_.receipts();
        worker_.reserve(mine, 1);
        mine.data[mine.size++] = receipt_;
        receipt_ = {};
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
        if (model_.channels.count != 1)
            return enqueue_by_channel(worker_, model_, state_, gpu_, window_, run);
        std::uint32_t const slot = state_.runs[gpu_].add(worker_, run);
        for (std::uint32_t p = 0; p != node_.egress_count; ++p)
            enqueue(node_.first_egress + p, state_.ports[node_.first_egress + p], slot);
    }

    CW_COLD static void enqueue_by_channel(Worker& worker, Model const& m, State const& s, std::uint32_t gpu,
                                           Window window, Run run)
    {
        GpuStep(worker, m, s, gpu, window).enqueue_by_channel(run);
    }

    //! At every port, for the channels that it has something for.
    CW_HD void enqueue_by_channel(Run run)
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
    Receipt receipt_;  //!< of this lane, not kept yet
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
