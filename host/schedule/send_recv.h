//! Send and receive: every rank sends its buffer to one other, which no two share.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Rank r sends S to rank r + 1. Source: NVIDIA/nccl-tests, sendrecv.
Schedule send_to_next(CollectiveCall const& call);

//! Rank r sends S to rank r + floor(N/2): between domains, where there is more than one.
Schedule send_across(CollectiveCall const& call);

//!   T = t_launch + t_step + max( max_r (s_r + t_r), t_up )                          (1)
//!
//! s_r, t_r   time that the message of rank r holds its busiest plane, and its way   [ns], closed_form.h (2)
//! t_up       of leaves whose ranks all send to another leaf: s / u and the way      [ns]
//! u          PathModel::up_share
double send_to_next_ns(CollectiveCall const& call, Paths const& paths);
double send_across_ns(CollectiveCall const& call, Paths const& paths);

}  // namespace copperwall
