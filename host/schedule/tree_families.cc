#include "host/schedule/tree_families.h"

#include <algorithm>

#include "cuda/link_delay.h"

namespace copperwall {

namespace {

class TreeChain {
public:
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

Family tree_family(Schedule& schedule, CollectiveCall const& call, Domains const& domains, TreeNodes nodes,
                   std::int64_t bytes, std::uint32_t count, TreeReceiver const& receiver_of)
{
    Family f;
    f.count = count;
    f.group = nodes.count;
    f.stride = nodes.places;
    f.table = static_cast<std::uint32_t>(schedule.table.size());
    f.delay_fs = ceil_to_fs(call.step_ns);
    for (std::uint32_t k = 0; k != count; ++k)
        for (std::uint32_t gpu = 0; gpu != schedule.gpus; ++gpu) {
            std::uint32_t const node = domains.rank_of(gpu) / nodes.places;
            std::uint32_t const to = receiver_of(node, k);
            TableRow row;
            if (to != kNone) row = {gpu + (to - node) * nodes.places, bytes, 0};  // wrap cancels
            schedule.table.push_back(row);
        }
    return f;
}

std::uint32_t height_of(Tree const& tree)
{
    std::uint32_t height = 0;
    for (TreeNode const& node : tree) height = std::max(height, node.height);
    return height;
}

std::uint32_t most_sent_in_trees(std::uint32_t nodes)
{
    Tree const a = first_tree(nodes), b = second_tree(nodes);
    std::uint32_t most = 0;
    for (std::uint32_t v = 0; v != nodes; ++v) {
        std::uint32_t const up = (a[v].parent != kNone ? 1u : 0u) + (b[v].parent != kNone ? 1u : 0u);
        most = std::max(most, up + a[v].child_count() + b[v].child_count());
    }
    return most;
}

double up_and_down_ns(std::uint32_t nodes, double hop_ns, double again_ns)
{
    return TreeChain(nodes, hop_ns, again_ns).total_ns();
}

}  // namespace copperwall
