#include "host/schedule/port_loads.h"

#include <algorithm>

namespace copperwall {

namespace {

double largest(std::vector<double> const& loads)
{
    return *std::max_element(loads.begin(), loads.end());
}

}  // namespace

PortLoads::Tally::Tally(Reach const& reached, std::uint32_t ranks, std::uint32_t gpus)
    : reach(reached), within(ranks), out(gpus), in(gpus), up(gpus), down(gpus)
{
}

std::uint32_t PortLoads::Tally::leaf_of(std::uint32_t gpu) const
{
    std::uint32_t const rank = gpu % within;
    return gpu - rank % reach.leaf_ranks();
}

void PortLoads::Tally::add(std::uint32_t sender, std::uint32_t receiver, std::int64_t bytes)
{
    double const ns = wire_ns(reach.path(), bytes);
    out[sender] += ns;
    in[receiver] += ns;
    std::uint32_t const from = leaf_of(sender), to = leaf_of(receiver);
    if (from == to) return;
    up[from] += ns;
    down[to] += ns;
}

double PortLoads::Tally::busiest_ns() const
{
    double const port = std::max(largest(out), largest(in));
    if (port == 0) return 0;
    double const leaf = std::max(largest(up), largest(down)) / (reach.leaf_ranks() * reach.path().up_share);
    return std::max(port + reach.nearest_ns(), leaf == 0 ? 0 : leaf + reach.farthest_ns());
}

PortLoads::PortLoads(Domains const& domains, Paths const& paths)
    : domains_(domains),
      tallies_{Tally(inside_reach(domains, paths), domains.size, domains.gpus()),
               Tally(outside_reach(domains, paths), domains.ranks, domains.gpus())}
{
}

void PortLoads::add(std::uint32_t sender, std::uint32_t receiver, std::int64_t bytes)
{
    tallies_[domains_.together(sender, receiver) ? 0 : 1].add(sender, receiver, bytes);
}

double PortLoads::alone_ns(std::uint32_t sender, std::uint32_t receiver, std::int64_t bytes) const
{
    Tally const& t = tallies_[domains_.together(sender, receiver) ? 0 : 1];
    return message_ns(t.reach.path(), bytes) + t.reach.way_ns(sender % t.within, receiver % t.within);
}

double PortLoads::busiest_ns() const
{
    return std::max(tallies_[0].busiest_ns(), tallies_[1].busiest_ns());
}

double PortLoads::into_nic_ns(std::uint32_t receiver) const
{
    double const load = tallies_[1].in[receiver];
    return load == 0 ? 0 : load + tallies_[1].reach.nearest_ns();
}

}  // namespace copperwall
