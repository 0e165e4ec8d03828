#include "cuda/host_worker.h"

#include <stdexcept>

namespace copperwall {

// In host_worker_broken.cc and host_worker_channels.cc.
extern template void serve_broken_port(HostWorker&, Model const&, State const&, LinkId, Window,
                                       std::uint64_t const*, std::uint32_t);
extern template void hand_over(HostWorker&, Model const&, State const&, NodeId, Window);
extern template void serve_channels_of_port(HostWorker&, Model const&, State const&, LinkId, Window,
                                            std::uint64_t const*, std::uint32_t);
extern template void send_by_channels(HostWorker&, Model const&, State const&, std::uint32_t, LinkId, Window);
extern template void send_by_turns(HostWorker&, Model const&, State const&, std::uint32_t, LinkId, Window);

namespace {

constexpr std::size_t kArenaChunk = std::size_t{1} << 20;

std::uint32_t most_ports(Model const& model)
{
    std::uint32_t most = 1;
    for (NodeId n = 0; n != model.node_count; ++n)
        most = std::max({most, model.nodes[n].egress_count, model.nodes[n].ingress_count});
    return most;
}

}  // namespace

HostWorker::HostWorker(Model const& model, State const& state, unsigned index, unsigned workers,
                       std::size_t step_rows)
    : steps(step_rows),
      model_(model),
      state_(state),
      index_(index),
      workers_(workers),
      touched_(workers),
      credited_(workers),
      due_(model.node_count),
      due_links_(2 * static_cast<std::size_t>(model.link_count))
{
    std::uint32_t first = 0;
    for (NodeId n = 0; n != model.node_count; ++n) {
        due_[n].first_input = first;
        due_[n].first_output = first += model.nodes[n].ingress_count;
        first += model.nodes[n].egress_count;
    }
    std::uint32_t const ports = most_ports(model);
    auto const zeroed = [&] {
        auto* array = static_cast<std::uint32_t*>(allocate(ports * sizeof(std::uint32_t)));
        std::fill_n(array, ports, 0u);
        return array;
    };
    buckets_.marked = zeroed();
    buckets_.count = zeroed();
    buckets_.first = zeroed();
    reserve(buckets_.ports, ports);
    freed_buckets_.count = zeroed();
    freed_buckets_.first = zeroed();
    reserve(freed_buckets_.links, ports);
}

void* HostWorker::allocate(std::size_t bytes)
{
    bytes = (bytes + 15) / 16 * 16;
    if (bytes > arena_left_) {
        arena_left_ = std::max(bytes, kArenaChunk);
        arena_.push_back(std::make_unique_for_overwrite<std::byte[]>(arena_left_));
        arena_at_ = arena_.back().get();
        arena_bytes_ += arena_left_;
    }
    std::byte* const place = arena_at_;
    arena_at_ += bytes;
    arena_left_ -= bytes;
    return place;
}

template <class T>
void HostWorker::grow(Scratch<T>& list, std::uint32_t needed)
{
    std::uint32_t const capacity = std::max({needed, 2 * list.capacity, 64u});
    T* const larger = static_cast<T*>(allocate(capacity * sizeof(T)));
    if (list.size != 0) std::copy_n(list.data, list.size, larger);
    list.data = larger;
    list.capacity = capacity;
}
template void HostWorker::grow(Scratch<Item>&, std::uint32_t);
template void HostWorker::grow(Scratch<std::uint64_t>&, std::uint32_t);
template void HostWorker::grow(Scratch<std::uint32_t>&, std::uint32_t);
template void HostWorker::grow(Scratch<Receipt>&, std::uint32_t);
template void HostWorker::grow(Scratch<Completion>&, std::uint32_t);
template void HostWorker::grow(Scratch<CreditTrain>&, std::uint32_t);
template void HostWorker::grow(Scratch<FreedSlots>&, std::uint32_t);

void HostWorker::wake(std::uint64_t& scheduled, Time time, Calendar::Visit visit)
{
    std::uint64_t window = window_after_;
    if (time >= window_end_ + model_.window_fs) {
        window = model_.window_of(time);
    }
    if (scheduled <= window) return;
    scheduled = window;
    calendar_.add(window, visit);
}

void HostWorker::wake_ingress(LinkId link, Time time)
{
    wake(state_.ingress[link].scheduled, time, {link, true});
}

void HostWorker::wake_egress(LinkId link, Time time)
{
    std::uint64_t& scheduled = state_.egress[link].scheduled;
    if (scheduled == kDue) return;
    if (time >= window_end_) {
        wake(scheduled, time, {link, false});
    } else {
        scheduled = kDue;
        // A port is not woken into the window under way once it has been served in it.
        if (due_[node_].outputs == model_.nodes[node_].egress_count)
            throw std::logic_error("a port twice due");
        add_due(node_, link, false);
    }
}

void HostWorker::launch()
{
    for (std::uint32_t gpu = index_; gpu < model_.gpus; gpu += workers_) {
        GpuStep<HostWorker>(*this, model_, state_, gpu, Window{}).launch();
    }
    if (model_.replans == 0) return;
    for (LinkId link = 0; link != model_.link_count; ++link) {
        NodeId const node = model_.links[link].from;
        if (node < model_.gpus || node % workers_ != index_) continue;  // others write theirs meanwhile
        std::uint64_t const scheduled = state_.egress[link].scheduled;
        if (scheduled != kNotScheduled) calendar_.add(scheduled, {link, false});
    }
}

void HostWorker::collect(std::uint64_t window)
{
    calendar_.take(window, visits_);
    active_.clear();
    for (Calendar::Visit const visit : visits_) {
        std::uint64_t& scheduled =
            visit.ingress ? state_.ingress[visit.link].scheduled : state_.egress[visit.link].scheduled;
        if (scheduled != window) continue;
        scheduled = visit.ingress ? kNotScheduled : kDue;
        Link const& link = model_.links[visit.link];
        NodeId const node = visit.ingress ? link.to : link.from;
        if (due_[node].inputs + due_[node].outputs == 0) active_.push_back(node);
        add_due(node, visit.link, visit.ingress);
    }
}

void HostWorker::step(std::uint64_t window)
{
    collect(window);
    window_after_ = window + 1;
    Window const now = model_.window_at(window);
    window_end_ = now.end;
    for (NodeId const node : active_) step_node(node, now);
}

void HostWorker::step_node(NodeId node, Window window)
{
    node_ = node;
    Due& due = due_[node];
    LinkId const* const inputs = due_links_.data() + due.first_input;
    if (model_.nodes[node].kind == NodeKind::gpu) {
        gpu_step(*this, model_, state_, node, window, inputs, due.inputs);
    } else {
        switch_step(*this, model_, state_, node, window, inputs, due.inputs,
                    due_links_.data() + due.first_output, due.outputs);
    }
    due.inputs = due.outputs = 0;
}

void HostWorker::publish(HostWorker& sender)
{
    for (LinkId const id : sender.touched_[index_]) {
        Time const first = publish_link(state_.egress[id], state_.ingress[id]);
        if (state_.ingress[id].scheduled == kNotScheduled) wake_ingress(id, first);
    }
    sender.touched_[index_].clear();
    for (LinkId const id : sender.credited_[index_])
        deliver_credits(*this, state_, model_.channels.count, id);
    sender.credited_[index_].clear();
}

}  // namespace copperwall
