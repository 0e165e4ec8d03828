#include "tests/cuda/support/lane_grid.h"

#include <atomic>
#include <barrier>
#include <memory>
#include <mutex>
#include <thread>

#include "cuda/arrays.h"
#include "cuda/check.h"
#include "cuda/device_sort.h"
#include "cuda/finish.h"
#include "cuda/grid_loop.h"
#include "cuda/wiring.h"

namespace copperwall::testing {
namespace {

class Arena {
public:
    void* allocate(std::size_t bytes)
    {
        std::scoped_lock const lock(mutex_);
        chunks_.push_back(std::make_unique<std::byte[]>(bytes));
        return chunks_.back().get();
    }

private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<std::byte[]>> chunks_;
};

//! What all lanes of all teams share.
struct Grid {
    Grid(Model const& m, State const& s, unsigned blocks, unsigned lanes, std::size_t step_rows)
        : model(m), state(s), all(blocks * lanes), steps(step_rows)
    {
    }

    Model const& model;
    State const& state;
    std::barrier<> all;
    Arena arena;
    std::vector<StepUse> steps;
    std::uint64_t hash = 0;
    std::mutex sums;
};

struct Team {
    Team(Grid& grid, unsigned index, unsigned teams, unsigned lanes)
        : block(index),
          blocks(teams),
          lane_count(lanes),
          barrier(lanes),
          lane_keys(lanes),
          lane_freed(lanes),
          lane_receipts(lanes),
          due_nodes(lanes),
          touched(grid.model.link_count),
          credited(grid.model.link_count)
    {
        touched_links = {touched.data(), 0, grid.model.link_count};
        credited_links = {credited.data(), 0, grid.model.link_count};
        std::uint32_t ports = 1;
        for (NodeId n = 0; n != grid.model.node_count; ++n) {
            Node const& node = grid.model.nodes[n];
            ports = std::max({ports, node.egress_count, node.ingress_count});
        }
        for (auto* array : {&marked, &count, &first, &port_list, &due_in, &due_out, &freed_count,
                            &freed_first, &freed_links})
            array->assign(ports, 0);
        buckets.marked = marked.data();
        buckets.count = count.data();
        buckets.first = first.data();
        buckets.ports = {port_list.data(), 0, ports};
        freed.count = freed_count.data();
        freed.first = freed_first.data();
        freed.links = {freed_links.data(), 0, ports};
    }

    unsigned block;
    unsigned blocks;
    unsigned lane_count;
    std::barrier<> barrier;
    std::vector<Scratch<std::uint64_t>> lane_keys;
    std::vector<Scratch<FreedSlots>> lane_freed;
    std::vector<Scratch<Receipt>> lane_receipts;
    std::vector<std::uint32_t> marked, count, first, port_list, due_in, due_out;
    std::vector<std::uint32_t> freed_count, freed_first, freed_links;
    std::vector<NodeId> due_nodes;
    std::vector<LinkId> touched, credited;
    Scratch<LinkId> touched_links, credited_links;
    std::uint32_t due_in_count = 0;
    std::uint32_t due_out_count = 0;
    std::uint32_t due_node_count = 0;
    Buckets buckets;
    FreedBuckets freed;
    Scratch<Completion> arrivals;
    std::uint32_t arrived = 0;
};

class Lane {
public:
    //! `whole`: the team whose lists of links it adds to.
    Lane(Grid& grid, Team& team, Team& whole, unsigned rank, Lane* part = nullptr, Lane* alone = nullptr)
        : grid_(grid), team_(team), whole_(whole), rank_(rank), part_(part), alone_(alone)
    {
    }

    Lane& part() { return *part_; }
    Lane& alone() { return *alone_; }

