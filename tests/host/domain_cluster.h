//! Scale-up domains and their NICs, as closed forms and as the engine have them, and what moves there carry.
#pragma once

#include <numeric>

#include "cuda/engine.h"
#include "host/schedule/registry.h"
#include "tests/cuda/support/networks.h"
#include "tests/host/schedule_mover.h"

namespace copperwall {

//! Domains of one switch each, links of 50 GB/s and 240 ns gpu to gpu; NICs of 10 GB/s and 2000 ns.
struct Cluster {
    PacketFormat format{256, 16, 16};
    CollectiveCall call;
    Network network;
    Paths paths;

    Cluster(std::uint32_t domains, std::uint32_t domain_ranks, std::int64_t bytes, std::uint32_t chunks)
        : paths(path(50, 240), path(10, 2000))
    {
        call.gpus = call.ranks = domains * domain_ranks;
        call.domain_ranks = domain_ranks;
        call.bytes = bytes;
        call.chunks = chunks;
        call.launch_ns = 1000;
        call.step_ns = 70;
        testing::Shape domain, between;
        domain.per_leaf = domain_ranks;
        between.per_leaf = call.ranks;
        between.rate_Bps = 10'000'000'000;
        between.latency_fs = 1000 * kFsPerNs;
        network = testing::cluster(domain, domains, between);
    }

    PathModel path(double rate_GBps, double way_ns) const
    {
        PathModel p;
        p.port_rate_GBps = rate_GBps;
        p.path_ns = way_ns;
        p.format = format;
        return p;
    }

    Schedule schedule(char const* name, char const* op = "all_reduce") const
    {
        Schedule const s = find_algorithm(op, name)->make(call);
        check(s);
        return s;
    }

    EngineResult run(Schedule const& s) const { return copperwall::run({network, s, format}); }

    double excess_ns(char const* name, char const* op = "all_reduce") const
    {
        double const simulated = static_cast<double>(run(schedule(name, op)).finish_fs) / kFsPerNs;
        return simulated - find_algorithm(op, name)->closed_form_ns(call, paths);
    }
};

inline std::vector<std::uint32_t> range(std::uint32_t first, std::uint32_t count)
{
    std::vector<std::uint32_t> all(count);
    std::iota(all.begin(), all.end(), first);
    return all;
}

//! The chunk that a move belongs to, by the counters that each chunk has of its own.
inline std::uint32_t chunk_of(Move const& m, std::uint32_t counters)
{
    return (m.signal != kNone ? m.signal : m.wait) / counters;
}

}  // namespace copperwall
