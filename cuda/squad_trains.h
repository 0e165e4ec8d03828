//! What neighbouring lanes of a squad find together, each with a packet or train of its own.
#pragma once

#include "cuda/hd.h"
#include "cuda/ring.h"
#include "cuda/types.h"

namespace copperwall {

//! Of lanes below this one.
template <class Squad, class T>
CW_HD T sum_below(T mine)
{
    T sum = mine;
    for (std::uint32_t lanes = 1; lanes != Squad::kLanes; lanes *= 2) {
        T const lower = Squad::below(sum, lanes);
        if (Squad::rank() >= lanes) sum += lower;
    }
    return sum - mine;
}
//! Of lanes up to this one, and of `least`.
template <class Squad>
CW_HD Time greatest_up_to_me(Time mine, Time least)
{
    Time greatest = mine > least ? mine : least;
    for (std::uint32_t lanes = 1; lanes != Squad::kLanes; lanes *= 2) {
        Time const lower = Squad::below(greatest, lanes);
        if (lower > greatest) greatest = lower;
    }
    return greatest;
}

//! What one lane puts on the wire for itself and those above it.
struct Neighbours {
    bool begins = false;      //!< this lane begins a train
    std::uint32_t lanes = 0;  //!< of the train
    std::uint32_t spacing_fs = 0;
    std::uint32_t place = 0;   //!< of the train among those of the squad
    std::uint32_t trains = 0;  //!< of the squad
};

//! Joins neighbours that are `alike`, each with the lane below it, and equally spaced: not all that could be,
//! but no result depends on it. `count`: lanes, from the first, that have something, at `time`.
template <class Squad>
CW_HD Neighbours neighbours(bool alike, Time time, std::uint32_t count)
{
    Time const gap = time - Squad::below(time, 1);
    alike = alike && Squad::rank() != 0 && gap <= 0xffffffffll;
    bool const lower_alike = (Squad::ballot(alike) << 1 >> Squad::rank() & 1) != 0;
    bool const same_gap = gap == Squad::below(gap, 1);
    bool const joins = alike && (same_gap || !lower_alike);
    std::uint32_t const all = Squad::ballot(!joins && Squad::rank() < count);
    Time const next_gap = Squad::from(gap, (Squad::rank() + 1) % Squad::kLanes);
    std::uint32_t const above = all >> Squad::rank() >> 1;
    Neighbours train;
    train.begins = !joins && Squad::rank() < count;
    train.lanes = above != 0 ? Squad::leading(~above) + 1 : count - Squad::rank();
    train.spacing_fs = train.lanes > 1 ? static_cast<std::uint32_t>(next_gap) : 0;
    train.place = Squad::how_many(all & Squad::below_me());
    train.trains = Squad::how_many(all);
    return train;
}

//! A ring that all lanes hold alike gets room for a train of each.
template <class Squad, class Worker, class T>
CW_HD void make_squad_room(Worker& worker, Ring<T>& ring)
{
    if (ring.has_room(Squad::kLanes)) return;
    Squad::sync();  // what lanes have written moves along
    if (Squad::rank() == 0) ring.make_room(worker, Squad::kLanes);
    ring.data = Squad::from(ring.data, 0);
    ring.mask = Squad::from(ring.mask, 0);
    Squad::sync();
}

}  // namespace copperwall
