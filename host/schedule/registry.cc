#include "host/schedule/registry.h"

#include <array>
#include <stdexcept>

#include "host/schedule/direct_all_to_all.h"
#include "host/schedule/hierarchical_all_reduce.h"
#include "host/schedule/hierarchical_all_to_all.h"
#include "host/schedule/ring_all_reduce.h"
#include "host/schedule/two_shot_all_reduce.h"

namespace copperwall {

namespace {

constexpr std::array kAlgorithms{
    Algorithm{"ring", "all_reduce", "2(N-1) dependent steps around a ring; every gpu sends 2S(N-1)/N",
              ring_all_reduce, ring_all_reduce_ns, ring_all_reduce_steps},
    Algorithm{"two_shot", "all_reduce", "every gpu reduces one share of S, then sends it to all: 2 steps",
              two_shot_all_reduce, two_shot_all_reduce_ns, two_shot_all_reduce_steps},
    Algorithm{"hierarchical", "all_reduce",
              "reduced within each domain, two_shot between them over NICs, gathered within: 4 steps",
              hierarchical_all_reduce, hierarchical_all_reduce_ns, hierarchical_all_reduce_steps},
    Algorithm{"direct", "all_to_all",
              "every gpu sends to all others at once, nearest successor first: 1 step", direct_all_to_all,
              direct_all_to_all_ns, direct_all_to_all_steps, false, true},
    Algorithm{"hierarchical", "all_to_all",
              "over a NIC to the own place in each other domain, forwarded there: 2 steps",
              hierarchical_all_to_all, hierarchical_all_to_all_ns, hierarchical_all_to_all_steps},
    Algorithm{"deduplicated", "all_to_all",
              "hierarchical, where a token crosses to a domain once for all its experts there",
              deduplicated_all_to_all, deduplicated_all_to_all_ns, hierarchical_all_to_all_steps, true},
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

double busbw_factor(std::string const& op, std::uint32_t ranks)
{
    double const n = ranks;
    if (op == "all_reduce") return 2 * (n - 1) / n;
    if (op == "all_to_all") return (n - 1) / n;
    throw std::invalid_argument("no bus-bandwidth factor for op '" + op + "'");
}

}  // namespace copperwall
