//! Sends back the credits of the slots that a switch has freed in a window.
//!
//! Lanes note the packets they start as they come, each in a list of its own, and count them by the input
//! they came by; here these are grouped by input and put into the order of time.
#pragma once

#include "cuda/model.h"
#include "cuda/scratch.h"
#include "cuda/state.h"

namespace copperwall {

//! Packets of an input that have started to leave the switch: at time, time + spacing, ...
struct FreedSlots {
    Instants at;
    std::uint32_t port = 0;  //!< of the input
    std::uint32_t channel = 0;
};

//! Order key of freed slots of one input: by channel, then in the order of time; the index of the train.
inline constexpr unsigned kFreedIndexBits = 30;
inline constexpr std::uint32_t kOnePacket = (1u << kFreedIndexBits) - 1;  //!< in place of an index
inline constexpr unsigned kFreedTimeBits = 31;                            //!< holds kMaxWindow - 1
static_assert(kMaxWindow <= Time{1} << kFreedTimeBits);

CW_HD inline std::uint64_t freed_key(std::uint32_t channel, Time since_begin, std::uint32_t index)
{
    return static_cast<std::uint64_t>(channel) << (kFreedTimeBits + kFreedIndexBits) |
           static_cast<std::uint64_t>(since_begin) << kFreedIndexBits | index;
}
CW_HD inline std::uint32_t freed_channel(std::uint64_t key)
{
    return static_cast<std::uint32_t>(key >> (kFreedTimeBits + kFreedIndexBits));
}
CW_HD inline Time freed_time(std::uint64_t key)
{
    return static_cast<Time>(key >> kFreedIndexBits & ((std::uint64_t{1} << kFreedTimeBits) - 1));
}
CW_HD inline std::uint32_t freed_index(std::uint64_t key)
{
    return static_cast<std::uint32_t>(key & kOnePacket);
}

//! Grouped by ingress port. Arrays by port are zero between steps.
struct FreedBuckets {
    Scratch<CreditTrain> trains;   //!< of several packets, in places of their keys
    Scratch<std::uint64_t> keys;   //!< input by input
    Scratch<std::uint32_t> links;  //!< with slots freed
    std::uint32_t* count = nullptr;
    std::uint32_t* first = nullptr;
    std::uint32_t placed = 0;  //!< keys that have a place
};

template <class Worker>
CW_HD void free_slots(Worker& worker, Origin from, std::uint32_t channel, Instants const& at)
{
    Scratch<FreedSlots>& freed = worker.freed();
    worker.reserve(freed, 1);
    freed.data[freed.size++] = {at, from.port, channel};
    FreedBuckets& b = worker.freed_buckets();
    if (worker.fetch_add(&b.count[from.port], 1u) == 0)
        b.links.data[worker.fetch_add(&b.links.size, 1u)] = from.link;
}

template <class Worker>
class CreditReturn {
public:
    CW_HD CreditReturn(Worker& worker, Model const& m, State const& s, Time begin)
        : worker_(worker), model_(m), state_(s), buckets_(worker.freed_buckets()), begin_(begin)
    {
    }

    //! By all lanes together, after all have freed what they start.
    CW_HD void run()
    {
        make_room();
        fill();
        worker_.sync();
        for (std::uint32_t i = worker_.rank(); i < buckets_.links.size; i += worker_.size())
            send_back(buckets_.links.data[i]);
        worker_.sync();
        if (worker_.rank() == 0) buckets_.links.size = buckets_.placed = 0;
        worker_.sync();
    }

private:
    CW_HD void make_room()
    {
        for (std::uint32_t i = worker_.rank(); i < buckets_.links.size; i += worker_.size()) {
            std::uint32_t const p = port(buckets_.links.data[i]);
            buckets_.first[p] = worker_.fetch_add(&buckets_.placed, buckets_.count[p]);
        }
        worker_.sync();
        if (worker_.rank() == 0) {
            worker_.reserve(buckets_.trains, buckets_.placed);
            worker_.reserve_keys(buckets_.keys, buckets_.placed);  // those of the step are done with
        }
        worker_.sync();
    }

    CW_HD void fill()
    {
        Scratch<FreedSlots>& freed = worker_.freed();
        for (std::uint32_t i = 0; i != freed.size; ++i) {
            FreedSlots const& f = freed.data[i];
            std::uint32_t const at = worker_.fetch_add(&buckets_.first[f.port], 1u);
            std::uint32_t const index = f.at.count == 1 ? kOnePacket : at;
            buckets_.keys.data[at] = freed_key(f.channel, f.at.time - begin_, index);
            if (index == at)
                buckets_.trains.data[at] = {f.at.time, static_cast<std::uint32_t>(f.at.spacing_fs),
                                            f.at.count};
        }
        freed.size = 0;
    }

    CW_HD void send_back(LinkId link)
    {
        std::uint32_t const p = port(link);
        std::uint32_t const n = buckets_.count[p];
        std::uint64_t* const keys = buckets_.keys.data + (buckets_.first[p] - n);  // first: now behind them
        buckets_.count[p] = 0;
        worker_.sort(keys, n);
        std::uint32_t const channels = model_.channels.count;
        CreditOutbox* const out = state_.credits_out + static_cast<std::size_t>(link) * channels;
        if (!any_pushed(out, channels)) worker_.touch_credits(link);
        if (channels == 1) return send_back(*out, link, keys, n);
        for (std::uint32_t i = 0; i != n;) {
            std::uint32_t const channel = freed_channel(keys[i]);
            std::uint32_t end = i + 1;
            while (end != n && freed_channel(keys[end]) == channel) ++end;
            send_back(out[channel], link, keys + i, end - i);
            i = end;
        }
    }

    //! Of one channel.
    CW_HD void send_back(CreditOutbox& shared, LinkId link, std::uint64_t const* keys, std::uint32_t n)
    {
        typename Worker::template Working<CreditOutbox> out = shared;
        CreditSender<Worker> sender(worker_, out, model_.links[link].latency_fs);
        for (std::uint32_t i = 0; i != n;) {
            std::uint32_t const end = overlapping([&](std::uint32_t k) { return freed(keys[k]); }, i, n);
            if (end == i + 1)
                sender.send(freed(keys[i]));
            else
                send_one_by_one(sender, keys + i, end - i);
            i = end;
        }
        sender.finish();
        worker_.put_back(shared, out);
    }

    CW_HD void send_one_by_one(CreditSender<Worker>& sender, std::uint64_t const* keys, std::uint32_t n)
    {
        Scratch<std::uint64_t>& times = worker_.packet_keys();
        times.size = 0;
        for (std::uint32_t i = 0; i != n; ++i) {
            Instants const t = freed(keys[i]);
            worker_.reserve(times, t.count);
            for (std::uint32_t k = 0; k != t.count; ++k)
                times.data[times.size++] = static_cast<std::uint64_t>(t.time + t.spacing_fs * k);
        }
        worker_.sort(times.data, times.size);
        for (std::uint32_t i = 0; i != times.size; ++i) sender.send({static_cast<Time>(times.data[i]), 0, 1});
    }

    CW_HD Instants freed(std::uint64_t key) const
    {
        std::uint32_t const index = freed_index(key);
        if (index == kOnePacket) return {begin_ + freed_time(key), 0, 1};
        return buckets_.trains.data[index].instants();
    }
    CW_HD std::uint32_t port(LinkId link) const { return model_.links[link].ingress_port; }

    Worker& worker_;
    Model const& model_;
    State const& state_;
    FreedBuckets& buckets_;
    Time begin_;
};

}  // namespace copperwall
