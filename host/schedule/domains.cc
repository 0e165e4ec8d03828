#include "host/schedule/domains.h"

#include <algorithm>
#include <stdexcept>

namespace copperwall {

Domains domains_of(CollectiveCall const& call)
{
    if (call.ranks < 2) throw std::invalid_argument("a collective needs at least 2 ranks");
    if (call.groups == 0) throw std::invalid_argument("a collective needs at least 1 group");
    std::uint32_t const size = call.domain_ranks == 0 ? call.ranks : call.domain_ranks;
    if (call.ranks % size != 0) {
        throw std::invalid_argument("domains of " + std::to_string(size) +
                                    " ranks do not divide a group of " + std::to_string(call.ranks) +
                                    "; every domain must hold as many ranks of a group");
    }
    return {call.ranks, call.groups, size, call.ranks / size};
}

Domains domains_of(CollectiveCall const& call, Paths const& paths)
{
    Domains const d = domains_of(call);
    if (d.count > 1 && paths.one_domain)
        throw std::invalid_argument("a group over " + std::to_string(d.count) +
                                    " domains needs the path between them as well");
    return d;
}

UsedNics::UsedNics(CollectiveCall const& call, Domains const& domains)
    : size_(domains.size), count_(call.nics == 0 ? domains.size : std::min(call.nics, domains.size))
{
}

bool UsedNics::at(std::uint32_t place) const
{
    auto const nic = static_cast<std::uint32_t>((std::uint64_t{place} * count_ + size_ - 1) /
                                                size_);  // the first not below
    return nic < count_ && this->place(nic) == place;
}

}  // namespace copperwall
