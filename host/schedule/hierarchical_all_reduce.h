//! All-reduce over several domains: reduced within each, then between them, then gathered within each.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Rank (d, l) is at place l of L in domain d of R; S is padded to a multiple of 16 B N. Step 0: a direct
//! reduce-scatter within the domain, share l of L to place l. Steps 1, 2: a two-shot all-reduce of that
//! share among the R ranks of place l over NICs. Step 3: a direct all-gather within the domain. Each step
//! waits for all arrivals of the one before; messages of a pair arrive in order, so who has all sums of step
//! 2 has had all parts of step 1. The k-th message goes k + 1 ranks or domains further. One domain: two_shot.
//! Source: Cho, Finkler, Serrano, Kung, Hunter, "BlueConnect", IBM J. Res. Dev. 63 (2019) 1,
//! doi:10.1147/JRD.2019.2947013.
Schedule hierarchical_all_reduce(CollectiveCall const& call);

//!   T = t_launch + max( 4 t_step + i_last + i_least + o_last + o_least,  t_step + t_up )    (1)
//!
//! i   time to send S/L to each other rank of the domain   [ns], closed_form.h last_ns, least_ns (4)
//! o   time to send S/N to the own place in each other domain over the NIC   [ns], the same
//! t_up   both steps over the links upwards of a leaf, of the domain or of the NICs   [ns], closed_form.h (5)
double hierarchical_all_reduce_ns(CollectiveCall const& call, Paths const& paths);

//! Over several domains of several ranks.
std::uint32_t hierarchical_all_reduce_steps(std::uint32_t ranks);

}  // namespace copperwall