    std::uint32_t rank() const { return rank_; }
    std::uint32_t size() const { return team_.lane_count; }
    std::uint32_t block() const { return team_.block; }
    std::uint32_t blocks() const { return team_.blocks; }
    void sync() { team_.barrier.arrive_and_wait(); }
    void grid_sync() { grid_.all.arrive_and_wait(); }
    static std::uint32_t fetch_add(std::uint32_t* value, std::uint32_t n)
    {
        return std::atomic_ref(*value).fetch_add(n);
    }
    template <class T>
    static void raise(T* value, T to)
    {
        std::atomic_ref shared(*value);
        T before = shared.load();
        while (to > before && !shared.compare_exchange_weak(before, to)) {
        }
    }
    template <class T>
    static void store(T* value, T to)
    {
        std::atomic_ref(*value).store(to);
    }
    template <class T>
    static T load(T* value)
    {
        return std::atomic_ref(*value).load();
    }
    static void lower(std::uint64_t* value, std::uint64_t to) { lower_alone(value, to); }
    static void lower_alone(std::uint64_t* value, std::uint64_t to)
    {
        std::atomic_ref shared(*value);
        std::uint64_t before = shared.load();
        while (to < before && !shared.compare_exchange_weak(before, to)) {
        }
    }
    template <class T>
    using Working = T;
    template <class T>
    static void put_back(T& to, T const& from)
    {
        to = from;
    }
    void reserve_keys(Scratch<std::uint64_t>& list, std::uint32_t n) { reserve(list, n); }
    static void sort(std::uint64_t* keys, std::uint32_t n) { sort_keys(keys, n); }
    void* allocate(std::size_t bytes) { return grid_.arena.allocate(bytes); }
    template <class T>
    void reserve(Scratch<T>& list, std::uint32_t n)
    {
        if (list.size + n <= list.capacity) return;
        std::uint32_t const capacity = std::max(list.size + n, 2 * list.capacity);
        T* const larger = static_cast<T*>(allocate(capacity * sizeof(T)));
        std::copy_n(list.data, list.size, larger);
        list.data = larger;
        list.capacity = capacity;
    }
    void touch(LinkId link) { append(whole_.touched_links, link); }
    void touch_credits(LinkId link) { append(whole_.credited_links, link); }
    void wake_ingress(LinkId link, Time time) { wake(grid_.state.ingress[link].scheduled, time); }
    void wake_egress(LinkId link, Time time)
    {
        std::uint64_t& scheduled = grid_.state.egress[link].scheduled;
        if (scheduled == kDue) return;
        if (time >= window_.end) return wake(scheduled, time);
        scheduled = kDue;
        add_due_output(link);
    }
    void add_step(std::uint32_t row, StepUse const& use)
    {
        std::scoped_lock const lock(grid_.sums);
        copperwall::add_step(grid_.steps[row], use);
    }
    static StepMessages last_step() { return {}; }
    void add_hash(std::uint64_t value)
    {
        std::scoped_lock const lock(grid_.sums);
        grid_.hash += value;
    }
    Buckets& buckets() { return team_.buckets; }
    Scratch<Completion>& arrivals() { return team_.arrivals; }
    std::uint32_t& arrived() { return team_.arrived; }
    Scratch<Receipt>& receipts() { return team_.lane_receipts[rank_]; }
    FreedBuckets& freed_buckets() { return team_.freed; }
    Scratch<std::uint64_t>& packet_keys() { return team_.lane_keys[rank_]; }
    Scratch<FreedSlots>& freed() { return team_.lane_freed[rank_]; }

