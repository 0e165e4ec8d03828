#include "host/schedule/chain_tree_all_reduce.h"

#include <algorithm>
#include <set>
#include <utility>

#include "cuda/link_delay.h"
#include "host/schedule/closed_form.h"
#include "host/schedule/double_tree_all_reduce.h"
#include "host/schedule/families.h"
#include "host/schedule/pipeline_form.h"
#include "host/schedule/tree_families.h"

namespace copperwall {

namespace {

//! NICs are used only between domains.
UsedNics heads_of(CollectiveCall call, Domains const& d)
{
    if (d.count == 1) call.nics = 0;
    return UsedNics(call, d);
}

//! Of one head and tree.
std::int64_t chain_share(CollectiveCall const& call, Domains const& d)
{
    return share_bytes(call.bytes, 2 * heads_of(call, d).count() * chunks_of(call), 0);
}

//! One domain is a root without children.
std::array<Tree, 2> trees_over(std::uint32_t domains)
{
    if (domains == 1) return {Tree(1), Tree(1)};
    return {first_tree(domains), second_tree(domains)};
}

class Builder {
public:
    Builder(CollectiveCall const& call, Domains const& domains)
        : call_(call),
          domains_(domains),
          heads_(heads_of(call, domains)),
          trees_(trees_over(domains.count)),
          chain_(domains.size - 1),
          height_(std::max(height_of(trees_[0]), height_of(trees_[1]))),
          share_(chain_share(call, domains)),
          schedule_(
              empty_schedule(call, domains.gpus(), counters() * chunks_of(call), 2 * (chain_ + height_)))
    {
        for (std::uint32_t position = 1; position != domains.size; ++position) {
            up_rows_.push_back(add_rows(position, domains.size - 1));
            if (position != chain_) down_rows_.push_back(add_rows(position, 1));
        }
    }

    Schedule build()
    {
        for (std::uint32_t tree : {0u, 1u}) {
            for (std::uint32_t position = chain_; position != 0; --position) add_chain_up(tree, position);
            add_tree_up(tree);
            add_tree_down(tree);
            for (std::uint32_t position = 0; position != chain_; ++position) add_chain_down(tree, position);
        }
        for (std::uint32_t c = 0; c != chunks_of(call_); ++c)
            for (Family f : one_chunk_) {
                if (f.wait != kNone) f.wait += c * counters();
                if (f.signal != kNone) f.signal += c * counters();
                schedule_.families.push_back(f);
            }
        return std::move(schedule_);
    }

private:
    //! Of one chunk: what has come in, of each position of a chain that something comes to, and the whole, of
    //! each but the root's.
    std::uint32_t counters() const { return 2 * (2 * chain_ + 1); }
    std::uint32_t parts(std::uint32_t tree, std::uint32_t position) const
    {
        return tree * (2 * chain_ + 1) + position;
    }
    std::uint32_t whole(std::uint32_t tree, std::uint32_t position) const
    {
        return parts(tree, chain_ + position);
    }

    std::uint32_t place_of(std::uint32_t gpu) const { return domains_.rank_of(gpu) % domains_.size; }

    //! From those at `position` of some head's chain to the place `by` further.
    std::uint32_t add_rows(std::uint32_t position, std::uint32_t by)
    {
        auto const first = static_cast<std::uint32_t>(schedule_.table.size());
        std::uint32_t const size = domains_.size;
        for (std::uint32_t gpu = 0; gpu != schedule_.gpus; ++gpu) {
            std::uint32_t const place = place_of(gpu);
            TableRow row;
            if (heads_.at((place + size - position) % size))
                row = {gpu - place + (place + by) % size, share_, 0};
            schedule_.table.push_back(row);
        }
        return first;
    }

    Family along_chain(std::uint32_t rows, std::uint32_t step) const
    {
        Family f;
        f.count = 1;
        f.group = domains_.size;
        f.table = rows;
        f.delay_fs = ceil_to_fs(call_.step_ns);
        f.step_0 = step;
        return f;
    }

    void add_chain_up(std::uint32_t tree, std::uint32_t position)
    {
        Family f = along_chain(up_rows_[position - 1], chain_ - position);
        if (position != chain_) {
            f.wait = parts(tree, position);
            f.need_0 = 1;
        }
        f.signal = parts(tree, position - 1);
        one_chunk_.push_back(f);
    }

    //! A head that is the root has the whole when all parts have come, others when it comes down to them.
    void add_chain_down(std::uint32_t tree, std::uint32_t position)
    {
        std::uint32_t const rows = position == 0 ? kNone : down_rows_[position - 1];
        Family f = along_chain(rows, chain_ + 2 * height_ + position);
        f.signal = whole(tree, position + 1);
        f.wait = whole(tree, position);
        f.need_0 = 1;
        if (position != 0) {
            one_chunk_.push_back(f);
            return;
        }
        for (bool const root : {true, false}) {
            if (trees_[tree].size() == 1 && !root) continue;
            f.table = rows_of_heads(tree, root);
            wait_for_whole(f, tree, root);
            one_chunk_.push_back(f);
        }
    }

