//! What a gpu's egress port sends, one transfer after another.
#pragma once

#include "cuda/model.h"
#include "cuda/state.h"

namespace copperwall {

CW_HD inline Time ready_of(Model const& m, Run const& run, std::uint32_t k, std::uint32_t gpu,
                           Transfer const& t)
{
    Time const spaced = m.families[run.family].spacing_fs * (k - run.k_first);
    if (t.offset_fs == 0) return run.ready + spaced;
    return run.ready + spaced + t.offset_fs - m.transfer(run.family, run.k_first, gpu).offset_fs;
}

//! Sets up the next transfer, from port.k on, of which egress port `index` of the gpu carries some, in
//! channel `channel` if it has several; false: the run has ended.
template <bool several, class Worker>
CW_HD bool begin_transfer(Worker& worker, Model const& m, Run* runs, std::uint32_t gpu, std::uint32_t index,
                          std::uint32_t channel, SourcePort& port)
{
    Run& run = runs[port.run];
    Transfer t;
    PlaneCut cut;
    std::uint32_t const end = run.k_end;
    std::uint32_t k = port.k;
    for (; k != end; ++k) {
        t = m.transfer(run.family, k, gpu);
        if (t.receiver == kNone) continue;
        if constexpr (several)
            if (m.channels.of(t.receiver, m.message_of(run.family, k, gpu)) != channel) continue;
        cut = m.cut(t.bytes, gpu, t.receiver, index);
        if (cut.packets() != 0) break;
    }
    port.k = k;
    if (k == end) {
        worker.fetch_add(&run.ports_left, ~0u);
        port.run = kNone;
        return false;
    }
    port.ready = ready_of(m, run, port.k, gpu, t);
    port.message = m.message_of(run.family, port.k, gpu);
    port.receiver = t.receiver;
    port.full_left = cut.full_packets;
    port.last_flits = cut.last_flits;
    return true;
}

}  // namespace copperwall