    Scratch<LinkId>& touched() { return team_.touched_links; }
    Scratch<LinkId>& credited() { return team_.credited_links; }
    void begin(Window window) { window_ = window; }
    std::uint64_t& earliest() { return earliest_; }
    void clear_due_nodes() { team_.due_node_count = 0; }
    void add_due_node(NodeId node) { team_.due_nodes[fetch_add(&team_.due_node_count, 1)] = node; }
    std::uint32_t due_nodes() const { return team_.due_node_count; }
    NodeId due_node(std::uint32_t i) const { return team_.due_nodes[i]; }
    void clear_due() { team_.due_in_count = team_.due_out_count = 0; }
    void add_due_input(LinkId link) { team_.due_in[fetch_add(&team_.due_in_count, 1)] = link; }
    void add_due_output(LinkId link) { team_.due_out[fetch_add(&team_.due_out_count, 1)] = link; }
    std::uint32_t due_inputs() const { return team_.due_in_count; }
    std::uint32_t due_outputs() const { return team_.due_out_count; }
    LinkId due_output(std::uint32_t i) const { return team_.due_out[i]; }
    LinkId const* due_input_list() const { return team_.due_in.data(); }
    LinkId const* due_output_list() const { return team_.due_out.data(); }
    bool wants_pause() { return ++windows_ % 5 == 0; }

private:
    void wake(std::uint64_t& scheduled, Time time)
    {
        std::uint64_t const window = grid_.model.window_of(time);
        if (window >= scheduled) return;
        scheduled = window;
        earliest_ = std::min(earliest_, window);
    }
    static void append(Scratch<LinkId>& list, LinkId link) { list.data[fetch_add(&list.size, 1)] = link; }

    Grid& grid_;
    Team& team_;
    Team& whole_;
    unsigned rank_;
    Lane* part_;
    Lane* alone_;
    Window window_;
    std::uint64_t earliest_ = kNotScheduled;
    unsigned windows_ = 0;
};

}  // namespace

EngineResult run_lanes(EngineInput const& input, EngineOptions const& options, unsigned blocks,
                       unsigned lanes)
{
    check(input);
    PreparedModel const prepared(input, options);
    Model const& model = prepared.model();
    Arrays arrays(prepared);
    State const state = arrays.state();
    WiringLists lists(input.network, arrays.egress);
    Wiring const wiring = lists.wiring();
    Grid grid(model, state, blocks, lanes,
              static_cast<std::size_t>(input.schedule.steps) * model.link_classes);
    std::vector<std::unique_ptr<Team>> teams;
    std::vector<std::unique_ptr<Team>> parts;
    std::vector<std::unique_ptr<Team>> loners;
    unsigned const part_lanes = lanes % 2 == 0 ? lanes / 2 : lanes;
    unsigned const part_count = blocks * lanes / part_lanes;
    for (unsigned b = 0; b != blocks; ++b) teams.push_back(std::make_unique<Team>(grid, b, blocks, lanes));
    for (unsigned p = 0; p != part_count; ++p)
        parts.push_back(std::make_unique<Team>(grid, p, part_count, part_lanes));
    for (unsigned a = 0; a != blocks * lanes; ++a)
        loners.push_back(std::make_unique<Team>(grid, a, blocks * lanes, 1));
    Control control;

    auto const everywhere = [&](auto const& body) {
        std::vector<std::jthread> threads;
        for (auto& team : teams) {
            for (unsigned lane = 0; lane != lanes; ++lane) {
                threads.emplace_back([&, team = team.get(), lane] {
                    unsigned const place = team->block * lanes + lane;
                    Lane part(grid, *parts[place / part_lanes], *team, place % part_lanes);
                    Lane alone(grid, *loners[place], *team, 0);
                    Lane worker(grid, *team, *team, lane, &part, &alone);
                    body(worker);
                });
            }
        }
    };
    everywhere([&](Lane& lane) { GridLoop<Lane>(lane, model, state, wiring, control).launch(); });
    while (control.done == 0) {
        control.resume();
        everywhere([&](Lane& lane) { GridLoop<Lane>(lane, model, state, wiring, control).run(); });
    }

    EngineResult result;
    result.steps = std::move(grid.steps);
    result.hop_hash = grid.hash;
    result.messages = std::move(arrays.messages);
    result.links = std::move(arrays.use);
    result.window_fs = model.window_fs;
    result.windows = control.windows;
    finish(input, result);
    return result;
}

}  // namespace copperwall::testing
