#include "host/schedule/in_network_all_reduce.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "host/schedule/closed_form.h"
#include "host/schedule/domains.h"
#include "host/schedule/families.h"

namespace copperwall {
namespace {

void require_reducing_switches(CollectiveCall const& call)
{
    if (!(call.in_network_GBps > 0))
        throw std::invalid_argument(
            "the library knows no switches that reduce; take one with [[library.in_network]], such as "
            "nccl_blackwell");
}

std::int64_t quotient_up(std::int64_t a, std::int64_t b)
{
    return (a + b - 1) / b;
}

//! Of S that the software has under way.
std::int64_t in_flight(CollectiveCall const& call)
{
    return std::min(call.bytes / 2, call.in_flight_bytes);
}

//! Until the NICs have moved their shares, beside the way, and as much again as what fills is of S.
double nics_ns(CollectiveCall const& call, Paths const& paths, Domains const& domains, double filled)
{
    if (domains.count == 1) return 0;
    std::int64_t const used = std::int64_t{domains.count} * UsedNics(call, domains).count();
    return filled * message_ns(paths.outside, quotient_up(2 * call.bytes * (domains.count - 1), used));
}

double trees_ns(CollectiveCall const& call, Paths const& paths, Domains const& domains)
{
    if (domains.count == 1) return 0;
    std::int64_t const half = quotient_up(in_flight(call), 2 * UsedNics(call, domains).count());
    double const edge_ns = paths.outside.path_ns + (half == 0 ? 0 : message_ns(paths.outside, half));
    return 2 * std::bit_width(domains.count - 1) * edge_ns;
}

}  // namespace

std::int64_t in_network_bytes(CollectiveCall const& call)
{
    return call.bytes + quotient_up(call.bytes, domains_of(call).size);
}

std::int64_t in_network_nic_bytes(CollectiveCall const& call)
{
    Domains const d = domains_of(call);
    return quotient_up(2 * call.bytes * (d.count - 1), std::int64_t{d.ranks});
}

Schedule in_network_all_reduce(CollectiveCall const& call)
{
    Domains const domains = domains_of(call);
    require_reducing_switches(call);
    return empty_schedule(call, domains.gpus(), 0, 1);
}

double in_network_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    Domains const domains = domains_of(call, paths);
    require_reducing_switches(call);
    auto const all = static_cast<double>(call.bytes);
    double const filled = 1 + static_cast<double>(in_flight(call)) / all;
    double const links_ns = filled * all * (1 + 1.0 / domains.size) / call.in_network_GBps;
    double const moving = std::max(links_ns, nics_ns(call, paths, domains, filled));
    return call.in_network_ns + moving + 4 * paths.inside.path_ns + trees_ns(call, paths, domains);
}

}  // namespace copperwall
