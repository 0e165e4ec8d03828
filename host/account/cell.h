//! One cell of a run or study: what was asked, what came out, how far to trust it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cuda/unfinished.h"
#include "host/fabric/fabric.h"
#include "host/input/spec.h"

namespace copperwall {

enum class CellStatus : std::uint8_t { not_run = 0, done = 1, infeasible = 2, failed = 3 };

//! Time of the critical path by cause, us; the causes add up to the cell's time.
struct Breakdown {
    double software_us = 0;
    double serialisation_us =
        0;                //!< of the binding messages, and of those their gpu sends in the same go before
    double phy_us = 0;    //!< SerDes + FEC
    double added_us = 0;  //!< DSP, drivers: what the technology's ends add, host traces included
    double propagation_us = 0;
    double switch_us = 0;
    double queueing_us = 0;  //!< the rest: waiting behind other packets, store-and-forward
    double total_us() const
    {
        return software_us + serialisation_us + phy_us + added_us + propagation_us + switch_us + queueing_us;
    }
};

//! Energy of one collective, J, counted in two ways. Always-on: what is drawn, the power of every link of the
//! fabric, busy or silent, x time. Traffic: as if energy followed the bits, pJ/bit x bits. See energy.h.
struct Energy {
    double always_on_J[kPowerComponents] = {};  //!< kComponents
    double traffic_J[kPowerComponents] = {};
    double switch_core_J = 0;          //!< always on, at the capacity of all switches
    double switch_core_traffic_J = 0;  //!< of the payload switched
    double nic_J = 0;                  //!< always on, without their ports' SerDes and modules
    double nic_traffic_J = 0;
    double always_on_total_J() const;  //!< with the switch core and the NICs
    double traffic_total_J() const;    //!< with the switch core and the NICs
};

//! One row of the per-step timeline of a link class.
struct TimelineRow {
    std::uint32_t step = 0;
    std::uint32_t link_class = 0;
    double start_us = 0;
    double end_us = 0;
    double busy_us = 0;  //!< link-seconds, folded planes counted
    std::int64_t wire_bytes = 0;
    std::int64_t packets = 0;
    double energy_J = 0;  //!< of the links, traffic-proportional
};

struct Cell {
    // asked
    std::string fabric, interconnect, op, algorithm, library, protocol;
    std::string collective;  //!< what people call it: "ep256 zipf 0.6"; empty: op
    std::uint32_t ranks = 0;
    std::uint32_t world_size = 0;  //!< gpus of one scale-up domain
    std::uint32_t gpus = 0;        //!< of the whole fabric
    std::int64_t bytes = 0;
    std::uint32_t packet_bytes = 0;
    std::string topology;  //!< hash of the fabric it ran on, see topology_hash(); empty until results hold it
    std::string const& collective_name() const { return collective.empty() ? op : collective; }
    // came out
    CellStatus status = CellStatus::not_run;
    std::string reason;                          //!< why not done
    std::vector<UnfinishedTransfer> unfinished;  //!< all that never completed; not in the results file
    std::string ran;                             //!< the algorithm that ran: of "best", the fastest
    std::uint32_t chunks = 0;                    //!< that it cut the message into
    //! With what ran, where more than one was asked for.
    std::string algorithm_name() const
    {
        return ran.empty() || ran == algorithm ? algorithm : algorithm + " (" + ran + ")";
    }
    double time_us = 0;  //!< NaN where not done, as all figures
    double algbw_GBps = 0;
    double busbw_GBps = 0;
    double lower_bound_us = 0;  //!< of any algorithm without in-network reduction
    double closed_form_us = 0;  //!< of this algorithm, no contention
    double low_us = 0,
           high_us = 0;    //!< with every latency at its low, its high: a latency-only band, bounds.h
    std::string bound_by;  //!< the largest part of the breakdown
    Breakdown breakdown;
    Energy energy;
    RiskBands risk;  //!< of the fabric, whatever runs on it
    //! Always-on total with every energy and latency at its low, and at its high.
    double energy_low_J = 0, energy_high_J = 0;
    double pJ_per_bit = 0;      //!< always-on total / payload bits delivered
    bool extrapolated = false;  //!< beyond all that was measured: the rule is in library.h
    std::vector<TimelineRow> timeline;
    std::uint32_t steps = 0;
    // how it was simulated
    bool folded = false;
    std::int64_t hops = 0, effective_hops = 0, messages = 0;
    std::uint64_t windows = 0;
    double window_ns = 0;
    std::uint64_t memory_bytes = 0;    //!< of the engine, as it counted
    std::uint64_t forecast_bytes = 0;  //!< of all the cell takes, forecast before it ran
    double wall_s = 0, cpu_s = 0;      //!< of the calling thread; goes to /entry/run only
};

}  // namespace copperwall
