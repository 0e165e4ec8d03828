#include "host/schedule/registry.h"

#include <stdexcept>

#include "host/schedule/chain_broadcast.h"
#include "host/schedule/chain_tree_all_reduce.h"
#include "host/schedule/direct_all_to_all.h"
#include "host/schedule/direct_halves.h"
#include "host/schedule/double_tree_all_reduce.h"
#include "host/schedule/hierarchical_all_reduce.h"
#include "host/schedule/hierarchical_all_to_all.h"
#include "host/schedule/in_network_all_reduce.h"
#include "host/schedule/multi_ring.h"
#include "host/schedule/one_shot_all_reduce.h"
#include "host/schedule/pipelined_all_reduce.h"
#include "host/schedule/rack_all_reduce.h"
#include "host/schedule/rail_halves.h"
#include "host/schedule/ring_all_reduce.h"
#include "host/schedule/ring_halves.h"
#include "host/schedule/send_recv.h"
#include "host/schedule/switch_reduce.h"
#include "host/schedule/two_shot_all_reduce.h"

namespace copperwall {

namespace {

constexpr Algorithm kAlgorithms[] = {
    {"ring", "all_reduce", "2(N-1) dependent steps around a ring; every gpu sends 2S(N-1)/N", ring_all_reduce,
     ring_all_reduce_ns},
    {"two_shot", "all_reduce", "every gpu reduces one share of S, then sends it to all: 2 steps",
     two_shot_all_reduce, two_shot_all_reduce_ns},
    {"one_shot", "all_reduce", "every gpu sends all of S to all others: 1 step, for small messages",
     one_shot_all_reduce, one_shot_all_reduce_ns},
    {"double_tree", "all_reduce",
     "up and down two binary trees, of domains where there are several, in chunks: 2 log2(R) steps and 2",
     double_tree_all_reduce, double_tree_all_reduce_ns, false, false, double_tree_messages},
    {"chain_tree", "all_reduce",
     "along a chain of each domain's ranks and up and down two trees of domains for each NIC, as NCCL's, in "
     "chunks",
     chain_tree_all_reduce, chain_tree_all_reduce_ns, false, false, chain_tree_messages, TableRows::chains,
     false, false, false, true},
    {"in_network", "all_reduce",
     "switches of a domain reduce and copy (NVLS), over NICs between domains: a law with the library's "
     "measured "
     "rate, not simulated",
     in_network_all_reduce, in_network_all_reduce_ns, false, false, nullptr, TableRows::few, true},
    {"switch_reduce", "all_reduce",
     "switches of one domain reduce and copy, in its racks first, simulated in rounds: 4 or 6 steps; every "
     "gpu "
     "sends S(1+1/N)",
     switch_all_reduce, switch_all_reduce_ns, false, false, switch_reduce_messages, TableRows::few, false,
     true},
    {"hierarchical", "all_reduce",
     "reduced within each domain, two_shot between them over NICs, gathered within: 4 steps",
     hierarchical_all_reduce, hierarchical_all_reduce_ns, false, true},
    {"one_shot_rails", "all_reduce", "hierarchical, with one_shot between domains: 3 steps",
     one_shot_rails_all_reduce, one_shot_rails_all_reduce_ns, false, true},
    {"pipelined", "all_reduce", "hierarchical in chunks: NICs carry one while links carry others",
     pipelined_all_reduce, pipelined_all_reduce_ns, false, true, pipelined_messages},
    {"rail_rings", "all_reduce", "pipelined, with a ring over each place's NICs: 2(R-1) steps and 2",
     rail_rings_all_reduce, rail_rings_all_reduce_ns, false, true, pipelined_messages},
    {"multi_ring", "all_reduce",
     "a ring of all ranks for each of a domain's NICs, as NCCL's: 2(N-1) steps; every NIC that is used sends "
     "2S(N-1)/(N C), C of a domain",
     multi_ring_all_reduce, multi_ring_all_reduce_ns, false, true, nullptr, TableRows::places_over_domains},
    {"rack_hierarchical", "all_reduce",
     "reduced within each rack, between racks of a domain, then as hierarchical, and back: 4 or 6 steps",
     rack_hierarchical_all_reduce, rack_hierarchical_all_reduce_ns, false, false, nullptr, TableRows::few,
     false, false, true},
    {"ring", "reduce_scatter", "N-1 dependent steps around a ring; every gpu sends S(N-1)/N",
     ring_reduce_scatter, ring_half_ns},
    {"direct", "reduce_scatter", "every gpu sends each other one its share at once: 1 step",
     direct_reduce_scatter, direct_half_ns},
    {"rail_rings", "reduce_scatter",
     "reduced within each domain, then by a ring over each place's NICs, in chunks: 1 step and R-1",
     rail_rings_reduce_scatter, rail_rings_reduce_scatter_ns, false, true, pipelined_messages},
    {"multi_ring", "reduce_scatter",
     "a ring of all ranks for each of a domain's NICs, as NCCL's: N-1 steps; every NIC that is used sends "
     "S(N-1)/(N C), C of a domain",
     multi_ring_reduce_scatter, multi_ring_half_ns, false, true, nullptr, TableRows::places_over_domains},
    {"switch_reduce", "reduce_scatter",
     "switches of one domain reduce, in its racks first, simulated in rounds: 2 or 3 steps; every gpu sends "
     "S",
     switch_reduce_scatter, switch_reduce_scatter_ns, false, false, switch_reduce_messages, TableRows::few,
     false, true},
    {"ring", "all_gather", "N-1 dependent steps around a ring; every gpu sends S(N-1)/N", ring_all_gather,
     ring_half_ns},
    {"direct", "all_gather", "every gpu sends its share to all others at once: 1 step", direct_all_gather,
     direct_half_ns},
    {"rail_rings", "all_gather",
     "by a ring over each place's NICs, then gathered within each domain, in chunks: R-1 steps and 1",
     rail_rings_all_gather, rail_rings_all_gather_ns, false, true, pipelined_messages},
    {"multi_ring", "all_gather",
     "a ring of all ranks for each of a domain's NICs, as NCCL's: N-1 steps; every NIC that is used sends "
     "S(N-1)/(N C), C of a domain",
     multi_ring_all_gather, multi_ring_half_ns, false, true, nullptr, TableRows::places_over_domains},
    {"switch_copy", "all_gather",
     "switches of one domain copy, once to each rack, simulated in rounds: 2 or 3 steps; every gpu sends S/N",
     switch_all_gather, switch_all_gather_ns, false, false, switch_reduce_messages, TableRows::few, false,
     true},
    {"chain", "broadcast", "gpu 0 to gpu 1 to gpu 2 ..., in chunks: N-1 steps", chain_broadcast,
     chain_broadcast_ns, false, false, chain_messages},
    {"next", "send_recv", "every gpu to its successor: 1 step", send_to_next, send_to_next_ns},
    {"across", "send_recv", "every gpu to the one N/2 further, between domains if any: 1 step", send_across,
     send_across_ns},
    {"direct", "all_to_all", "every gpu sends to all others at once, nearest successor first: 1 step",
     direct_all_to_all, direct_all_to_all_ns, false, false, nullptr, TableRows::pairs_over_domains},
    {"hierarchical", "all_to_all",
     "over a NIC to the own place in each other domain, forwarded there: 2 steps", hierarchical_all_to_all,
     hierarchical_all_to_all_ns, false, true},
    {"deduplicated", "all_to_all",
     "hierarchical, where a token crosses to a domain once for all its experts there",
     deduplicated_all_to_all, deduplicated_all_to_all_ns, true, true},
};

}  // namespace

std::span<Algorithm const> algorithms()
{
    return kAlgorithms;
}

Algorithm const* find_algorithm(std::string const& op, std::string const& name)
{
    for (auto const& a : kAlgorithms)
        if (op == a.op && name == a.name) return &a;
    return nullptr;
}

bool goes_around(Algorithm const& algorithm)
{
    std::string const name = algorithm.name;
    return name == "ring" || name == "multi_ring" || name == "rail_rings" || name == "chain";
}

bool uses_few_nics(Algorithm const& algorithm)
{
    std::string const name = algorithm.name;
    return name == "multi_ring" || name == "chain_tree" || name == "in_network";
}

double busbw_factor(std::string const& op, std::uint32_t ranks)
{
    double const n = ranks;
    if (op == "all_reduce") return 2 * (n - 1) / n;
    if (op == "all_to_all" || op == "all_gather" || op == "reduce_scatter") return (n - 1) / n;
    if (op == "broadcast" || op == "send_recv") return 1;
    throw std::invalid_argument("no bus-bandwidth factor for op '" + op + "'");
}

}  // namespace copperwall
