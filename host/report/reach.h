//! How far copper reaches at every lane rate, beside the lengths of the links there are.
#pragma once

#include <string>
#include <vector>

#include "host/results/results.h"

namespace copperwall {

//! Links of one fabric file and world size, counted by length: bin i holds [i, i + 1) x bin_m. Of its
//! interconnects, the one with most electrical links is taken.
struct LengthHistogram {
    std::string fabric;
    std::uint32_t world_size = 0;
    double bin_m = 0;
    std::vector<double> all, electrical;  //!< directed links per gpu
    double beyond = 0;                    //!< directed links per gpu that are longer than all bins
    double longest_m = 0;
};

//! `bins` bins up to top_m, which is in the last one. Fabrics whose links the file does not list are left
//! out.
std::vector<LengthHistogram> length_histograms(Results const& results, double top_m, std::size_t bins);

//! Longest link of an electrical class.
struct LongestLink {
    std::string tier;
    double length_m = 0;
};

//! Each tier and length once (to the centimetre), ascending.
std::vector<LongestLink> longest_electrical(Results const& results);

//! A panel a host and modulation, a line a conductor; then a histogram a fabric. Empty without
//! Results::reach.
std::string reach_svg(Results const& results);

}  // namespace copperwall
