//! One number for everything that happened: the wrapping sum over hops of mix(). The sum does not depend on
//! the order in which hops are found, so every engine, window and number of threads can be compared by it.
#pragma once

#include "cuda/hd.h"
#include "cuda/types.h"

namespace copperwall {

//! A bijection of 64 bits whose every output bit depends on every input bit.
//! Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
//! doi:10.1145/2660193.2660195, finaliser "variant 13" of D. Stafford.
CW_HD inline std::uint64_t scramble(std::uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

//! One hop: a packet of `flits` of `message` starts to leave on `link` at `start_fs`.
CW_HD inline std::uint64_t mix(LinkId link, MessageId message, Time start_fs, std::uint32_t flits)
{
    std::uint64_t const who = (static_cast<std::uint64_t>(link) << 32) | message;
    return scramble(scramble(scramble(who) + static_cast<std::uint64_t>(start_fs)) + flits);
}

}  // namespace copperwall
