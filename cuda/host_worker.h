//! A host thread as a Worker (see emit.h): a team of one lane with its own arena, scratch, calendar and sums.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "cuda/calendar.h"
#include "cuda/gpu_step.h"

namespace copperwall {

class HostWorker {
public:
    HostWorker(Model const& model, State const& state, unsigned index, unsigned workers,
               std::size_t step_rows);

    // --- the Worker concept
    std::uint32_t rank() const { return 0; }
    static constexpr std::uint32_t size() { return 1; }
    void sync() const {}
    static std::uint32_t fetch_add(std::uint32_t* value, std::uint32_t n)
    {
        std::uint32_t const before = *value;
        *value += n;
        return before;
    }
    template <class T>
    static void raise(T* value, T to)
    {
        *value = std::max(*value, to);
    }
    template <class T>
    static void store(T* value, T to)
    {
        *value = to;
    }
    template <class T>
    static T load(T const* value)
    {
        return *value;
    }
    template <class T>
    using Working = T&;
    template <class T>
    static void put_back(T&, T const&)
    {
    }
    void reserve_keys(Scratch<std::uint64_t>& list, std::uint32_t n) { reserve(list, n); }
    void sort(std::uint64_t* keys, std::uint32_t n)
    {
        if (!std::is_sorted(keys, keys + n)) std::sort(keys, keys + n);
    }
    void* allocate(std::size_t bytes);
    template <class T>
    void reserve(Scratch<T>& list, std::uint32_t n)
    {
        if (list.size + n > list.capacity) grow(list, list.size + n);
    }
    void touch(LinkId link) { touched_[owner(model_.links[link].to)].push_back(link); }
    void touch_credits(LinkId link) { credited_[owner(model_.links[link].from)].push_back(link); }
    void wake_ingress(LinkId link, Time time);
    void wake_egress(LinkId link, Time time);
    void add_step(std::uint32_t row, StepUse const& use)
    {
        StepUse& step = steps[row];
        step.first_start_fs = std::min(step.first_start_fs, use.first_start_fs);
        step.last_end_fs = std::max(step.last_end_fs, use.last_end_fs);
        step.busy_fs += use.busy_fs;
        step.wire_bytes += use.wire_bytes;
        step.packets += use.packets;
    }
    StepMessages& last_step() { return last_step_; }
    void add_hash(std::uint64_t value) { hash += value; }
    Buckets& buckets() { return buckets_; }
    Scratch<Completion>& arrivals() { return arrivals_; }
    std::uint32_t& arrived() { return arrived_; }
    Scratch<Receipt>& receipts() { return receipts_; }
    FreedBuckets& freed_buckets() { return freed_buckets_; }
    Scratch<std::uint64_t>& packet_keys() { return packet_keys_; }
    Scratch<FreedSlots>& freed() { return freed_; }
    std::uint32_t due_outputs() const { return due_[node_].outputs; }
    LinkId due_output(std::uint32_t i) const { return due_links_[due_[node_].first_output + i]; }

    // --- driven by windows.cc
    //! Starts the gpus of this worker: releases what waits for nothing.
    void launch();
    std::uint64_t next_window() const { return calendar_.next(); }
    //! Steps every node of this worker that has something to do in window number `window`.
    void step(std::uint64_t window);
    //! Makes visible to this worker's nodes what `sender` put on wires towards them in the last window,
    //! packets and credits.
    void publish(HostWorker& sender);

    std::uint64_t hash = 0;
    std::vector<StepUse> steps;
    std::uint64_t arena_bytes() const { return arena_bytes_; }

private:
    //! A node's links with something to do in the window under way: places in due_links_.
    struct Due {
        std::uint32_t first_input = 0;
        std::uint32_t first_output = 0;
        std::uint32_t inputs = 0;
        std::uint32_t outputs = 0;
    };

    void add_due(NodeId node, LinkId link, bool input)
    {
        Due& due = due_[node];
        due_links_[input ? due.first_input + due.inputs++ : due.first_output + due.outputs++] = link;
    }
    template <class T>
    void grow(Scratch<T>& list, std::uint32_t needed);
    unsigned owner(NodeId node) const { return workers_ == 1 ? 0 : node % workers_; }
    void collect(std::uint64_t window);
    void step_node(NodeId node, Window window);
    void wake(std::uint64_t& scheduled, Time time, Calendar::Visit visit);

    Model const& model_;
    State const& state_;
    unsigned index_;
    unsigned workers_;
    Calendar calendar_;
    std::vector<std::vector<LinkId>> touched_;   //!< by worker that owns the receiver
    std::vector<std::vector<LinkId>> credited_;  //!< by worker that owns the sender of packets
    std::vector<Calendar::Visit> visits_;
    std::vector<NodeId> active_;
    std::vector<Due> due_;            //!< [node]
    std::vector<LinkId> due_links_;   //!< room for every link into and out of a node, node by node
    NodeId node_ = 0;                 //!< under way
    std::uint64_t window_after_ = 0;  //!< number of the window that begins at window_end_
    Time window_end_ = 0;

    StepMessages last_step_;
    Buckets buckets_;
    Scratch<Completion> arrivals_;
    std::uint32_t arrived_ = 0;
    Scratch<Receipt> receipts_;
    FreedBuckets freed_buckets_;
    Scratch<std::uint64_t> packet_keys_;
    Scratch<FreedSlots> freed_;
    std::vector<std::unique_ptr<std::byte[]>> arena_;
    std::byte* arena_at_ = nullptr;
    std::size_t arena_left_ = 0;
    std::uint64_t arena_bytes_ = 0;
};

}  // namespace copperwall
