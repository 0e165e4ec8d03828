#include "cuda/model.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "cuda/link_back.h"
#include "cuda/switch_step.h"

namespace copperwall {
namespace {

constexpr Outage kNeverDown;  //!< an empty list

//! Acknowledgements among them: of one flit, or of a full packet, which may be a smaller part of a frame.
Time shortest_packet_fs(EngineInput const& input, std::uint16_t rate)
{
    PacketFormat const format = format_on(input, rate);
    std::int64_t const rate_Bps = input.network.rates_Bps[rate];
    Time const packet = serialisation_fs(format, 1, rate_Bps);
    if (!acknowledged(input)) return packet;
    std::uint32_t const full = format.full_flits();
    return std::min({packet, serialisation_fs(format, full + 1, rate_Bps),
                     serialisation_fs(format, full + full, rate_Bps)});
}

//! At the fastest rate that the link ever has.
Time shortest_packet_fs(EngineInput const& input, Link const& link)
{
    Time shortest = shortest_packet_fs(input, link.rate);
    if (link.outages == kNoOutage) return shortest;
    for (std::size_t o = link.outages; input.network.outages[o].down_fs != kNever; ++o) {
        std::uint16_t const rate = input.network.outages[o].rate_after;
        if (rate != kSameRate) shortest = std::min(shortest, shortest_packet_fs(input, rate));
    }
    return shortest;
}

//! Longest window in which the items of one node are sure to fit their index in the order key.
Time window_for_items(EngineInput const& input)
{
    std::vector<Time> shortest(input.network.nodes.size(), kNever);
    for (Link const& link : input.network.links) {
        shortest[link.to] = std::min(shortest[link.to], shortest_packet_fs(input, link));
    }
    Time window = kMaxWindow;
    for (std::size_t n = input.network.gpus; n != shortest.size(); ++n) {
        std::uint32_t const inputs = input.network.nodes[n].ingress_count;
        if (inputs == 0) continue;
        std::uint32_t const most = input.network.spreading.adaptive ? kMaxItems / 2 : kMaxItems;
        Time const per_input = most / inputs - 2;
        window = std::min(window, per_input * std::min(shortest[n], kMaxWindow));
    }
    return window;
}

}  // namespace

Time largest_window_fs(EngineInput const& input)
{
    Time window = std::min(kMaxWindow, window_for_items(input));
    for (Link const& link : input.network.links) {
        // A credit comes back after the latency alone; a packet that counts by its tail also takes its own
        // time.
        bool const by_tail = link.arrival == Arrival::tail && link.slots == 0;
        Time const after_start = by_tail ? shortest_packet_fs(input, link) : 0;
        window = std::min(window, link.latency_fs + after_start);
    }
    return window;
}

PreparedModel::PreparedModel(EngineInput const& input, EngineOptions const& options)
{
    Network const& network = input.network;
    Schedule const& schedule = input.schedule;
    Time const largest = largest_window_fs(input);
    if (options.window_fs < 0 || options.window_fs > largest) {
        throw std::invalid_argument("window of " + std::to_string(options.window_fs) +
                                    " fs is longer than the largest exact one, " + std::to_string(largest) +
                                    " fs");
    }
    if (options.longest_train == 0) throw std::invalid_argument("longest_train must be at least 1");
    prepare_families(schedule);

    model_.full_flits = input.format.full_flits();
    model_.sizes = most_flits(input) + 1;
    model_.acks = acknowledged(input);
    if (model_.acks) {
        back_ = ways_of_acks(input);
        model_.back = back_.data();
    }
    for (std::size_t rate = 0; rate != network.rates_Bps.size(); ++rate) {
        PacketFormat const format = format_on(input, rate);
        serialisation_.push_back(0);
        wire_bytes_.push_back(0);
        for (std::uint32_t flits = 1; flits != model_.sizes; ++flits) {
            serialisation_.push_back(serialisation_fs(format, flits, network.rates_Bps[rate]));
            wire_bytes_.push_back(wire_bytes(format, flits));
        }
    }
    model_.nodes = network.nodes.data();
    model_.links = network.links.data();
    model_.routes = network.routes.data();
    model_.port_sets = network.port_sets.data();
    model_.listed_ports = network.listed_ports.data();
    model_.outages = network.outages.empty() ? &kNeverDown : network.outages.data();
    model_.replanned_fs = network.replanned_fs.data();
    model_.replans = static_cast<std::uint32_t>(network.replanned_fs.size());
    model_.spreading = network.spreading;
    model_.serialisation = serialisation_.data();
    model_.wire_bytes = wire_bytes_.data();
    model_.families = schedule.families.data();
    model_.family_base = family_base_.data();
    model_.table = schedule.table.data();
    model_.waiting_first = waiting_first_.data();
    model_.waiting = waiting_.data();
    model_.node_count = static_cast<std::uint32_t>(network.nodes.size());
    model_.link_count = static_cast<std::uint32_t>(network.links.size());
    model_.family_count = static_cast<std::uint32_t>(schedule.families.size());
    model_.gpus = network.gpus;
    model_.senders = schedule.gpus;
    model_.counters = schedule.counters;
    model_.at_once = schedule.at_once;
    model_.domain_gpus = network.domain_gpus;
    std::copy(std::begin(network.ports), std::end(network.ports), std::begin(model_.ports));
    model_.rate_count = static_cast<std::uint32_t>(network.rates_Bps.size());
    model_.link_classes = network.link_classes;
    model_.longest_train = options.longest_train;
    model_.hash = options.hash;
    model_.credits = network.has_credits();
    if (model_.credits) model_.channels = network.channels;
    model_.breaks = !network.outages.empty();
    model_.rates_change = std::any_of(network.outages.begin(), network.outages.end(),
                                      [](Outage const& o) { return o.rate_after != kSameRate; });
    model_.format = input.format;
    model_.launch_fs = schedule.launch_fs;
    model_.window_fs = options.window_fs != 0 ? options.window_fs : largest;
    model_.window = Divisor(static_cast<std::uint64_t>(model_.window_fs));
    model_.last_window = model_.window_of(kHorizon - 1);
}

void PreparedModel::prepare_families(Schedule const& schedule)
{
    MessageId base = 0;
    for (Family const& family : schedule.families) {
        family_base_.push_back(base);
        base += family.count * family.width(schedule.gpus);
    }
    family_base_.push_back(base);
    for (std::uint32_t counter = 0; counter != schedule.counters; ++counter) {
        waiting_first_.push_back(static_cast<std::uint32_t>(waiting_.size()));
        for (std::uint32_t f = 0; f != schedule.families.size(); ++f) {
            if (schedule.families[f].wait == counter) waiting_.push_back(f);
        }
    }
    waiting_first_.push_back(static_cast<std::uint32_t>(waiting_.size()));
}

}  // namespace copperwall
