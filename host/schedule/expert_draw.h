//! Draws distinct experts by weight.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace copperwall {

//! An alias table: a column for each item, filled up to the mean by part of another.
//! Source: Walker, ACM TOMS 3 (1977) 253, doi:10.1145/355744.355749; Vose, IEEE TSE 17 (1991) 972,
//! doi:10.1109/32.92917.
class AliasTable {
public:
    //! Weights of a sum below 2^32.
    explicit AliasTable(std::vector<std::uint32_t> const& weights);

    //! Item i for a share weights[i] / sum of all random numbers, to 2^-32.
    std::uint32_t item(std::uint64_t random) const
    {
        auto const column = static_cast<std::uint32_t>((random >> 32) * columns_.size() >> 32);
        std::uint64_t const height = (random & 0xffffffffu) * sum_ >> 32;
        return height < columns_[column].own ? column : columns_[column].other;
    }

private:
    struct Column {
        std::uint32_t own = 0;  //!< height, out of the sum of weights
        std::uint32_t other = 0;
    };
    std::uint64_t sum_ = 0;
    std::vector<Column> columns_;
};

//! Draws one expert after another for one token after another; an expert that the token has is drawn again.
class ExpertDraw {
public:
    explicit ExpertDraw(std::vector<std::uint32_t> const& weights);

    void begin_token();
    std::uint32_t next(std::mt19937_64& random);

private:
    std::uint32_t take(std::uint32_t expert);
    std::uint32_t next_of_the_rest(std::uint64_t random);

    std::vector<std::uint32_t> weights_;
    AliasTable table_;
    std::uint64_t sum_ = 0;
    std::uint64_t left_ = 0;  //!< weight that the token has not taken
    std::uint64_t token_ = 0;
    std::vector<std::uint64_t> taken_by_;  //!< [expert]: the last token that took it
};

}  // namespace copperwall
