//! A collective as data: affine families of transfers, expanded only when needed.
//!
//! A family holds, for each of its senders and every k in [0, count), one transfer. Its senders are all gpus
//! of the schedule, or `senders` consecutive ones from `first` on. They form groups: gpu
//! e = first + (outer * group + rank) * stride + inner. With r the rank of the sender,
//!   receiver      = the gpu of rank (r + peer_k k + peer_0) mod group (same outer and inner), or the one
//!                   `shift` further, which is no sender
//!   bytes         = share (chunk_r r + chunk_k k + chunk_0) mod shares of `bytes`
//!   it is released when the sender's counter `wait` has reached need_0 + need_k k, and signals the
//!   receiver's counter `signal` by one when its last packet has arrived on all planes;
//!   it is ready launch (families that need nothing) + delay after its release, and spacing later for each
//!   transfer of the same family released at the same instant before it.
//! Transfers of a gpu leave in the order (ready time of the first of those released together, family, k),
//! `at_once` of them by turns, packet by packet, on each plane alone: each of a port's places takes the next
//! transfer when its last packet has started; the first in the row that is ready sends one packet and goes
//! to the end of the row. need must not fall with k.
//!
//! A family with a table takes receiver and bytes from it instead, and may leave transfers out; its transfers
//! are ready offset_fs later than said above, and its senders are all gpus.
//!
//! Share i of S bytes over n: U = ceil(S/16) units of 16 B; floor(U/n) units, one more for the lowest U mod
//! n. Message ids are dense: family base + k * senders + sender - first.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cuda/hd.h"
#include "cuda/types.h"

namespace copperwall {

struct Family {
    std::uint32_t count = 0;
    std::uint32_t group = 0;
    std::uint32_t stride = 1;
    std::int32_t peer_k = 0;
    std::int32_t peer_0 = 0;
    std::uint32_t first = 0;
    std::uint32_t senders = 0;  //!< 0: all gpus of the schedule
    std::int32_t shift = 0;
    std::int64_t bytes = 0;
    std::uint32_t shares = 1;
    std::int32_t chunk_r = 0;
    std::int32_t chunk_k = 0;
    std::int32_t chunk_0 = 0;
    std::uint32_t wait = kNone;  //!< kNone: released at the start
    std::uint32_t need_0 = 0;
    std::uint32_t need_k = 0;
    std::uint32_t signal = kNone;
    Time delay_fs = 0;
    Time spacing_fs = 0;
    std::uint32_t step_0 = 0;  //!< timeline step of transfer k: step_0 + step_k * k
    std::uint32_t step_k = 0;
    std::uint32_t table = kNone;  //!< first row in Schedule::table; row table + table_k * k * gpus + sender
    std::uint32_t table_k = 1;    //!< 0: the rows of k = 0 are those of all k

    CW_HD std::uint32_t width(std::uint32_t gpus) const { return senders == 0 ? gpus : senders; }
    //! `gpus` of the schedule.
    CW_HD bool sends(std::uint32_t gpu, std::uint32_t gpus) const { return gpu - first < width(gpus); }
};

//! One transfer of a family that no affine rule describes (skewed, random, imported traffic).
struct TableRow {
    std::uint32_t receiver = kNone;  //!< kNone: this gpu sends nothing at this k
    std::int64_t bytes = 0;
    Time offset_fs = 0;  //!< must not fall with k
};

inline constexpr std::uint32_t kMostAtOnce = 64;

struct Schedule {
    std::uint32_t gpus = 0;      //!< gpus 0 .. gpus-1 take part; a multiple of every group * stride
    std::uint32_t counters = 0;  //!< per gpu
    std::uint32_t steps = 1;
    std::uint32_t at_once = 1;  //!< transfers that a gpu's port sends by turns, at most kMostAtOnce
    Time launch_fs = 0;
    std::vector<Family> families;
    std::vector<TableRow> table;

    std::uint64_t messages() const
    {
        std::uint64_t n = 0;
        for (auto const& f : families) n += static_cast<std::uint64_t>(f.count) * f.width(gpus);
        return n;
    }
};

//! Throws std::invalid_argument, naming family and field, where the contract above is broken.
void check(Schedule const& schedule);

CW_HD inline std::uint32_t affine_mod(std::int64_t value, std::uint32_t modulus)
{
    std::int64_t const m = value % modulus;
    return static_cast<std::uint32_t>(m < 0 ? m + modulus : m);
}

CW_HD inline std::uint32_t rank_of(Family const& f, std::uint32_t gpu)
{
    return ((gpu - f.first) / f.stride) % f.group;
}

//! Of a family without a table.
CW_HD inline std::uint32_t affine_receiver(Family const& f, std::uint32_t gpu, std::uint32_t k)
{
    std::uint32_t const r = rank_of(f, gpu);
    std::uint32_t const peer = affine_mod(
        static_cast<std::int64_t>(r) + static_cast<std::int64_t>(f.peer_k) * k + f.peer_0, f.group);
    return gpu + (peer - r) * f.stride + static_cast<std::uint32_t>(f.shift);  // unsigned wrap cancels
}

CW_HD inline std::int64_t share_bytes(std::int64_t bytes, std::uint32_t shares, std::uint32_t index)
{
    std::int64_t const units = (bytes + 15) / 16;
    std::int64_t const extra = units % shares;
    return 16 * (units / shares + (static_cast<std::int64_t>(index) < extra ? 1 : 0));
}

//! Of a family without a table.
CW_HD inline std::int64_t affine_bytes(Family const& f, std::uint32_t gpu, std::uint32_t k)
{
    if (f.shares == 1) return share_bytes(f.bytes, 1, 0);
    std::int64_t const r = rank_of(f, gpu);
    return share_bytes(
        f.bytes, f.shares,
        affine_mod(f.chunk_r * r + static_cast<std::int64_t>(f.chunk_k) * k + f.chunk_0, f.shares));
}

//! Of a family with a table, in a schedule of `gpus`.
CW_HD inline std::size_t table_rows(Family const& f, std::uint32_t gpus)
{
    std::uint32_t const different = f.table_k == 0 && f.count != 0 ? 1 : f.count;
    return static_cast<std::size_t>(different) * gpus;
}

struct Transfer {
    std::uint32_t receiver = kNone;  //!< kNone: there is no such transfer
    std::int64_t bytes = 0;
    Time offset_fs = 0;
};

//! Transfer k of gpu `gpu`; `table` is Schedule::table, `gpus` Schedule::gpus.
CW_APART inline Transfer transfer_of(Family const& f, TableRow const* table, std::uint32_t gpus,
                                     std::uint32_t gpu, std::uint32_t k)
{
    if (f.table == kNone) return {affine_receiver(f, gpu, k), affine_bytes(f, gpu, k), 0};
    TableRow const& row = table[f.table + static_cast<std::size_t>(f.table_k) * k * gpus + gpu];
    return {row.receiver, row.bytes, row.offset_fs};
}

}  // namespace copperwall
