#include "host/schedule/double_tree_all_reduce.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "cuda/link_delay.h"
#include "host/schedule/binary_tree.h"
#include "host/schedule/families.h"
#include "host/schedule/pipeline_form.h"

namespace copperwall {

namespace {

//! Who the nodes of the trees are.
struct Nodes {
    std::uint32_t count = 0;
    std::uint32_t places = 1;  //!< ranks of a node, each in trees of its own

    explicit Nodes(Domains const& d)
    {
        bool const domains = d.count > 1 && d.size > 1;
        count = domains ? d.count : d.ranks;
        places = domains ? d.size : 1;
    }
    bool are_domains() const { return places > 1; }
};

//! Of one place and tree.
std::int64_t tree_share(CollectiveCall const& call, Nodes const& nodes)
{
    return share_bytes(call.bytes, 2 * nodes.places * chunks_of(call), 0);
}

class Builder {
public:
    Builder(CollectiveCall const& call, Domains const& domains)
        : call_(call),
          domains_(domains),
          nodes_(domains),
          trees_{first_tree(nodes_.count), second_tree(nodes_.count)},
          height_(std::max(tallest(trees_[0]), tallest(trees_[1]))),
          first_up_(nodes_.are_domains() ? 1 : 0),
          share_(tree_share(call, nodes_)),
          schedule_(
              empty_schedule(call, domains.gpus(), kCounters * chunks_of(call), 2 * height_ + 2 * first_up_))
    {
    }

    Schedule build()
    {
        std::vector<Family> one_chunk;
        if (nodes_.are_domains()) one_chunk.push_back(scatter());
        for (std::uint32_t t : {0u, 1u}) {
            add_up(t, one_chunk);
            add_down(t, one_chunk);
            if (nodes_.are_domains()) one_chunk.push_back(gather(t));
        }
        for (std::uint32_t c = 0; c != chunks_of(call_); ++c)
            for (Family f : one_chunk) {
                if (f.wait != kNone) f.wait += c * kCounters;
                if (f.signal != kNone) f.signal += c * kCounters;
                schedule_.families.push_back(f);
            }
        return std::move(schedule_);
    }

private:
    static constexpr std::uint32_t kCounters = 5;  //!< of one chunk
    static constexpr std::uint32_t kScattered = 0;
    //! Sums of children that have arrived, but the root's: its only child brings the whole.
    static constexpr std::uint32_t parts(std::uint32_t tree) { return 1 + 2 * tree; }
    static constexpr std::uint32_t whole(std::uint32_t tree) { return 2 + 2 * tree; }

    static std::uint32_t tallest(Tree const& tree)
    {
        std::uint32_t height = 0;
        for (TreeNode const& node : tree) height = std::max(height, node.height);
        return height;
    }

    Family scatter() const
    {
        std::int64_t const bytes = 2 * share_ * nodes_.places;
        Family f = to_all_others(call_, Circle{nodes_.places}, bytes, Share::of_receiver);
        f.signal = kScattered;
        return f;
    }

    Family gather(std::uint32_t tree) const
    {
        Family f = to_all_others(call_, Circle{nodes_.places}, share_ * nodes_.places, Share::of_sender);
        f.wait = whole(tree);
        f.need_0 = 1;
        f.step_0 = schedule_.steps - 1;
        return f;
    }

    //! One family for all nodes of one height that wait for as many children and signal the same counter.
    void add_up(std::uint32_t tree, std::vector<Family>& families)
    {
        using Kind = std::tuple<std::uint32_t, std::uint32_t, bool>;
        Tree const& nodes = trees_[tree];
        auto const kind_of = [&](TreeNode const& n) {
            return Kind{n.height, n.child_count(), nodes[n.parent].parent == kNone};
        };
        std::map<Kind, bool> kinds;
        for (TreeNode const& n : nodes)
            if (n.parent != kNone) kinds[kind_of(n)] = true;
        for (auto const& [kind, present] : kinds) {
            auto const [height, children, to_root] = kind;
            Family f = family(
                1, first_up_ + height,
                [&, of = kind](TreeNode const& n, std::uint32_t) {
                    return n.parent != kNone && kind_of(n) == of ? n.parent : kNone;
                },
                nodes);
            if (children != 0) {
                f.wait = parts(tree);
                f.need_0 = children;
            } else if (nodes_.are_domains()) {
                f.wait = kScattered;
                f.need_0 = nodes_.places - 1;
            }
            f.signal = to_root ? whole(tree) : parts(tree);
            families.push_back(f);
        }
    }

    void add_down(std::uint32_t tree, std::vector<Family>& families)
    {
        Tree const& nodes = trees_[tree];
        for (std::uint32_t depth = 0; depth != height_; ++depth) {
            Family f = family(
                2, first_up_ + height_ + depth,
                [&](TreeNode const& n, std::uint32_t k) { return n.depth == depth ? n.children[k] : kNone; },
                nodes);
            f.wait = whole(tree);
            f.need_0 = 1;
            f.signal = whole(tree);
            f.spacing_fs = ceil_to_fs(call_.per_peer_ns);
            families.push_back(f);
        }
    }

