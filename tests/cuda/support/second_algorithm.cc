#include "tests/cuda/support/second_algorithm.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "cuda/hop_hash.h"

namespace copperwall::testing {

namespace {

struct Packet {
    Time time = 0;            //!< when it may leave
    std::uint32_t order = 0;  //!< among equal times: ingress port; at a gpu the position in its queue
    MessageId message = 0;
    std::uint32_t receiver = 0;
    std::uint32_t flits = 0;
};

class SortAndScan {
public:
    explicit SortAndScan(EngineInput const& input)
        : in_(input), waiting_(input.network.links.size()), expected_(input.network.links.size(), 0)
    {
        std::uint64_t const messages = input.schedule.messages();
        result_.complete.assign(messages, kNever);
    }

    SecondResult run()
    {
        fill_sources();
        std::vector<LinkId> ready;
        for (NodeId gpu = 0; gpu != in_.network.gpus; ++gpu)
            for (std::uint32_t p = 0; p != in_.network.nodes[gpu].egress_count; ++p)
                ready.push_back(in_.network.nodes[gpu].first_egress + p);
        while (!ready.empty()) {
            LinkId const link = ready.back();
            ready.pop_back();
            serve(link, ready);
        }
        for (auto const& packets : waiting_)
            if (!packets.empty()) throw std::logic_error("routes go in circles");
        return std::move(result_);
    }

private:
    Time service(LinkId link, std::uint32_t flits) const
    {
        return serialisation_fs(in_.format, flits, in_.network.rates_Bps[in_.network.links[link].rate]);
    }

    //! A gpu's transfers by (ready of the family's first, family, k): nothing is released later.
    void fill_sources()
    {
        Schedule const& s = in_.schedule;
        for (std::uint32_t gpu = 0; gpu != s.gpus; ++gpu) {
            std::vector<std::tuple<Time, std::uint32_t>> runs;
            for (std::uint32_t f = 0; f != s.families.size(); ++f) runs.emplace_back(ready_of(f, gpu, 0), f);
            std::sort(runs.begin(), runs.end());
            std::uint32_t position = 0;
            for (auto const& [ready, f] : runs)
                for (std::uint32_t k = 0; k != s.families[f].count; ++k)
                    if (senders_of(f).contains(gpu)) add_transfer(f, gpu, k, position);
        }
    }

    struct Senders {
        std::uint32_t first, end;
        bool contains(std::uint32_t gpu) const { return first <= gpu && gpu < end; }
    };

    Senders senders_of(std::uint32_t f) const
    {
        Family const& family = in_.schedule.families[f];
        if (family.senders == 0) return {0, in_.schedule.gpus};
        return {family.first, family.first + family.senders};
    }

    Transfer transfer(std::uint32_t f, std::uint32_t gpu, std::uint32_t k) const
    {
        return transfer_of(in_.schedule.families[f], in_.schedule.table.data(), in_.schedule.gpus, gpu, k);
    }

    Time ready_of(std::uint32_t f, std::uint32_t gpu, std::uint32_t k) const
    {
        Family const& family = in_.schedule.families[f];
        return in_.schedule.launch_fs + family.delay_fs + family.spacing_fs * k +
               transfer(f, gpu, k).offset_fs;
    }

    MessageId message_of(std::uint32_t f, std::uint32_t gpu, std::uint32_t k) const
    {
        std::uint64_t base = 0;
        for (std::uint32_t i = 0; i != f; ++i)
            base += std::uint64_t{in_.schedule.families[i].count} * (senders_of(i).end - senders_of(i).first);
        auto const [first, end] = senders_of(f);
        return static_cast<MessageId>(base + std::uint64_t{k} * (end - first) + (gpu - first));
    }

    void add_transfer(std::uint32_t f, std::uint32_t gpu, std::uint32_t k, std::uint32_t& position)
    {
        Transfer const t = transfer(f, gpu, k);
        if (t.receiver == kNone) return;
        PortGroup const& ports = in_.network.ports[kInside];
        for (std::uint32_t plane = 0; plane != ports.simulated(); ++plane) {
            PlaneCut const cut = cut_for_plane(in_.format, ports.planes, t.bytes, gpu, t.receiver, plane);
            LinkId const first = in_.network.nodes[gpu].first_egress + plane;
            for (std::uint32_t i = 0; i != cut.packets(); ++i) {
                std::uint32_t const flits =
                    i < cut.full_packets ? in_.format.payload_bytes / in_.format.flit_bytes : cut.last_flits;
                waiting_[first].push_back(
                    {ready_of(f, gpu, k), position++, message_of(f, gpu, k), t.receiver, flits});
                count_on_route(first, t.receiver);
            }
        }
    }

    LinkId next_link(LinkId link, std::uint32_t receiver) const
    {
        NodeId const node = in_.network.links[link].to;
        if (node < in_.network.gpus) return kNone;
        std::size_t const row = std::size_t{node - in_.network.gpus} * in_.network.gpus;
        return in_.network.nodes[node].first_egress + in_.network.routes[row + receiver];
    }

    void count_on_route(LinkId link, std::uint32_t receiver)
    {
        for (; link != kNone; link = next_link(link, receiver)) ++expected_[link];
    }

    void serve(LinkId id, std::vector<LinkId>& ready)
    {
        auto& packets = waiting_[id];
        bool const source = in_.network.links[id].from < in_.network.gpus;
        std::sort(packets.begin(), packets.end(), [source](Packet const& a, Packet const& b) {
            if (source) return a.order < b.order;
            return std::tie(a.time, a.order) < std::tie(b.time, b.order);
        });
        std::uint16_t const list = in_.network.links[id].outages;
        Outage const* const outages = list == kNoOutage ? nullptr : in_.network.outages.data() + list;
        Time sum = 0;
        Time lead = 0;  // max over j of a_j - S_(j-1)
        for (Packet const& p : packets) {
            Time const s = service(id, p.flits);
            lead = std::max(lead, p.time - sum);
            if (outages != nullptr) lead = std::max(lead, up_from(outages, sum + lead) - sum);
            Time const start = sum + lead;
            sum += s;
            result_.hop_hash += mix(id, p.message, start, p.flits);
            ++result_.hops;
            forward(id, p, start, s, ready);
        }
        packets.clear();
    }

    void forward(LinkId id, Packet p, Time start, Time s, std::vector<LinkId>& ready)
    {
        Link const& link = in_.network.links[id];
        p.time = start + link.latency_fs + (link.arrival == Arrival::tail ? s : 0);
        p.order = link.ingress_port;
        LinkId const next = next_link(id, p.receiver);
        if (next == kNone) {
            Time& complete = result_.complete[p.message];
            complete = complete == kNever ? p.time : std::max(complete, p.time);
            return;
        }
        if (link.arrival == Arrival::head) p.time += std::max(Time{0}, s - service(next, p.flits));
        waiting_[next].push_back(p);
        if (waiting_[next].size() == expected_[next]) ready.push_back(next);
    }

    EngineInput const& in_;
    std::vector<std::vector<Packet>> waiting_;
    std::vector<std::size_t> expected_;
    SecondResult result_;
};

}  // namespace

SecondResult sort_and_scan(EngineInput const& input)
{
    return SortAndScan(input).run();
}

}  // namespace copperwall::testing
