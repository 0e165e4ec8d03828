//! Networks for engine tests.
#pragma once

#include "cuda/network.h"
#include "tests/cuda/support/counter_random.h"

namespace copperwall::testing {

struct Shape {
    std::uint32_t leaves = 1;  //!< 1: one switch per plane, no spines
    std::uint32_t per_leaf = 8;
    std::uint32_t spines = 0;
    std::uint32_t planes = 1;
    bool folded = false;
    std::int64_t rate_Bps = 50'000'000'000;
    Time latency_fs = 120 * kFsPerNs;
    Time spine_latency_fs = 200 * kFsPerNs;
    Arrival into_switches = Arrival::head;
    bool spreads = false;  //!< a leaf sends packets up by every spine in turn, in place of spine d mod spines
};

//! Every gpu has one link to its leaf in each plane; every leaf one to each spine of its plane; a packet for
//! gpu d goes up to spine d mod spines. Link classes: 0 gpu to leaf, 1 leaf to gpu, 2 leaf to spine, 3 down.
Network leaf_spine(Shape const& shape);

//! Three switches in a ring, each with one gpu; everyone sends to the gpu two switches on, the same way
//! round.
Network ring_of_switches(std::uint32_t slots);

//! Domains alike, each with links of its own, and one network of all gpus between them. Link classes 0 to 3
//! and rate 0 are the domains', 4 to 7 and rate 1 those between. between.leaves * per_leaf = domains * gpus
//! of a domain.
Network cluster(Shape const& domain, std::uint32_t domains, Shape const& between);

//! [link]: stands in a set of ports of any plan; the ports of a set have one rate.
std::vector<bool> links_in_sets(Network const& network);

//! The same links with a latency of once to twice its own, and one of three rates, for each.
Network with_random_links(Network network, std::uint64_t seed);

//! The same links, each into a buffer of `slots` packets.
Network with_slots(Network network, std::uint32_t slots);

//! The same links, with so many channels where their buffers are finite; no packet chooses by queues then.
Network with_channels(Network network, std::uint32_t count, ChannelBy by = ChannelBy::receiver);

//! The same with 2 to 8 channels, by either rule.
Network with_random_channels(Network network, std::uint64_t seed);

//! Where packets are spread, the same with sets that leave ports out.
Network with_listed_ports(Network network, std::uint64_t seed);

//! Takes a link down at these times, ascending and apart.
void take_down(Network& network, LinkId link, std::vector<Outage> const& outages);

//! The same links; some are down 1 to 4 times, most within `span` fs from the start.
Network with_random_outages(Network network, Time span, std::uint64_t seed);

//! Where there are sets of ports, routes by some of them, by others after up to four times, most within
//! `span` fs or when links go down or come up.
Network with_random_replans(Network network, Time span, std::uint64_t seed);

//! The same links; some of those in sets of ports are down for good, from the start or within `span` fs on.
Network with_lost_links(Network network, Time span, std::uint64_t seed);

//! The same, and most links that are in no set of ports are faster or slower after most of their outages.
Network with_random_retraining(Network network, Time span, std::uint64_t seed);

//! The same links, into buffers of 1 to 40 packets; infinite ones here and there.
Network with_random_slots(Network network, std::uint64_t seed);

}  // namespace copperwall::testing
