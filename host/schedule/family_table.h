//! Bytes of its own for every transfer of an affine family.
#pragma once

#include "cuda/schedule.h"

namespace copperwall {

//! Appends a table to the schedule for `family`, with the receivers of its affine rule and
//! bytes_of(sender, receiver) bytes; a transfer of none is left out.
template <class BytesOf>
void put_table(Schedule& schedule, Family& family, BytesOf bytes_of)
{
    auto const first = static_cast<std::uint32_t>(schedule.table.size());
    for (std::uint32_t k = 0; k != family.count; ++k) {
        for (std::uint32_t gpu = 0; gpu != schedule.gpus; ++gpu) {
            std::uint32_t const receiver = affine_receiver(family, gpu, k);
            std::int64_t const bytes = bytes_of(gpu, receiver);
            schedule.table.push_back(bytes == 0 ? TableRow{} : TableRow{receiver, bytes, 0});
        }
    }
    family.table = first;
    family.bytes = 0;
}

}  // namespace copperwall
