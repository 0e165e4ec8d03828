#include <algorithm>
#include <stdexcept>
#include <string>

#include "cuda/check.h"

namespace copperwall {
namespace {

//! Calls f(link) for every link by which a switch may send on to a gpu.
template <class F>
void for_next_links(Network const& n, NodeId at, std::uint32_t gpu, F const& f)
{
    std::uint16_t const route = n.route(at, gpu);
    if (route == kNoRoute) return;
    PortSet const set = n.ports_of(route);
    for (std::uint32_t i = 0; i != set.count; ++i) f(n.nodes[at].first_egress + n.port_of(set, i));
}

//! A packet in the buffer behind `before` may wait for room behind `after`.
struct Wait {
    LinkId before = 0;
    LinkId after = 0;
    bool operator==(Wait const&) const = default;
    auto operator<=>(Wait const&) const = default;
};

//! All waits between links out of switches with finite buffers, by the routes; ascending.
std::vector<Wait> waits_of(Network const& n)
{
    std::vector<Wait> all;
    for (auto s = static_cast<NodeId>(n.gpus); s != n.nodes.size(); ++s) {
        std::vector<Wait> own;
        for (std::uint32_t gpu = 0; gpu != n.gpus; ++gpu) {
            for_next_links(n, s, gpu, [&](LinkId before) {
                if (n.links[before].slots == 0 || n.links[before].to < n.gpus) return;
                for_next_links(n, n.links[before].to, gpu, [&](LinkId after) {
                    if (n.links[after].slots != 0) own.push_back({before, after});
                });
            });
        }
        std::sort(own.begin(), own.end());
        all.insert(all.end(), own.begin(), std::unique(own.begin(), own.end()));
    }
    std::sort(all.begin(), all.end());
    return all;
}

//! Takes away, again and again, the links that none still waits for; what is left is in a circle or behind
//! one.
std::vector<std::uint32_t> still_waited_for(Network const& n, std::vector<Wait> const& waits)
{
    std::vector<std::uint32_t> waiting(n.links.size(), 0);
    for (Wait const& w : waits) ++waiting[w.after];
    std::vector<LinkId> ready;
    for (LinkId l = 0; l != n.links.size(); ++l)
        if (waiting[l] == 0) ready.push_back(l);
    while (!ready.empty()) {
        LinkId const link = ready.back();
        ready.pop_back();
        auto w = std::lower_bound(waits.begin(), waits.end(), Wait{link, 0});
        for (; w != waits.end() && w->before == link; ++w)
            if (--waiting[w->after] == 0) ready.push_back(w->after);
    }
    return waiting;
}

//! Of a circle: reached from a link that is still waited for by going back often enough.
LinkId link_of_circle(std::vector<Wait> const& waits, std::vector<std::uint32_t> const& waiting, LinkId link)
{
    std::vector<LinkId> back(waiting.size(), kNone);
    for (Wait const& w : waits)
        if (waiting[w.before] != 0) back[w.after] = w.before;
    for (std::size_t i = 0; i != waiting.size(); ++i) link = back[link];
    LinkId least = link;
    for (LinkId l = back[link]; l != link; l = back[l]) least = std::min(least, l);
    return least;
}

}  // namespace

void check_credits(Network const& network)
{
    if (!network.has_credits()) return;
    auto const waits = waits_of(network);
    auto const waiting = still_waited_for(network, waits);
    auto const found = std::find_if(waiting.begin(), waiting.end(), [](auto count) { return count != 0; });
    if (found == waiting.end()) return;
    LinkId const link = link_of_circle(waits, waiting, static_cast<LinkId>(found - waiting.begin()));
    throw std::invalid_argument("link " + std::to_string(link) +
                                ": its finite buffer is in a circle of links whose packets may wait for each "
                                "other for ever; give one of them infinite buffers (slots = 0), or routes "
                                "that go up, then down");
}

}  // namespace copperwall
