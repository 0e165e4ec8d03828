#include "host/account/engine_memory.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "cuda/calendar.h"
#include "cuda/state.h"
#include "cuda/switch_step.h"

namespace copperwall {

namespace {

constexpr std::uint64_t kSlots = 65;             //!< of a Calendar, and the one under way
constexpr double kMostVisits = 1.5;              //!< of the two ends of a busy link, in the busiest window
constexpr double kUsualVisits = 1.25;            //!< the same in any window
constexpr std::uint64_t kEventBytes = 56;        //!< cuda/reference.cc, Event
constexpr std::uint64_t kReferencePort = 104;    //!< the same, GpuPort
constexpr std::uint64_t kReferenceOpen = 32;     //!< the same, OpenMessage, in a vector
constexpr std::uint64_t kReferenceWaiting = 72;  //!< a Run in a port's set, in a block of its own

std::uint64_t whole(double x)
{
    return static_cast<std::uint64_t>(std::ceil(std::max(0.0, x)));
}

//! A Ring that has held n elements: 4 + 8 + ... + capacity of them, as the smaller ones stay in the arena.
std::uint64_t ring_bytes(double n, std::uint64_t element)
{
    std::uint64_t const capacity = std::max<std::uint64_t>(4, std::bit_ceil(whole(n)));
    return (2 * capacity - 4) * element;
}

//! Trains of a link that are on the wire at once. What is sent in one window is taken in the next or the one
//! after; a window's end cuts a train in two.
double on_wire(ClassLoad const& c, double window_fs)
{
    if (c.interleaved) return std::min(2 * window_fs / c.packet_fs, c.packets);
    double const cut = c.train_fs > c.packet_fs ? 1 : 0;
    return std::min(2 * (window_fs / c.train_fs + cut), std::max(c.most_at_once, 1.0) * (1 + cut));
}

//! What a ring has held, dealt out to one for each channel.
std::uint64_t channel_ring_bytes(EngineLoad const& load, double n, std::uint64_t element)
{
    return load.channels * ring_bytes(n / load.channels, element);
}

std::uint64_t train_bytes(EngineLoad const& load)
{
    std::uint64_t const held = load.channels == 1 ? sizeof(Train) : sizeof(QueuedTrain);
    std::uint64_t bytes = 0;
    double most = 0;
    for (ClassLoad const& c : load.classes) {
        double const flying = on_wire(c, load.window_fs);
        std::uint64_t link = ring_bytes(flying, sizeof(Train));
        if (load.credits)  // come back as packets go out
            link += channel_ring_bytes(load, c.spaced ? 1 : flying / 2, sizeof(CreditTrain));
        double const queued = c.interleaved ? flying : c.queued;
        if (c.from_switch && queued >= 1) link += channel_ring_bytes(load, queued, held);
        bytes += whole(c.used() * static_cast<double>(link));
        for (double const trains : c.deep)
            if (trains > queued) bytes += channel_ring_bytes(load, trains, held);
        most = std::max(most, flying / 2);
    }
    // Scratch of the busiest switch, grown by doubling.
    std::uint64_t const pieces = load.adaptive ? 2 : 1;  // a train, and its packets with their ports
    std::uint64_t const items = pieces * whole(most * static_cast<double>(load.most_ports));
    std::uint64_t const freed =
        load.credits ? sizeof(FreedSlots) + sizeof(CreditTrain) + sizeof(std::uint64_t) : 0;
    return bytes + std::uint64_t{2} * load.threads * items * (sizeof(Item) + sizeof(std::uint64_t) + freed);
}

//! Links with something to do in one window.
double busy_links(EngineLoad const& load)
{
    double busy = 0;
    for (ClassLoad const& c : load.classes) {
        double const trains = c.interleaved ? c.packets : c.trains;
        double const train_fs = c.interleaved ? c.packet_fs : c.train_fs;
        double const active = trains * (train_fs / load.window_fs + 1);
        busy += static_cast<double>(c.links) * std::min(1.0, active / load.windows);
    }
    return busy;
}

//! Slots keep their room: in a long run each has that of its busiest window, rounded up by doubling; in a
//! short one each is filled once, with what is usual.
std::uint64_t calendar_bytes(EngineLoad const& load)
{
    double const busy = busy_links(load) / load.threads;
    std::uint64_t const slots = std::min(kSlots, whole(load.windows) + 1);
    std::uint64_t const visits = slots < kSlots
                                     ? whole(kUsualVisits * busy)
                                     : std::bit_ceil(std::max<std::uint64_t>(1, whole(kMostVisits * busy)));
    return load.threads * slots * visits * sizeof(Calendar::Visit);
}

//! What a gpu's port is to acknowledge at once: the packets that come in a window.
double acks_of_window(EngineLoad const& load)
{
    double most = 1;
    for (ClassLoad const& c : load.classes)
        if (c.from_switch) most = std::max(most, std::min(c.packets, load.window_fs / c.packet_fs) / 2);
    return most;
}

std::uint64_t gpu_bytes(EngineLoad const& load)
{
    return 4 * load.network.gpus * (load.counters + load.families);
}

}  // namespace

EngineMemory windows_memory(EngineLoad const& load)
{
    NetworkSize const& n = load.network;
    std::uint64_t const per_link =
        sizeof(EgressState) + sizeof(IngressState) + sizeof(LinkUse) +
        (load.credits ? load.channels * (sizeof(CreditInbox) + sizeof(CreditOutbox)) : 0) +
        (load.channels != 1 ? load.channels * sizeof(Ring<QueuedTrain>) : 0) +
        (load.adaptive ? sizeof(Time) + (load.credits || load.outages ? sizeof(PortQueue) : 0) : 0);
    std::uint64_t const per_port =
        load.channels * (sizeof(SourcePort) + ring_bytes(1, sizeof(std::uint32_t))) +
        (load.at_once != 1 || load.acks ? load.at_once * sizeof(OpenTransfer) : 0) +
        (load.acks ? sizeof(Ring<Train>) + ring_bytes(acks_of_window(load), sizeof(Train)) : 0);
    std::uint64_t const per_gpu = sizeof(RunPool) + ring_bytes(1, sizeof(Run));
    std::uint64_t const lists = 16 * n.nodes + 8 * n.links + load.timeline_rows * sizeof(StepUse);
    EngineMemory m;
    m.state = load.messages * sizeof(MessageTimes) + n.links * per_link + n.gpu_links * per_port +
              n.gpus * per_gpu + gpu_bytes(load) + load.threads * lists +
              load.timeline_rows * sizeof(StepUse);
    m.trains = train_bytes(load);
    m.calendar = calendar_bytes(load);
    return m;
}

EngineMemory reference_memory(EngineLoad const& load)
{
    NetworkSize const& n = load.network;
    EngineMemory m;
    m.state = load.messages * sizeof(MessageTimes) +
              n.links * (2 * sizeof(Time) + load.channels * kReferencePort + sizeof(LinkUse)) +
              n.gpu_links * (load.channels * kReferenceWaiting + load.at_once * kReferenceOpen) +
              gpu_bytes(load) + load.timeline_rows * sizeof(StepUse);
    double events = static_cast<double>(n.gpu_links);
    for (ClassLoad const& c : load.classes)
        events += c.used() * std::min(c.packets, 1 + load.window_fs / c.packet_fs);
    m.trains = std::bit_ceil(std::max<std::uint64_t>(1, whole(events))) * kEventBytes;
    return m;
}

}  // namespace copperwall
