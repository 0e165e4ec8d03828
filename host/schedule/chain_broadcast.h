//! Broadcast along a chain, in chunks.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Rank 0 sends C chunks of S to rank 1, one after another, which passes each on to rank 2, and so on: N - 1
//! steps. C is CollectiveCall::chunks. Source: NCCL's ring broadcast; NVIDIA/nccl-tests, doc/PERFORMANCE.md.
Schedule chain_broadcast(CollectiveCall const& call);

//!   T = t_launch + sum_e (t_step + s_e + t_e) + (C - 1) max( t_peer, max_e s_e )    (1)
//!
//! e          the N - 1 edges of the chain
//! s_e, t_e   time that the largest chunk holds its busiest plane, and its way   [ns], closed_form.h (2)
//! Exact where all chunks are alike.
double chain_broadcast_ns(CollectiveCall const& call, Paths const& paths);

//! Of the C of the call.
ChunkMessages chain_messages(CollectiveCall const& call);

}  // namespace copperwall
