//! The links that a scenario names as slow, down or dead.
#pragma once

#include "host/fabric/fabric.h"

namespace copperwall {

//! After wiring. Ascending; throws InputError where there is no such link.
std::vector<LinkId> selected_links(LinkSelector const& selector, Place const& place, Fabric const& fabric);

//! Throws InputError where packets choose among one of these links and others: all such links need one rate.
void require_one_way(std::vector<LinkId> const& links, Place const& place, Fabric const& fabric);

//! "gpu 3, tier rack, plane 5, both directions (2 links)".
std::string text_of(LinkSelector const& selector, std::size_t links);

//! The link back: wiring makes links in pairs, and gives the link that enters at port p of a node the number
//! p among those that leave it.
inline LinkId twin_of(LinkId link, Network const& network)
{
    Link const& way = network.links[link];
    return network.nodes[way.to].first_egress + way.ingress_port;
}

}  // namespace copperwall
