#include <algorithm>
#include <stdexcept>
#include <string>

#include "cuda/check.h"

namespace copperwall {
namespace {

//! Calls f(route) for every route by which a switch may ever send on to a gpu; more than once where plans
//! agree with others than the one before.
template <class F>
void for_routes(Network const& n, NodeId at, std::uint32_t gpu, F const& f)
{
    std::uint16_t before = kNoRoute;
    for (std::size_t plan = 0; plan <= n.replanned_fs.size(); ++plan) {
        std::uint16_t const route = n.route(at, gpu, plan);
        if (route != before && route != kNoRoute) f(route);
        before = route;
    }
}

//! Calls f(link) for every link of a route.
template <class F>
void for_links(Network const& n, NodeId at, std::uint16_t route, F const& f)
{
    PortSet const set = n.ports_of(route);
    for (std::uint32_t i = 0; i != set.count; ++i) f(n.nodes[at].first_egress + n.port_of(set, i));
}

//! Routes behind each port of one switch that have been looked at.
class SeenRoutes {
public:
    explicit SeenRoutes(std::uint32_t ports) : seen_(std::size_t{ports} * kRoutes) {}

    //! Whether this is the first time.
    bool add(std::uint32_t port, std::uint16_t route)
    {
        auto at = seen_[port * kRoutes + route];
        bool const first = !at;
        at = true;
        return first;
    }

private:
    static constexpr std::size_t kRoutes = 1 << 16;
    std::vector<bool> seen_;
};

//! A packet in the buffer behind `before` may wait for room behind `after`.
struct Wait {
    LinkId before = 0;
    LinkId after = 0;
    bool operator==(Wait const&) const = default;
    auto operator<=>(Wait const&) const = default;
};

//! Of links out of one switch, by the routes to every so many gpus; ascending. Most gpus share their routes.
std::vector<Wait> waits_at(Network const& n, NodeId at, std::uint32_t first_gpu, std::uint32_t every)
{
    std::vector<Wait> waits;
    LinkId const first = n.nodes[at].first_egress;
    SeenRoutes seen(n.nodes[at].egress_count);
    auto const look_behind = [&](LinkId before, std::uint32_t gpu) {
        NodeId const next = n.links[before].to;
        if (n.links[before].slots == 0 || next < n.gpus) return;
        for_routes(n, next, gpu, [&](std::uint16_t route) {
            if (!seen.add(before - first, route)) return;
            for_links(n, next, route, [&](LinkId after) {
                if (n.links[after].slots != 0) waits.push_back({before, after});
            });
        });
    };
    for (std::uint32_t gpu = first_gpu; gpu < n.gpus; gpu += every)
        for_routes(n, at, gpu, [&](std::uint16_t route) {
            for_links(n, at, route, [&](LinkId before) { look_behind(before, gpu); });
        });
    std::sort(waits.begin(), waits.end());
    waits.erase(std::unique(waits.begin(), waits.end()), waits.end());
    return waits;
}

//! All waits between links out of switches with finite buffers, by these routes; ascending.
std::vector<Wait> waits_of(Network const& n, std::uint32_t first_gpu, std::uint32_t every)
{
    std::vector<Wait> all;
    for (auto s = static_cast<NodeId>(n.gpus); s != n.nodes.size(); ++s) {
        auto const own = waits_at(n, s, first_gpu, every);
        all.insert(all.end(), own.begin(), own.end());
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

//! Of packets in one channel: those to every so many gpus.
void check_circles(Network const& network, std::uint32_t first_gpu, std::uint32_t every)
{
    auto const waits = waits_of(network, first_gpu, every);
    auto const waiting = still_waited_for(network, waits);
    auto const found = std::find_if(waiting.begin(), waiting.end(), [](auto count) { return count != 0; });
    if (found == waiting.end()) return;
    LinkId const link = link_of_circle(waits, waiting, static_cast<LinkId>(found - waiting.begin()));
    throw std::invalid_argument("link " + std::to_string(link) +
                                ": its finite buffer is in a circle of links whose packets may wait for each "
                                "other for ever; give one of them infinite buffers (slots = 0), or routes "
                                "that go up, then down");
}

void check_channels(Network const& network)
{
    Channels const& channels = network.channels;
    if (channels.count == 0 || channels.count > kMostChannels)
        throw std::invalid_argument("network: " + std::to_string(channels.count) + " channels, not 1 to " +
                                    std::to_string(kMostChannels));
    if (channels.count != 1 && network.spreading.adaptive && network.has_credits())
        throw std::invalid_argument(
            "network: packets that choose ports by their queues know of one channel "
            "a link; spread them in turn, by a hash, or by destination");
}

}  // namespace

void check_credits(Network const& network)
{
    check_channels(network);
    if (!network.has_credits()) return;
    // A packet waits for room in its own channel alone.
    std::uint32_t const parts = network.channels.by == ChannelBy::receiver ? network.channels.count : 1;
    for (std::uint32_t c = 0; c != parts; ++c) check_circles(network, c, parts);
}

}  // namespace copperwall
