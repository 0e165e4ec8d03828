//! What a run never changes, as plain pointers and numbers that host and device read alike.
#pragma once

#include <cstddef>
#include <vector>

#include "cuda/divisor.h"
#include "cuda/engine.h"
#include "cuda/hd.h"

namespace copperwall {

//! Messages first .. end-1 belong to a step.
struct StepMessages {
    MessageId first = 0;
    MessageId end = 0;
    std::uint32_t step = 0;
};

//! From begin to just before end.
struct Window {
    Time begin = 0;
    Time end = 0;
};

struct Model {
    Node const* nodes = nullptr;
    Link const* links = nullptr;
    std::uint16_t const* routes = nullptr;
    PortSet const* port_sets = nullptr;
    std::uint16_t const* listed_ports = nullptr;
    Outage const* outages = nullptr;  //!< lists; there is at least the empty one
    Time const* replanned_fs = nullptr;
    LinkId const* back = nullptr;         //!< [link]: ways_of_acks(); null where gpus acknowledge nothing
    Time const* serialisation = nullptr;  //!< [rate * sizes + flits], fs
    std::int64_t const* wire_bytes = nullptr;  //!< the same, bytes
    Family const* families = nullptr;
    MessageId const* family_base = nullptr;  //!< first message of each family, one more at the end
    TableRow const* table = nullptr;
    std::uint32_t const* waiting_first =
        nullptr;  //!< families that wait on counter c: waiting[first[c] .. first[c+1])
    std::uint32_t const* waiting = nullptr;
    std::uint32_t node_count = 0;
    std::uint32_t link_count = 0;
    std::uint32_t family_count = 0;
    std::uint32_t rate_count = 0;
    std::uint32_t gpus = 0;     //!< of the network
    std::uint32_t senders = 0;  //!< gpus of the schedule
    std::uint32_t counters = 0;
    std::uint32_t at_once = 1;  //!< transfers that a gpu's port sends by turns
    std::uint32_t domain_gpus = 0;
    PortGroup ports[2];
    std::uint32_t link_classes = 1;
    std::uint32_t sizes = 0;
    std::uint32_t full_flits = 0;  //!< of a full packet; acknowledgements have more
    std::uint32_t longest_train = kNone;
    bool hash = false;
    bool acks = false;          //!< gpus acknowledge packets
    bool credits = false;       //!< some link has slots
    bool breaks = false;        //!< some link is down at times
    bool rates_change = false;  //!< of some link, after an outage
    std::uint32_t replans = 0;  //!< times at which routes are planned anew
    Channels channels;          //!< one where no link has slots
    Spreading spreading;
    PacketFormat format;
    Time launch_fs = 0;
    Time window_fs = 0;
    Divisor window;                 //!< by window_fs
    std::uint64_t last_window = 0;  //!< the last that is run, until kHorizon

