//! What a run of the engine takes in memory beside its input: closed forms of cuda/arrays.h, host_worker.h,
//! calendar.h and the rings of state.h.
#pragma once

#include <vector>

#include "cuda/engine.h"
#include "host/fabric/memory.h"

namespace copperwall {

//! Traffic of one class of links: how much is under way at once.
struct ClassLoad {
    std::uint64_t links = 0;
    double packets = 0;        //!< of a link, over the whole run
    double trains = 0;         //!< the same in trains, as their gpu sends them
    double most_at_once = 0;   //!< trains of a link that no dependency keeps apart
    double packet_fs = 1;      //!< time to send one
    double train_fs = 1;       //!< the same of a train
    bool from_switch = false;  //!< its links have queues
    double queued = 0;         //!< trains in such a queue; of interleaved links as many as on the wire
    std::vector<double>
        deep;  //!< trains in the queues of single links that get more than others, where known
    bool interleaved = false;  //!< packets of several senders by turns: every packet is a train
    bool spaced = false;  //!< every packet is a train, though equally spaced: credits come back as trains
    double used() const { return static_cast<double>(links) * (packets < 1 ? packets : 1); }
};

struct EngineLoad {
    NetworkSize network;
    std::uint64_t messages = 0;
    std::uint64_t families = 0;
    std::uint64_t counters = 0;
    std::uint32_t at_once = 1;  //!< messages that a gpu's port sends by turns
    std::uint64_t timeline_rows = 0;
    std::uint64_t most_ports = 0;  //!< of one node
    double window_fs = 1;
    double windows = 1;
    unsigned threads = 1;
    bool acks = false;           //!< gpus acknowledge packets
    bool credits = false;        //!< some link has a finite buffer
    std::uint32_t channels = 1;  //!< of each of these
    bool adaptive = false;       //!< packets choose ports by their queues
    bool outages = false;        //!< some link is down at times
    std::vector<ClassLoad> classes;
};

struct EngineMemory {
    std::uint64_t state = 0;     //!< arrays by message, link and gpu; run pools; lists of every thread
    std::uint64_t trains = 0;    //!< rings of trains on wires and in queues
    std::uint64_t calendar = 0;  //!< links to visit in the next windows
    std::uint64_t total() const { return state + trains + calendar; }
};

EngineMemory windows_memory(EngineLoad const& load);

//! Of the reference engine: `trains` holds its queue of events.
EngineMemory reference_memory(EngineLoad const& load);

}  // namespace copperwall
