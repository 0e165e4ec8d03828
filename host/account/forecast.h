//! Memory of a cell, forecast from its plan before anything is simulated.
#pragma once

#include "host/account/cell.h"
#include "host/account/engine_memory.h"
#include "host/account/plan.h"

namespace copperwall {

//! Bytes of one cell while it runs; its fabric is shared by cells and counted apart.
struct MemoryForecast {
    std::uint64_t network = 0;   //!< the engine's copy, folded and at the library's rates
    std::uint64_t schedule = 0;  //!< families and tables, in the plan and in the engine's input; tokens drawn
    EngineMemory engine;
    std::uint64_t results = 0;  //!< what is left of it: figures and timeline
    std::uint64_t total() const { return network + schedule + engine.total() + results; }
};

//! Within a fifth of what is really taken in the cases of tests/host/forecast_test.cc. Arrays are exact; how
//! long queues get is estimated: where many small messages meet at random a run may take a third more; where
//! buffers are finite, which keeps queues short, it takes less, down to 0.6 of it; skewed traffic that
//! packets take around spines in turn, by a hash or by queues may take up to three times as much.
MemoryForecast forecast_memory(Plan const& plan, Fabric const& fabric, Engine engine, unsigned threads);

//! Least bytes that planning the cell takes: tables of schedules without a rule. 0 where there are none.
std::uint64_t planning_memory(CollectiveSpec const& collective, Fabric const& fabric);

//! What to change so that the cell takes less, most helpful first: "; use a larger simulation.packet_bytes".
std::string memory_advice(MemoryForecast const& forecast, Plan const& plan, ScenarioSpec const& scenario,
                          unsigned threads);

}  // namespace copperwall