    CW_HD bool is_ack(std::uint32_t flits) const { return flits > full_flits; }
    //! Whether a gpu's port looks at every packet's start at what may go.
    CW_HD bool by_turns() const { return at_once != 1 || acks; }
    CW_HD std::uint64_t window_of(Time time) const { return window.of(static_cast<std::uint64_t>(time)); }
    CW_HD Window window_at(std::uint64_t number) const
    {
        Time const begin = static_cast<Time>(number) * window_fs;
        Time const end = begin + window_fs;
        return {begin, end < kHorizon ? end : kHorizon};
    }
    CW_HD Time serialisation_of(Link const& link, std::uint32_t flits) const
    {
        return serialisation[static_cast<std::size_t>(link.rate) * sizes + flits];
    }
    //! Of a packet that starts at `time`.
    CW_HD Time serialisation_at(Link const& link, std::uint32_t flits, Time time) const
    {
        if (link.outages == kNoOutage) return serialisation_of(link, flits);
        std::uint16_t const rate = rate_at(outages + link.outages, link.rate, time);
        return serialisation[static_cast<std::size_t>(rate) * sizes + flits];
    }
    //! Bytes on the wire of a packet on this link, whatever its rate.
    CW_HD std::int64_t bytes_on(Link const& link, std::uint32_t flits) const
    {
        return wire_bytes[static_cast<std::size_t>(link.rate) * sizes + flits];
    }
    CW_HD PortGroup const& ports_for(std::uint32_t sender, std::uint32_t receiver) const
    {
        return ports[outside(sender, receiver) ? kOutside : kInside];
    }
    //! What a gpu's egress port `port` carries of a message.
    CW_HD PlaneCut cut(std::int64_t bytes, std::uint32_t sender, std::uint32_t receiver,
                       std::uint32_t port) const
    {
        bool const out = outside(sender, receiver);
        std::uint32_t const first = out ? ports[kInside].simulated() : 0;
        PortGroup const& group = ports[out ? kOutside : kInside];
        if (port < first || port - first >= group.simulated()) return {};
        return cut_for_plane(format, group.planes, bytes, sender, receiver, port - first);
    }
    CW_HD std::uint32_t route(NodeId node, std::uint32_t receiver) const
    {
        return routes[static_cast<std::size_t>(node - gpus) * gpus + receiver];
    }
    //! After `plan` times at which routes were planned anew.
    CW_HD std::uint32_t route(NodeId node, std::uint32_t receiver, std::uint32_t plan) const
    {
        return routes[(static_cast<std::size_t>(plan) * (node_count - gpus) + node - gpus) * gpus + receiver];
    }
    CW_HD bool outside(std::uint32_t sender, std::uint32_t receiver) const
    {
        return domain_gpus != 0 && sender / domain_gpus != receiver / domain_gpus;
    }
    CW_HD std::uint32_t family_of(MessageId message) const
    {
        std::uint32_t low = 0;
        std::uint32_t high = family_count;
        while (high - low > 1) {
            std::uint32_t const middle = (low + high) / 2;
            if (family_base[middle] <= message)
                low = middle;
            else
                high = middle;
        }
        return low;
    }
    CW_HD std::uint32_t sender_of(MessageId message) const
    {
        std::uint32_t const f = family_of(message);
        return families[f].first + (message - family_base[f]) % families[f].width(senders);
    }
    CW_HD MessageId message_of(std::uint32_t family, std::uint32_t k, std::uint32_t gpu) const
    {
        Family const& f = families[family];
        return family_base[family] + k * f.width(senders) + gpu - f.first;
    }
    //! Timeline step of a message, with all messages around it that belong to the same.
    CW_APART StepMessages step_of(MessageId message) const
    {
        std::uint32_t const f = family_of(message);
        Family const& family = families[f];
        if (family.step_k == 0) return {family_base[f], family_base[f + 1], family.step_0};
        std::uint32_t const width = family.width(senders);
        std::uint32_t const k = (message - family_base[f]) / width;
        MessageId const first = family_base[f] + k * width;
        return {first, first + width, family.step_0 + family.step_k * k};
    }
    CW_HD Transfer transfer(std::uint32_t family, std::uint32_t k, std::uint32_t gpu) const
    {
        return transfer_of(families[family], table, senders, gpu, k);
    }
};

//! Owns what a Model points to besides the input itself, which must outlive it.
class PreparedModel {
public:
    //! Input as accepted by check(), which must outlive it; std::invalid_argument for an option out of range.
    PreparedModel(EngineInput const& input, EngineOptions const& options);

    Model const& model() const { return model_; }
    std::uint64_t messages() const { return family_base_.back(); }

private:
    void prepare_families(Schedule const& schedule);

    std::vector<Time> serialisation_;
    std::vector<std::int64_t> wire_bytes_;
    std::vector<MessageId> family_base_;
    std::vector<std::uint32_t> waiting_first_;
    std::vector<std::uint32_t> waiting_;
    std::vector<LinkId> back_;
    Model model_;
};

}  // namespace copperwall
