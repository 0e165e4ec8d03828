#include <algorithm>
#include <cmath>
#include <map>

#include "host/report/reach.h"

namespace copperwall {
namespace {

bool electrical(LinkClass const& link)
{
    return link.medium != "fibre";
}

std::uint64_t electrical_links(Fabric const& fabric)
{
    std::uint64_t links = 0;
    for (auto const& link : fabric.classes) links += electrical(link) ? link.count : 0;
    return links;
}

std::uint32_t world_size_of(Fabric const& fabric)
{
    return fabric.domain_gpus != 0 ? fabric.domain_gpus : fabric.network.gpus;
}

LengthHistogram histogram_of(Fabric const& fabric, double top_m, std::size_t bins)
{
    LengthHistogram h{
        fabric.spec.name, world_size_of(fabric), top_m / static_cast<double>(bins), {}, {}, 0, 0};
    h.all.resize(bins);
    h.electrical.resize(bins);
    double const link = 1.0 / fabric.network.gpus;
    for (std::size_t i = 0; i < fabric.lengths_m.size(); ++i) {
        double const length_m = fabric.lengths_m[i];
        h.longest_m = std::max(h.longest_m, length_m);
        if (length_m > top_m) {
            h.beyond += link;
            continue;
        }
        auto const bin = std::min(bins - 1, static_cast<std::size_t>(length_m / h.bin_m));
        h.all[bin] += link;
        if (electrical(fabric.classes.at(fabric.network.links[i].link_class))) h.electrical[bin] += link;
    }
    return h;
}

}  // namespace

std::vector<LengthHistogram> length_histograms(Results const& results, double top_m, std::size_t bins)
{
    std::map<std::pair<std::uint32_t, std::string>, Fabric const*> chosen;
    for (auto const& fabric : results.fabrics) {
        if (fabric.lengths_m.empty()) continue;
        Fabric const*& known = chosen[{world_size_of(fabric), fabric.spec.name}];
        if (known == nullptr || electrical_links(fabric) > electrical_links(*known)) known = &fabric;
    }
    std::vector<LengthHistogram> histograms;
    for (auto const& [key, fabric] : chosen) histograms.push_back(histogram_of(*fabric, top_m, bins));
    return histograms;
}

std::vector<LongestLink> longest_electrical(Results const& results)
{
    std::map<std::pair<long, std::string>, LongestLink> found;
    for (auto const& fabric : results.fabrics)
        for (auto const& link : fabric.classes)
            if (electrical(link) && link.longest_m > 0)
                found[{std::lround(100 * link.longest_m), link.tier}] = {link.tier, link.longest_m};
    std::vector<LongestLink> list;
    for (auto const& [key, link] : found) list.push_back(link);
    return list;
}

}  // namespace copperwall
