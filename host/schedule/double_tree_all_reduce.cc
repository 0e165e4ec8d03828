#include "host/schedule/double_tree_all_reduce.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "cuda/link_delay.h"
#include "host/schedule/families.h"
#include "host/schedule/pipeline_form.h"
#include "host/schedule/tree_families.h"

namespace copperwall {

namespace {

bool domains_are_nodes(Domains const& d)
{
    return d.count > 1 && d.size > 1;
}

TreeNodes nodes_of(Domains const& d)
{
    return domains_are_nodes(d) ? TreeNodes{d.count, d.size} : TreeNodes{d.ranks, 1};
}

//! Of one place and tree.
std::int64_t tree_share(CollectiveCall const& call, TreeNodes const& nodes)
{
    return share_bytes(call.bytes, 2 * nodes.places * chunks_of(call), 0);
}

class Builder {
public:
    Builder(CollectiveCall const& call, Domains const& domains)
        : call_(call),
          domains_(domains),
          nodes_(nodes_of(domains)),
          trees_{first_tree(nodes_.count), second_tree(nodes_.count)},
          height_(std::max(height_of(trees_[0]), height_of(trees_[1]))),
          first_up_(domains_are_nodes(domains) ? 1 : 0),
          share_(tree_share(call, nodes_)),
          schedule_(
              empty_schedule(call, domains.gpus(), kCounters * chunks_of(call), 2 * height_ + 2 * first_up_))
    {
    }

    Schedule build()
    {
        std::vector<Family> one_chunk;
        if (domains_are_nodes(domains_)) one_chunk.push_back(scatter());
        for (std::uint32_t t : {0u, 1u}) {
            add_up(t, one_chunk);
            add_down(t, one_chunk);
            if (domains_are_nodes(domains_)) one_chunk.push_back(gather(t));
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
            Family f = of_tree(1, first_up_ + height, [&, of = kind](std::uint32_t node, std::uint32_t) {
                TreeNode const& n = nodes[node];
                return n.parent != kNone && kind_of(n) == of ? n.parent : kNone;
            });
            if (children != 0) {
                f.wait = parts(tree);
                f.need_0 = children;
            } else if (domains_are_nodes(domains_)) {
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
            Family f = of_tree(2, first_up_ + height_ + depth, [&](std::uint32_t node, std::uint32_t k) {
                return nodes[node].depth == depth ? nodes[node].children[k] : kNone;
            });
            f.wait = whole(tree);
            f.need_0 = 1;
            f.signal = whole(tree);
            f.spacing_fs = ceil_to_fs(call_.per_peer_ns);
            families.push_back(f);
        }
    }

    Family of_tree(std::uint32_t count, std::uint32_t step, TreeReceiver const& receiver_of)
    {
        Family f = tree_family(schedule_, call_, domains_, nodes_, share_, count, receiver_of);
        f.step_0 = step;
        return f;
    }

    CollectiveCall const& call_;
    Domains const& domains_;
    TreeNodes nodes_;
    std::array<Tree, 2> trees_;
    std::uint32_t height_;
    std::uint32_t first_up_;
    std::int64_t share_;
    Schedule schedule_;
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
    TreeNodes const nodes = nodes_of(d);
    std::int64_t const share = tree_share(call, nodes);
    double const chunks = chunks_of(call), step = call.step_ns, t = call.per_peer_ns;
    Reach const in = inside_reach(d, paths);
    Reach const way = d.count == 1           ? in
                      : domains_are_nodes(d) ? rail_reach(d, paths)
                                             : outside_reach(d, paths);
    double const s = message_ns(way.path(), share);
    PathModel const& path = way.path();
    double const again = spreads_evenly(path.format, path.planes, share) ? s : 0;
    double const chain = up_and_down_ns(nodes.count, step + s + way.nearest_ns(), again);
    double const nic = step + most_sent_in_trees(nodes.count) * chunks * s + way.nearest_ns();
    if (!domains_are_nodes(d)) return call.launch_ns + std::max(chain, nic);
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
    std::int64_t const share = tree_share(call, nodes_of(d));
    bool const inside = d.size > 1, outside = d.count > 1;
    return {inside ? share : 0, outside ? share : 0};
}

}  // namespace copperwall
