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

//! Until the NICs have moved their shares, beside the way, and as much again as what fills is of S.
double nics_ns(CollectiveCall const& call, Paths const& paths, Domains const& domains, double filled)
{
    return domains.count == 1 ? 0 : filled * message_ns(paths.outside, in_network_nic_bytes(call));
}

double way_over_nics_ns(Paths const& paths, Domains const& domains)
{
    return domains.count == 1 ? 0 : 2 * std::bit_width(domains.count - 1) * paths.outside.path_ns;
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
    double const filled = 1 + static_cast<double>(std::min(call.bytes / 2, call.in_flight_bytes)) / all;
    double const links_ns = filled * all * (1 + 1.0 / domains.size) / call.in_network_GBps;
    double const moving = std::max(links_ns, nics_ns(call, paths, domains, filled));
    return call.in_network_ns + moving + 4 * paths.inside.path_ns + way_over_nics_ns(paths, domains);
}

}  // namespace copperwall
