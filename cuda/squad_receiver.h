//! What a gpu takes from an input in one window, by a squad of lanes.
#pragma once

#include "cuda/model.h"
#include "cuda/squad_input.h"
#include "cuda/squad_trains.h"

namespace copperwall {

//! Without acknowledgements, and with one channel.
template <class Worker>
class SquadReceiver {
public:
    using Squad = typename Worker::Squad;

    CW_HD SquadReceiver(Worker& worker, Model const& m, State const& s, LinkId id)
        : worker_(worker), link_(m.links[id]), input_(s.ingress[id]), shared_(nullptr), id_(id)
    {
        if (link_.slots == 0) return;
        shared_ = s.credits_out + id;
        credits_ = shared_->wire;
    }

    //! By all lanes of the squad; note(train): a lane has taken these packets.
    template <class Note>
    CW_HD void run(Window window, Note const& note)
    {
        for (bool more = true; more;) {
            Train const t = input_.next();
            std::uint32_t const packets = t.count == 0 ? 0 : t.instants().before(window.end);
            more = input_.take(t, packets);
            Train arrived = t;
            arrived.count = packets;
            if (input_.mine()) note(arrived);
            if (shared_ != nullptr) give_back(arrived);
            if (more) continue;
            Time const next = input_.leave(t, packets);
            if (next != kNever) worker_.wake_ingress(id_, next);
        }
        if (shared_ != nullptr) finish();
    }

private:
    //! A packet leaves its slot as it arrives.
    CW_HD void give_back(Train const& arrived)
    {
        std::uint32_t const count = Squad::how_many(Squad::ballot(input_.mine()));
        std::uint32_t const lower = Squad::below(arrived.count, 1);
        make_squad_room<Squad>(worker_, credits_);
        Neighbours const train = neighbours<Squad>(arrived.count == 1 && lower == 1, arrived.time, count);
        if (train.begins) {
            CreditTrain t;
            t.time = arrived.time + link_.latency_fs;
            t.count = train.lanes > 1 ? train.lanes : arrived.count;
            t.spacing_fs = train.lanes > 1 ? train.spacing_fs : arrived.spacing_fs;
            if (t.count == 1) t.spacing_fs = 0;
            credits_.at(credits_.tail + train.place) = t;
        }
        credits_.tail += train.trains;
    }

    CW_HD void finish()
    {
        Squad::sync();
        if (Squad::rank() != 0 || credits_.tail == shared_->wire.tail) return;
        if (!shared_->pushed()) worker_.touch_credits(id_);
        shared_->wire = credits_;
    }

    Worker& worker_;
    Link const link_;
    SquadInput<Squad> input_;
    CreditOutbox* shared_;  //!< null: into an infinite buffer
    Ring<CreditTrain> credits_;
    LinkId id_;
};

}  // namespace copperwall
