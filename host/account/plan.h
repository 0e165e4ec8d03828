//! What a cell will run, decided before anything is simulated.
#pragma once

#include <vector>

#include "cuda/engine.h"
#include "host/account/path.h"

namespace copperwall {

struct Plan {
    Algorithm const* algorithm = nullptr;
    ProtocolSpec protocol;  //!< the library's with the least closed form
    CollectiveCall call;
    RateShares shares;
    PacketFormat format;       //!< within domains
    GroupPlacement placement;  //!< who takes part
    Paths paths{PathModel{}};  //!< at `shares`
    double closed_form_ns = 0;
    Schedule schedule;  //!< empty until complete()
    //! Planes of a group of ports (kInside, kOutside) are equal and every message covers them evenly, so one
    //! stands for all.
    bool folded[2] = {false, false};
    Buffers buffers = Buffers::infinite;  //!< of the scenario
    std::int64_t buffer_bytes = 0;        //!< the same, instead of them; 0: none
    std::uint32_t channels = 1;           //!< of finite buffers
    bool ack_packets = false;             //!< acknowledgements are simulated
};

//! What the engine runs: the fabric with those who take part first, at the library's rates, and the
//! scenario's buffers.
EngineInput engine_input(Plan const& plan, ScenarioSpec const& scenario, Fabric const& fabric);

//! An algorithm's name that stands for the fastest of all of its op.
inline constexpr char const* kBest = "best";

//! How each algorithm that `collective` asks for would run, without schedules, the least closed form first:
//! one plan, or with kBest one for every algorithm that needs no switches that reduce and has something of
//! its own to say on this fabric. Chunks are those asked for, else best_chunks(). Throws InputError, at the
//! collective's place, for an unknown op or algorithm or an impossible group.
std::vector<Plan> ranked_plans(ScenarioSpec const& scenario, Fabric const& fabric,
                               CollectiveSpec const& collective, std::int64_t bytes);

//! Adds the schedule and what folds.
void complete(Plan& plan, ScenarioSpec const& scenario, Fabric const& fabric);

//! The first of ranked_plans(), complete.
Plan plan_cell(ScenarioSpec const& scenario, Fabric const& fabric, CollectiveSpec const& collective,
               std::int64_t bytes);

//! Ranks of `collective` on a fabric: its group, or all gpus.
std::uint32_t ranks_of(CollectiveSpec const& collective, Fabric const& fabric);

//! Packets that the engine will move over links, roughly: for putting long cells first.
double expected_hops(Plan const& plan);

//! Visits of a node in a window, were all nodes visited in all windows, roughly: what a device does.
double expected_visits(Plan const& plan, Fabric const& fabric);

}  // namespace copperwall