    //! receiver_of(node, k) is a node or kNone; every place sends to its own.
    template <class ReceiverOf>
    Family family(std::uint32_t count, std::uint32_t step, ReceiverOf receiver_of, Tree const& nodes)
    {
        Family f;
        f.count = count;
        f.group = nodes_.count;
        f.stride = nodes_.places;
        f.table = static_cast<std::uint32_t>(schedule_.table.size());
        f.delay_fs = ceil_to_fs(call_.step_ns);
        f.step_0 = step;
        for (std::uint32_t k = 0; k != count; ++k)
            for (std::uint32_t gpu = 0; gpu != schedule_.gpus; ++gpu) {
                std::uint32_t const node = domains_.rank_of(gpu) / nodes_.places;
                std::uint32_t const to = receiver_of(nodes[node], k);
                TableRow row;
                if (to != kNone) row = {gpu + (to - node) * nodes_.places, share_, 0};  // wrap cancels
                schedule_.table.push_back(row);
            }
        return f;
    }

    CollectiveCall const& call_;
    Domains const& domains_;
    Nodes nodes_;
    std::array<Tree, 2> trees_;
    std::uint32_t height_;
    std::uint32_t first_up_;
    std::int64_t share_;
    Schedule schedule_;
};

//! Of the node that sends most in both trees together.
std::uint32_t most_sent(std::uint32_t nodes)
{
    Tree const a = first_tree(nodes), b = second_tree(nodes);
    std::uint32_t most = 0;
    for (std::uint32_t v = 0; v != nodes; ++v) {
        std::uint32_t const up = (a[v].parent != kNone ? 1u : 0u) + (b[v].parent != kNone ? 1u : 0u);
        most = std::max(most, up + a[v].child_count() + b[v].child_count());
    }
    return most;
}

//! One share up one tree and down again, as if the other tree were not there.
class TreeChain {
public:
    //! `again`: what a second message of a pair on one port adds
    TreeChain(std::uint32_t nodes, double hop_ns, double again_ns)
        : tree_(first_tree(nodes)), hop_ns_(hop_ns), again_ns_(again_ns)
    {
    }

    double total_ns() const
    {
        std::uint32_t const root = 0;
        return up_ns(root) + down_ns(root);
    }

private:
    //! Until a node has what its children send.
    double up_ns(std::uint32_t node) const
    {
        double first = 0, last = 0;
        for (std::uint32_t const child : tree_[node].children) {
            if (child == kNone) continue;
            double const arrived = up_ns(child) + hop_ns_;
            first = last == 0 ? arrived : std::min(first, arrived);
            last = std::max(last, arrived);
        }
        return tree_[node].child_count() == 2 ? std::max(last, first + again_ns_) : last;
    }

    //! From when a node has the sum until all below it have.
    double down_ns(std::uint32_t node) const
    {
        double latest = 0, turn = 0;
        for (std::uint32_t const child : tree_[node].children) {
            if (child == kNone) continue;
            latest = std::max(latest, turn + hop_ns_ + down_ns(child));
            turn += again_ns_;
        }
        return latest;
    }

    Tree tree_;
    double hop_ns_;
    double again_ns_;
};

}  // namespace

Schedule double_tree_all_reduce(CollectiveCall const& call)
{
    Domains const domains = domains_of(call);
    return Builder(call, domains).build();
}

double double_tree_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    Domains const d = domains_of(call, paths);
    Nodes const nodes(d);
    std::int64_t const share = tree_share(call, nodes);
    double const chunks = chunks_of(call), step = call.step_ns, t = call.per_peer_ns;
    Reach const in = inside_reach(d, paths);
    Reach const way = d.count == 1          ? in
                      : nodes.are_domains() ? rail_reach(d, paths)
                                            : outside_reach(d, paths);
    double const s = message_ns(way.path(), share);
    PathModel const& path = way.path();
    double const again = spreads_evenly(path.format, path.planes, share) ? s : 0;
    double const chain = TreeChain(nodes.count, step + s + way.nearest_ns(), again).total_ns();
    double const nic = step + most_sent(nodes.count) * chunks * s + way.nearest_ns();
    if (!nodes.are_domains()) return call.launch_ns + std::max(chain, nic);
    double const b_i = burst_ns(paths.inside, in.peers(), 2 * share, t);
    double const b_g = burst_ns(paths.inside, in.peers(), share, 0);
    double const scattered = step + in.least_ns(2 * share, t);
    double const gathered = step + in.last_ns(share, t);
    double const later = (chunks - 1) * burst_ns(paths.inside, in.peers(), 2 * share, 0);
    double const links = step + b_i + later + 2 * chunks * b_g + in.farthest_ns();
    double const up = step + in.upwards_ns(2 * share, chunks_of(call)) +
                      in.upwards_ns(share, 2 * chunks_of(call)) - in.farthest_ns();
    return call.launch_ns +
           std::max({scattered + later + chain + gathered, scattered + nic + gathered, links, up});
}

ChunkMessages double_tree_messages(CollectiveCall const& call)
{
    Domains const d = domains_of(call);
    std::int64_t const share = tree_share(call, Nodes(d));
    bool const inside = d.size > 1, outside = d.count > 1;
    return {inside ? share : 0, outside ? share : 0};
}

}  // namespace copperwall
