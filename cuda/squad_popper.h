//! What a switch takes from an input in one window, by a squad of lanes: a train each at a time.
#pragma once

#include "cuda/input_popper.h"
#include "cuda/squad_input.h"

namespace copperwall {

//! Where a train stays one item.
template <class Worker>
class SquadPopper {
public:
    using Squad = typename Worker::Squad;

    CW_HD SquadPopper(Worker& worker, Model const& m, State const& s, NodeId node, LinkId id)
        : worker_(worker), model_(m), input_(s.ingress[id]), link_(m.links[id]), node_(node), id_(id)
    {
    }

    //! By all lanes of the squad.
    CW_HD void run(Window window)
    {
        for (bool more = true; more;) {
            Train const t = input_.next();
            Way const way = way_of(t, window);
            more = input_.take(t, way.packets);
            put(t, way);
            if (more) continue;
            Time const next = input_.leave(t, way.packets);
            if (next != kNever) worker_.wake_ingress(id_, next + way.after);
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

    CW_HD void put(Train t, Way const& way)
    {
        std::uint32_t const puts = Squad::ballot(input_.mine());
        std::uint32_t place = 0;
        if (Squad::rank() == 0)
            place = worker_.fetch_add(&worker_.buckets().items.size, Squad::how_many(puts));
        place = Squad::from(place, 0) + Squad::how_many(puts & Squad::below_me());
        if (!input_.mine()) return;
        t.count = way.packets;
        t.time += way.after;
        write_item(worker_, place, t, way.egress, {id_, link_.ingress_port, link_.slots != 0});
    }

    Worker& worker_;
    Model const& model_;
    SquadInput<Squad> input_;
    Link const& link_;
    NodeId node_;
    LinkId id_;
};

}  // namespace copperwall
