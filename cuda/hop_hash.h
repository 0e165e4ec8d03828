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

//! Of `count` hops of one message: packets that start at start_fs, start_fs + spacing_fs, ...
CW_APART inline std::uint64_t hash_of_packets(LinkId link, MessageId message, Time start_fs, Time spacing_fs,
                                              std::uint32_t count, std::uint32_t flits)
{
    std::uint64_t sum = 0;
    for (std::uint32_t k = 0; k != count; ++k) sum += mix(link, message, start_fs + spacing_fs * k, flits);
    return sum;
}

}  // namespace copperwall
