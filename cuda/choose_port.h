//! Adaptive routing: each packet takes, of its set of ports, the one with the shortest queue when it may
//! leave. A link that is down for good is taken only where all are.
//!
//! Packets of a switch choose one after the other in the order of (eligibility, input port), all that become
//! eligible in a window before any of its ports is served: a port's queue at an instant depends on nothing
//! later (see port_queue.h). Of queues alike the first from the packet's turn on is taken, so that an idle
//! switch deals its packets out.
#pragma once

#include "cuda/buckets.h"
#include "cuda/port_queue.h"
#include "cuda/spread.h"

namespace copperwall {

//! By one lane, between popping and serving.
template <class Worker>
class PortChooser {
public:
    CW_HD PortChooser(Worker& worker, Model const& m, State const& s, NodeId node, Window window)
        : worker_(worker),
          model_(m),
          state_(s),
          buckets_(worker.buckets()),
          first_egress_(m.nodes[node].first_egress),
          window_(window)
    {
    }

    CW_HD void run()
    {
        Scratch<std::uint64_t>& packets = worker_.packet_keys();
        packets.size = 0;
        for (std::uint32_t i = 0; i != buckets_.items.size; ++i) {
            Item const& item = buckets_.items.data[i];
            bool const chooses = item.egress >= kFirstPortSet;
            if (!chooses && state_.queued_until[first_egress_ + item.egress] == kNoQueue) continue;
            if (!chooses) buckets_.first[item.egress] = i;
            append_packet_keys(worker_, item, order_key(item.train.time - window_.begin, item.port(), i),
                               packets);
        }
        worker_.sort(packets.data, packets.size);
        for (std::uint32_t i = 0; i != packets.size; ++i) pass(packets.data[i]);
        buckets_.undecided = 0;
    }

private:
    CW_HD void pass(std::uint64_t key)
    {
        Item const& item = buckets_.items.data[key_index(key)];
        Time const a = window_.begin + key_time(key);
        bool const chooses = item.egress >= kFirstPortSet;
        std::uint32_t const port = chooses ? shortest(item, a) : item.egress;
        queue(port).join(a, item.train.flits);
        if (chooses) give(item, a, port);
    }

    CW_HD std::uint32_t shortest(Item const& item, Time a)
    {
        PortSet const set = model_.port_sets[item.egress - kFirstPortSet];
        std::uint32_t index = turn_of(set, item.port(), state_.ingress[item.came_by].spread++);
        std::uint32_t best = set.port(model_.listed_ports, index);
        Time least = queue(best).length(a);
        for (std::uint32_t left = set.count - 1; left != 0 && least != 0; --left) {
            index = index + 1 == set.count ? 0 : index + 1;
            std::uint32_t const port = set.port(model_.listed_ports, index);
            Time const length = queue(port).length(a);
            if (length >= least) continue;
            least = length;
            best = port;
        }
        return best;
    }

    CW_HD QueueView<Worker> queue(std::uint32_t port)
    {
        return {worker_, model_, state_, first_egress_ + port, window_};
    }

    //! To the bucket of the port, as the end of its last train if it fits.
    CW_HD void give(Item const& item, Time a, std::uint32_t port)
    {
        Buckets& b = buckets_;
        Train packet = item.train;
        packet.time = a;
        packet.spacing_fs = 0;
        packet.count = 1;
        if (b.count[port] != 0) {
            Item& last = b.items.data[b.first[port]];
            if (last.came_by == item.came_by && extend_train(last.train, packet)) return;
        }
        std::uint32_t const index = b.items.size++;
        Item& own = b.items.data[index];
        own = item;
        own.train = packet;
        own.egress = static_cast<std::uint16_t>(port);
        b.first[port] = index;
        if (b.count[port]++ == 0) mark(worker_, port);
    }

    Worker& worker_;
    Model const& model_;
    State const& state_;
    Buckets& buckets_;
    LinkId first_egress_;
    Window window_;
};

template <class Worker>
CW_APART void choose_ports(Worker& worker, Model const& m, State const& s, NodeId node, Window window)
{
    PortChooser<Worker>(worker, m, s, node, window).run();
}

}  // namespace copperwall
