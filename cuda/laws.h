//! All laws of a link at once, for many links: the body of the host loop and of the device kernel.
#pragma once

#include <cstddef>

#include "cuda/link_delay.h"
#include "cuda/link_energy.h"

namespace copperwall {

struct LinkInput {
    LinkDelayInput delay;
    LinkPowerInput power;
};

struct LinkLaws {
    LinkDelay delay;
    Time latency_fs = 0;  //!< of `delay`, rounded up
    LinkPower power;
};

CW_HD inline LinkLaws evaluate_link(LinkInput const& in)
{
    LinkLaws out;
    out.delay = link_delay(in.delay);
    out.latency_fs = ceil_to_fs(out.delay.total_ns());
    out.power = link_power(in.power);
    return out;
}

//! links[i] -> laws[i] for i in [first, n), stride apart: (0, 1) is all of them, (thread, threads) one share.
CW_HD inline void evaluate_links(LinkInput const* links, LinkLaws* laws, std::size_t n, std::size_t first = 0,
                                 std::size_t stride = 1)
{
    for (std::size_t i = first; i < n; i += stride) laws[i] = evaluate_link(links[i]);
}

}  // namespace copperwall