    //! Of the first step down a chain those of the root's domain, or of the others.
    std::uint32_t rows_of_heads(std::uint32_t tree, bool root)
    {
        std::uint32_t const first = add_rows(0, 1);
        for (std::uint32_t gpu = 0; gpu != schedule_.gpus; ++gpu)
            if ((trees_[tree][domains_.domain_of(gpu)].parent == kNone) != root)
                schedule_.table[first + gpu] = {};
        return first;
    }

    void wait_for_whole(Family& f, std::uint32_t tree, bool root) const
    {
        f.wait = root ? parts(tree, 0) : whole(tree, 0);
        f.need_0 = root ? 1 + children_of_root(tree) : 1;
    }

    std::uint32_t children_of_root(std::uint32_t tree) const
    {
        for (TreeNode const& n : trees_[tree])
            if (n.parent == kNone) return n.child_count();
        return 0;
    }

    //! One family for all nodes of one height with as many children.
    void add_tree_up(std::uint32_t tree)
    {
        Tree const& nodes = trees_[tree];
        std::set<std::pair<std::uint32_t, std::uint32_t>> kinds;  // height, children
        for (TreeNode const& n : nodes)
            if (n.parent != kNone) kinds.insert({n.height, n.child_count()});
        for (auto const& [height, children] : kinds) {
            Family f = of_heads(1, chain_ + height,
                                [&, h = height, c = children](std::uint32_t node, std::uint32_t) {
                                    TreeNode const& n = nodes[node];
                                    return n.height == h && n.child_count() == c ? n.parent : kNone;
                                });
            f.wait = parts(tree, 0);
            f.need_0 = 1 + children;
            f.signal = parts(tree, 0);
            one_chunk_.push_back(f);
        }
    }

    void add_tree_down(std::uint32_t tree)
    {
        Tree const& nodes = trees_[tree];
        for (std::uint32_t depth = 0; depth != height_of(nodes); ++depth) {
            Family f = of_heads(2, chain_ + height_ + depth, [&](std::uint32_t node, std::uint32_t k) {
                return nodes[node].depth == depth ? nodes[node].children[k] : kNone;
            });
            wait_for_whole(f, tree, depth == 0);
            f.signal = whole(tree, 0);
            f.spacing_fs = ceil_to_fs(call_.per_peer_ns);
            one_chunk_.push_back(f);
        }
    }

    Family of_heads(std::uint32_t count, std::uint32_t step, TreeReceiver const& receiver_of)
    {
        TreeNodes const nodes{domains_.count, domains_.size};
        Family f = tree_family(schedule_, call_, domains_, nodes, share_, count, receiver_of);
        f.step_0 = step;
        for (std::size_t row = f.table; row != schedule_.table.size(); ++row)
            if (!heads_.at(place_of(static_cast<std::uint32_t>((row - f.table) % schedule_.gpus))))
                schedule_.table[row] = {};
        return f;
    }

    CollectiveCall const& call_;
    Domains const& domains_;
    UsedNics heads_;
    std::array<Tree, 2> trees_;
    std::uint32_t chain_;  //!< steps of a chain
    std::uint32_t height_;
    std::int64_t share_;
    Schedule schedule_;
    std::vector<std::uint32_t> up_rows_, down_rows_;  //!< by position - 1: first rows in the table
    std::vector<Family> one_chunk_;
};

}  // namespace

Schedule chain_tree_all_reduce(CollectiveCall const& call)
{
    Domains const d = domains_of(call);
    return d.size == 1 ? double_tree_all_reduce(call) : Builder(call, d).build();
}

double chain_tree_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    Domains const d = domains_of(call, paths);
    if (d.size == 1) return double_tree_all_reduce_ns(call, paths);
    std::int64_t const share = chain_share(call, d);
    double const chunks = chunks_of(call), step = call.step_ns;
    UsedNics const heads = heads_of(call, d);
    double const sent = heads.all() ? 2 * d.size - 2 : 2 * heads.count() - 1;  // each way, for a chunk
    Reach const in = inside_reach(d, paths);
    double const s = message_ns(paths.inside, share);
    double chain = 0;  // either way
    for (std::uint32_t place = 1; place != d.size; ++place) chain += step + s + in.way_ns(place, place - 1);
    double const last = 2 * chain + (2 * chunks - 1) * s;
    double const directions = spreads_evenly(paths.inside.format, paths.inside.planes, share) ? 2 : 1;
    double const links = step + directions * sent * chunks * s + in.nearest_ns();
    if (d.count == 1) return call.launch_ns + std::max(last, links);
    Reach const rail = rail_reach(d, paths);
    double const s_x = message_ns(paths.outside, share);
    bool const even = spreads_evenly(paths.outside.format, paths.outside.planes, share);
    double const tree = up_and_down_ns(d.count, step + s_x + rail.nearest_ns(), even ? s_x : 0);
    double const nic = 2 * chain + step + most_sent_in_trees(d.count) * chunks * s_x + rail.nearest_ns();
    return call.launch_ns + std::max({last + tree, links, nic});
}

ChunkMessages chain_tree_messages(CollectiveCall const& call)
{
    Domains const d = domains_of(call);
    if (d.size == 1) return double_tree_messages(call);
    std::int64_t const share = chain_share(call, d);
    return {share, d.count > 1 ? share : 0};
}

}  // namespace copperwall
