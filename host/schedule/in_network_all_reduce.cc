#include "host/schedule/in_network_all_reduce.h"

#include <stdexcept>

#include "host/schedule/domains.h"
#include "host/schedule/families.h"

namespace copperwall {
namespace {

void require_reducing_switches(CollectiveCall const& call)
{
    if (domains_of(call).count > 1)
        throw std::invalid_argument("in_network works within one domain; use hierarchical over several");
    if (!(call.in_network_GBps > 0))
        throw std::invalid_argument(
            "the library knows no switches that reduce; take one with [[library.in_network]], such as "
            "nccl_blackwell");
}

}  // namespace

std::int64_t in_network_bytes(CollectiveCall const& call)
{
    return call.bytes + (call.bytes + call.ranks - 1) / call.ranks;
}

Schedule in_network_all_reduce(CollectiveCall const& call)
{
    require_reducing_switches(call);
    return empty_schedule(call, domains_of(call).gpus(), 0, 1);
}

double in_network_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    require_reducing_switches(call);
    double const bytes = static_cast<double>(call.bytes) * (1 + 1.0 / call.ranks);
    return call.in_network_ns + bytes / call.in_network_GBps + 4 * paths.inside.path_ns;
}

}  // namespace copperwall
