//! Messages as the reference engine counts them: what they put on wires, when they are released and complete,
//! what has crossed links.
#pragma once

#include <algorithm>
#include <tuple>
#include <vector>

#include "cuda/reference.h"
#include "cuda/reference_links.h"

namespace copperwall {

//! Transfers k_first .. k_end - 1 of a family, released together at one gpu.
struct ReferenceRun {
    Time ready = 0;  //!< of transfer k_first
    std::uint32_t family = 0;
    std::uint32_t k_first = 0;
    std::uint32_t k_end = 0;

    bool operator<(ReferenceRun const& other) const
    {
        return std::tie(ready, family, k_first) < std::tie(other.ready, other.family, other.k_first);
    }
};

class ReferenceMessages {
public:
    ReferenceMessages(EngineInput const& input, bool hash, std::vector<Hop>* hops);

    Transfer transfer(std::uint32_t family, std::uint32_t gpu, std::uint32_t k) const
    {
        return transfer_of(schedule_.families[family], schedule_.table.data(), schedule_.gpus, gpu, k);
    }
    //! What the transfer puts on one of the gpu's ports.
    PlaneCut cut(Transfer const& t, std::uint32_t gpu, std::uint32_t port) const;
    Time ready_of(ReferenceRun const& run, std::uint32_t gpu, std::uint32_t k) const;
    MessageId message_of(std::uint32_t family, std::uint32_t k, std::uint32_t gpu) const;
    std::uint32_t sender_of(MessageId message) const;

    //! Opens the transfers of a family at a gpu up to k_end that have not been released; an empty run where
    //! there are none.
    ReferenceRun release(std::uint32_t family, std::uint32_t gpu, std::uint32_t k_end, Time when,
                         MessageId predecessor);

    //! A packet that starts at `start` and takes `s`.
    void count(LinkId link, ReferencePacket const& packet, Time start, Time s, std::int64_t bytes);

    //! One has arrived at its gpu by input `port`. Where its message is complete, calls release(family,
    //! k_end) for what waits for that.
    template <class Release>
    void deliver(NodeId gpu, std::uint32_t port, MessageId id, Time time, Release const& release)
    {
        MessageTimes& message = result_.messages[id];
        if (--message.packets_left != 0) return;
        message.complete = time;
        message.last_port = port;
        result_.finish_fs = std::max(result_.finish_fs, time);
        std::uint32_t const signal = schedule_.families[family_of(id)].signal;
        if (signal == kNone) return;
        std::uint32_t const value = ++counters_[std::size_t{gpu} * schedule_.counters + signal];
        for (std::uint32_t f = 0; f != schedule_.families.size(); ++f) {
            Family const& family = schedule_.families[f];
            if (family.wait != signal) continue;
            std::uint32_t k = released_[std::size_t{gpu} * schedule_.families.size() + f];
            while (k < family.count && value >= family.need_0 + std::uint64_t{family.need_k} * k) ++k;
            release(f, k);
        }
    }

    //! Throws where messages never completed.
    EngineResult result();

private:
    void open(ReferenceRun const& run, std::uint32_t gpu, std::uint32_t k, MessageId predecessor);
    std::uint32_t family_of(MessageId message) const;
    std::uint32_t step_of(MessageId message) const;

    Network const& network_;
    Schedule const& schedule_;
    PacketFormat const& format_;
    bool hash_;
    std::vector<Hop>* hops_;
    EngineResult result_;
    std::vector<MessageId> family_base_;
    std::vector<std::uint32_t> counters_;  //!< [gpu][counter]
    std::vector<std::uint32_t> released_;  //!< [gpu][family]: transfers released so far
};

}  // namespace copperwall
