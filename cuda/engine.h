//! Runs one schedule on one network and returns times in integers. Bit-identical for both engines, every
//! backend, any number of threads, any window and any limit on trains.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "cuda/network.h"
#include "cuda/packet.h"
#include "cuda/schedule.h"
#include "cuda/types.h"

namespace copperwall {

enum class Engine : std::uint8_t { windows, reference };
enum class Backend : std::uint8_t { automatic, cpu, cuda };

struct EngineInput {
    Network network;
    Schedule schedule;
    PacketFormat format;
};

struct EngineOptions {
    Engine engine = Engine::windows;
    Backend backend = Backend::automatic;
    std::uint64_t devices = 1;                //!< one bit each: on which of them the cuda backend may run
    unsigned threads = 1;                     //!< over the nodes of this scenario
    Time window_fs = 0;                       //!< 0: the largest there is; more than that is an error
    std::uint32_t longest_train = kNone;      //!< packets; 1 = packets one by one (same results, slower)
    bool hash = false;                        //!< also compute hop_hash
    std::atomic<bool> const* stop = nullptr;  //!< polled; true ends the run with Interrupted
};

struct Interrupted {};

//! One message, as it happened. Times in fs.
struct MessageTimes {
    Time ready = kNever;
    Time complete = kNever;
    MessageId predecessor = kNone;  //!< the message whose arrival released it
    std::uint32_t packets_left = 0;
    std::uint32_t last_port = 0;  //!< ingress port of the packet that completed it (the highest of a tie)
};

//! What crossed one directed link.
struct LinkUse {
    std::int64_t busy_fs = 0;
    std::int64_t wire_bytes = 0;  //!< header bytes included
    std::int64_t packets = 0;
    Time last_end_fs = 0;
};

//! One row of the timeline: a step's traffic over all links of one class.
struct StepUse {
    Time first_start_fs = kNever;
    Time last_end_fs = 0;  //!< end of serialisation
    std::int64_t busy_fs = 0;
    std::int64_t wire_bytes = 0;
    std::int64_t packets = 0;
};

struct EngineResult {
    Time finish_fs = 0;  //!< the last message's completion
    std::vector<MessageTimes> messages;
    std::vector<LinkUse> links;
    std::vector<StepUse> steps;       //!< [step * link_classes + link_class]
    std::int64_t hops = 0;            //!< packets over simulated links, each counted at its egress port
    std::int64_t effective_hops = 0;  //!< the same with folded planes counted
    std::uint64_t hop_hash = 0;       //!< sum over hops of a mix of (link, message, start, flits)
    Time window_fs = 0;
    std::uint64_t windows = 0;
    std::uint64_t memory_bytes = 0;
};

//! Checks the input, then runs it. Errors: std::invalid_argument (input), Unfinished of unfinished.h where
//! transfers never completed, Interrupted.
EngineResult run(EngineInput const& input, EngineOptions const& options = {});

//! The longest window that keeps results exact, fs: the least time from a packet's start on any link to its
//! arrival, less where the items of one node would not fit their order key.
Time largest_window_fs(EngineInput const& input);

//! The format of packets on links of a rate: input.format with the rate's frames.
PacketFormat format_on(EngineInput const& input, std::size_t rate);

//! Whether acknowledgements are simulated.
bool acknowledged(EngineInput const& input);

//! The most that a packet is written with, see packet.h.
std::uint32_t most_flits(EngineInput const& input);

//! Time to serialise a packet of `flits` at `rate_Bps`, rounded up to a femtosecond.
Time serialisation_fs(PacketFormat const& format, std::uint32_t flits, std::int64_t rate_Bps);

}  // namespace copperwall
