//! All-reduce over several domains: reduced within each, then between them, then gathered within each.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! The pipelined all-reduce in one chunk: four steps, each with as few and as large messages as can be.
Schedule hierarchical_all_reduce(CollectiveCall const& call);

//!   T = t_launch + max( 4 t_step + i_last + i_least + o_last + o_least,  t_step + t_up )    (1)
//!
//! i   time to send S/L to each other rank of the domain   [ns], closed_form.h last_ns, least_ns (4)
//! o   time to send S/N to the own place in each other domain over the NIC   [ns], the same
//! t_up   both steps over the links upwards of a leaf, of the domain or of the NICs   [ns], closed_form.h (5)
double hierarchical_all_reduce_ns(CollectiveCall const& call, Paths const& paths);

}  // namespace copperwall
