//! 64-bit FNV-1a: tells texts apart, no protection against forgery.
#pragma once

#include <cstdint>
#include <string_view>

namespace copperwall {

inline constexpr std::uint64_t kFnvBasis = 0xcbf29ce484222325u;
inline constexpr std::uint64_t kFnvPrime = 0x100000001b3u;

//! Source: G. Fowler, L. C. Noll, K.-P. Vo, http://www.isthe.com/chongo/tech/comp/fnv/
inline std::uint64_t fnv1a(std::string_view text)
{
    std::uint64_t hash = kFnvBasis;
    for (unsigned char const c : text) hash = (hash ^ c) * kFnvPrime;
    return hash;
}

}  // namespace copperwall
