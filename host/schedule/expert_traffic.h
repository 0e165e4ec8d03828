//! Tokens that a router sends to experts: which rank gets how many bytes from which.
//!
//! Popularity follows Zipf's law with the exponent ExpertTraffic::zipf. 0 makes all experts alike: bytes are
//! then expectations, the same for every pair of ranks. Otherwise the popular experts are put on ranks by a
//! shuffle, the same for all groups, and each rank draws the experts of its tokens. Draws are made of
//! integers and std::mt19937_64 alone, so that every machine draws the same.
#pragma once

#include <cstdint>
#include <vector>

#include "host/schedule/registry.h"

namespace copperwall {

//! What was drawn for one call.
struct TokenCounts {
    std::uint32_t ranks = 0;    //!< of a group
    std::uint32_t domains = 0;  //!< of a group
    std::int64_t tokens = 0;    //!< of each rank
    std::int64_t token_bytes = 0;
    std::vector<std::uint32_t> picks;     //!< [sender gpu][rank of its group]: picks of that rank's experts
    std::vector<std::uint32_t> distinct;  //!< [sender gpu][domain of its group]: tokens that pick one there

    //! Bytes for the experts of gpu `receiver`, of the sender's group.
    std::int64_t picked_bytes(std::uint32_t sender, std::uint32_t receiver) const
    {
        return token_bytes * picks[std::size_t{sender} * ranks + receiver % ranks];
    }
    //! Bytes for a domain of the sender's group, every token once.
    std::int64_t distinct_bytes(std::uint32_t sender, std::uint32_t domain) const
    {
        return token_bytes * distinct[std::size_t{sender} * domains + domain];
    }
};

//! True where pairs of ranks differ in bytes. Throws std::invalid_argument for experts that cannot be.
bool skewed(CollectiveCall const& call);

//! Of a skewed call. Throws std::invalid_argument where bytes are no whole number of tokens. The last call's
//! counts are kept by each thread, and valid until its next call.
TokenCounts const& token_counts(CollectiveCall const& call);

//! Chance that a token's `top_k` distinct experts out of `experts` alike include one of a given `held`.
//!
//!   p = 1 - C(E - m, k) / C(E, k)                                                   (1)
//!
//! E, m, k   experts, held, top_k. Source: the hypergeometric distribution.
double reached_share(std::uint32_t experts, std::uint32_t held, std::uint32_t top_k);

//! Bytes that a rank is expected to send to one domain where experts are alike and every token goes there
//! once, S p / k.
double expected_distinct_bytes(CollectiveCall const& call);

//! Weights i^-zipf of the experts, most popular first: integers of sum 2^31, each rounded and at least 1.
std::vector<std::uint32_t> zipf_weights(std::uint32_t experts, double zipf);

//! Where the i-th most popular expert lies, 0 .. experts - 1: a shuffle. Place p is on rank p N / E.
std::vector<std::uint32_t> expert_places(std::uint32_t experts, std::uint64_t seed);

}  // namespace copperwall
