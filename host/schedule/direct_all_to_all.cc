#include "host/schedule/direct_all_to_all.h"

#include <algorithm>

#include "host/schedule/closed_form.h"
#include "host/schedule/domains.h"
#include "host/schedule/expert_traffic.h"
#include "host/schedule/families.h"
#include "host/schedule/port_loads.h"

namespace copperwall {

namespace {

//! The k-th receiver over domains: every domain in turn, and in each a rank further at every round, so that
//! the ranks of one domain never send to the same one.
std::uint32_t staggered_receiver(Domains const& d, std::uint32_t sender, std::uint32_t k)
{
    std::uint32_t const rank = d.rank_of(sender);
    std::uint32_t const domain = (rank / d.size + (k + 1) % d.count) % d.count;
    std::uint32_t const place = (rank % d.size + (k + 1) / d.count) % d.size;
    return d.group_of(sender) * d.ranks + domain * d.size + place;
}

double skewed_ns(CollectiveCall const& call, Paths const& paths)
{
    Domains const d = domains_of(call, paths);
    TokenCounts const& tokens = token_counts(call);
    PortLoads loads(d, paths);
    double latest = 0;
    for (std::uint32_t sender = 0; sender != d.gpus(); ++sender) {
        for (std::uint32_t k = 0; k != d.ranks - 1; ++k) {
            std::uint32_t const receiver = staggered_receiver(d, sender, k);
            std::int64_t const bytes = tokens.picked_bytes(sender, receiver);
            if (bytes == 0) continue;
            loads.add(sender, receiver, bytes);
            latest = std::max(latest, k * call.per_peer_ns + loads.alone_ns(sender, receiver, bytes));
        }
    }
    return call.launch_ns + call.step_ns + std::max(loads.busiest_ns(), latest);
}

//! Gives every transfer of the only family bytes of its own, in the order above.
template <class BytesOf>
void put_table(Schedule& s, Domains const& domains, BytesOf bytes_of)
{
    Family& family = s.families.front();
    for (std::uint32_t k = 0; k != family.count; ++k)
        for (std::uint32_t gpu = 0; gpu != s.gpus; ++gpu) {
            std::uint32_t const receiver = staggered_receiver(domains, gpu, k);
            std::int64_t const bytes = bytes_of(gpu, receiver);
            s.table.push_back(bytes == 0 ? TableRow{} : TableRow{receiver, bytes, 0});
        }
    family.table = 0;
    family.bytes = 0;
}

}  // namespace

Schedule direct_all_to_all(CollectiveCall const& call)
{
    Domains const domains = domains_of(call);
    Schedule s = empty_schedule(call, domains.gpus(), 0, 1);
    s.families = {to_all_others(call, Circle{call.ranks}, call.bytes, Share::of_receiver)};
    if (skewed(call)) {
        TokenCounts const& tokens = token_counts(call);
        put_table(s, domains, [&](std::uint32_t sender, std::uint32_t receiver) {
            return tokens.picked_bytes(sender, receiver);
        });
    } else if (domains.count > 1) {
        put_table(s, domains, [&](std::uint32_t, std::uint32_t receiver) {
            return share_bytes(call.bytes, call.ranks, domains.rank_of(receiver));
        });
    }
    return s;
}

double direct_all_to_all_ns(CollectiveCall const& call, Paths const& paths)
{
    if (skewed(call)) return skewed_ns(call, paths);
    std::int64_t const chunk = share_bytes(call.bytes, call.ranks, 0);
    double const x = exchange_of(call, paths, chunk).last_ns;
    return call.launch_ns + call.step_ns + std::max(x, upwards_ns(call, paths, chunk, 1));
}

}  // namespace copperwall
