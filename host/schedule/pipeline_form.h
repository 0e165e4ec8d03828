//! What a pipeline of chunks through a domain's links and NICs takes, where all ranks do the same.
#pragma once

#include <vector>

#include "host/schedule/closed_form.h"

namespace copperwall {

//! One port of a rank: what is ready first is sent first, one batch after another.
class PortQueue {
public:
    //! When a batch that is ready at `ready` has left:
    //!
    //!   e = max( max(e', ready) + load, ready + spaced )                            (1)
    //!
    //! e'       the same of the batch before
    //! load     time that the batch holds its busiest plane; spaced: from its first message's release to the
    //!          end of its last, where software alone spaces them       [ns]
    double send_ns(double ready, double load, double spaced);

private:
    double free_ns_ = 0;
};

//! Messages that a rank sends at once over its NIC.
struct RailStage {
    std::uint32_t messages = 0;
    std::int64_t bytes = 0;
    double way_ns = 0;  //!< from the end of the last message until its receiver may go on, without software
};

struct Pipeline {
    std::uint32_t chunks = 1;
    std::int64_t domain_bytes = 0;  //!< of one message of a chunk within the domain, first and last stage
    std::vector<RailStage> rails;   //!< in between, of one chunk
    bool scatters = true;           //!< false: rails are the first stage
    bool gathers = true;            //!< false: the last
};

//! Scatter within the domain, the rail stages, gather within the domain, each stage of a chunk after the one
//! before:
//!
//!   T = t_launch + max_c g_c                                                        (2)
//!
//! g_c      end of (1) for the gather of chunk c, and the way to the farthest rank of the domain; without
//!          gathers the arrival of its last rail stage   [ns]
//! ready    t_step after the stage before has arrived; the scatters of all chunks at once, without them
//!          their first rail stages
//! Links serve the scatters of all chunks, then the gathers; a NIC whichever stage of any chunk is ready
//! first. Exact where all ranks are alike and no two messages meet.
double pipeline_ns(CollectiveCall const& call, Paths const& paths, Pipeline const& pipeline);

//! Share of each chunk: a multiple of 16 B for each of the N ranks, the same for all chunks.
std::int64_t chunk_bytes(CollectiveCall const& call);

std::uint32_t chunks_of(CollectiveCall const& call);

}  // namespace copperwall
