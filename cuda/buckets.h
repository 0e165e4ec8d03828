//! What becomes eligible at a switch in a window, by egress port, and the order in which it is served.
#pragma once

#include "cuda/network.h"
#include "cuda/origin.h"
#include "cuda/scratch.h"

namespace copperwall {

//! A piece of a train that has become eligible for an egress port in this window; time = eligibility.
struct Item {
    Train train;
    std::uint16_t egress = 0;
    std::uint16_t input = 0;  //!< twice its port, and one more where a slot of its buffer is held
    LinkId came_by = 0;

    //! The second part of the order key.
    CW_HD std::uint32_t port() const { return input / 2u; }
    CW_HD Origin origin() const
    {
        return {came_by, static_cast<std::uint16_t>(input / 2), static_cast<std::uint16_t>(input % 2)};
    }
};
static_assert(sizeof(Item) == 32);

//! Order key of a packet or train at an egress port: (time, input port), then the item's index as payload.
//! Unique: an input port delivers at most one packet an instant.
inline constexpr unsigned kIndexBits = 20;
inline constexpr unsigned kPortBits = 13;
inline constexpr std::uint32_t kMaxItems = 1u << kIndexBits;

CW_HD inline std::uint64_t order_key(Time since_begin, std::uint32_t port, std::uint32_t index)
{
    return (static_cast<std::uint64_t>(since_begin) << (kPortBits + kIndexBits)) |
           (static_cast<std::uint64_t>(port) << kIndexBits) | index;
}
CW_HD inline std::uint32_t key_index(std::uint64_t key)
{
    return static_cast<std::uint32_t>(key & (kMaxItems - 1));
}
CW_HD inline Time key_time(std::uint64_t key)
{
    return static_cast<Time>(key >> (kPortBits + kIndexBits));
}

//! The keys of an item's packets, one by one.
template <class Worker>
CW_HD void append_packet_keys(Worker& worker, Item const& item, std::uint64_t key,
                              Scratch<std::uint64_t>& packets)
{
    worker.reserve(packets, item.train.count);
    std::uint64_t const spacing = order_key(item.train.spacing_fs, 0, 0);
    for (std::uint32_t k = 0; k != item.train.count; ++k) packets.data[packets.size++] = key + k * spacing;
}

//! Items of one node and window, sorted into its egress ports. Arrays by egress port are zero between steps.
struct Buckets {
    Scratch<Item> items;
    Scratch<std::uint64_t> keys;   //!< of items, egress port by egress port
    Scratch<std::uint32_t> ports;  //!< egress ports with work
    std::uint32_t* marked = nullptr;
    std::uint32_t* count = nullptr;
    std::uint32_t* first = nullptr;
    std::uint32_t room = 0;       //!< items there may be
    std::uint32_t placed = 0;     //!< keys that have a place
    std::uint32_t undecided = 0;  //!< items that go by ports among which packets choose by queues
};

template <class Worker>
CW_HD void mark(Worker& worker, std::uint32_t egress)
{
    Buckets& b = worker.buckets();
    if (worker.fetch_add(&b.marked[egress], 1u) == 0)
        b.ports.data[worker.fetch_add(&b.ports.size, 1u)] = egress;
}

//! What goes by an egress port; there must be room for it.
template <class Worker>
CW_HD void put_item(Worker& worker, Train const& t, std::uint32_t egress, Origin from)
{
    Buckets& b = worker.buckets();
    Item& item = b.items.data[worker.fetch_add(&b.items.size, 1u)];
    item.train = t;
    item.egress = static_cast<std::uint16_t>(egress);
    item.input = static_cast<std::uint16_t>(2 * from.port + from.holds_slot);
    item.came_by = from.link;
    if (egress < kFirstPortSet && worker.fetch_add(&b.count[egress], 1u) == 0) mark(worker, egress);
}

}  // namespace copperwall
