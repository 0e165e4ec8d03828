//! What a switch takes from an input in one window, by a squad of lanes: a train each at a time.
#pragma once

#include "cuda/input_popper.h"

namespace copperwall {

//! Fewer trains are taken as fast by one lane.
inline constexpr std::uint32_t kFewTrains = 4;

CW_HD inline std::uint32_t trains_on(IngressState const& in)
{
    return in.visible - in.head + (in.front.count != 0 ? 1 : 0);
}

//! Where a train stays one item.
template <class Worker>
class SquadPopper {
public:
    using Squad = typename Worker::Squad;

    CW_HD SquadPopper(Worker& worker, Model const& m, State const& s, NodeId node, LinkId id)
        : worker_(worker), model_(m), shared_(s.ingress[id]), link_(m.links[id]), node_(node), id_(id)
    {
    }

    //! By all lanes of the squad.
    CW_HD void run(Window window)
    {
        Train const front = shared_.front;
        std::uint32_t const begun = front.count != 0 ? 1 : 0;
        std::uint32_t const head = shared_.head;
        std::uint32_t const waiting = trains_on(shared_);
        for (std::uint32_t first = 0;; first += Squad::kLanes) {
            std::uint32_t const place = first + Squad::rank();
            Train t;
            if (place < waiting)
                t = begun != 0 && place == 0 ? front : shared_.flight[(head + place - begun) & shared_.mask];
            Way const way = way_of(t, window);
            bool const whole = t.count != 0 && way.packets == t.count;
            std::uint32_t const taken = Squad::leading(Squad::ballot(whole));
            bool const last = Squad::rank() == taken;
            put(t, way, (Squad::rank() < taken || last) && way.packets != 0);
            if (taken == Squad::kLanes) continue;
            if (last) leave(t, way, head + place - begun);
            return;
        }
    }

private:
    struct Way {
        std::uint32_t egress = 0;
        Time after = 0;             //!< their heads' arrival packets may leave
        std::uint32_t packets = 0;  //!< that may leave before the window's end
    };

    CW_HD Way way_of(Train const& t, Window window) const
    {
        Way way;
        if (t.count == 0) return way;
        std::uint32_t const route = model_.route(node_, t.receiver);
        way.egress = route;
        if (route >= kFirstPortSet)
            way.egress = model_.port_sets[route - kFirstPortSet].port(model_.listed_ports,
                                                                      spread_of_message(node_, t.message));
        Link const& out = model_.links[model_.nodes[node_].first_egress + way.egress];
        way.after = eligible_after(model_, link_, out, t.flits);
        way.packets = t.instants().before(window.end - way.after);
        return way;
    }

    //! All lanes call it, those with `mine` put something.
    CW_HD void put(Train t, Way const& way, bool mine)
    {
        std::uint32_t const puts = Squad::ballot(mine);
        std::uint32_t place = 0;
        if (Squad::rank() == 0)
            place = worker_.fetch_add(&worker_.buckets().items.size, Squad::how_many(puts));
        place = Squad::from(place, 0) + Squad::how_many(puts & Squad::below_me());
        if (!mine) return;
        t.count = way.packets;
        t.time += way.after;
        write_item(worker_, place, t, way.egress, {id_, link_.ingress_port, link_.slots != 0});
    }

    //! By the lane whose train stays, or that has none any more; `place`: that of its train in the ring.
    CW_HD void leave(Train t, Way const& way, std::uint32_t place)
    {
        bool const stays = t.count != 0;
        if (stays) split_front(t, way.packets);
        shared_.front = t;
        shared_.head = place + (stays ? 1 : 0);
        if (stays) worker_.wake_ingress(id_, t.time + way.after);
    }

    Worker& worker_;
    Model const& model_;
    IngressState& shared_;
    Link const& link_;
    NodeId node_;
    LinkId id_;
};

}  // namespace copperwall
