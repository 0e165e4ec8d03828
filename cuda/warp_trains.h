//! What the lanes of a warp find together, each with a packet of its own.
#pragma once

#include "cuda/ring.h"
#include "cuda/types.h"

namespace copperwall {

//! Of lanes below this one.
template <class Warp, class T>
CW_HD T sum_below(T mine)
{
    T sum = mine;
    for (std::uint32_t lanes = 1; lanes != Warp::kLanes; lanes *= 2) {
        T const lower = Warp::below(sum, lanes);
        if (Warp::rank() >= lanes) sum += lower;
    }
    return sum - mine;
}

//! Of lanes up to this one, and of `least`.
template <class Warp>
CW_HD Time greatest_up_to_me(Time mine, Time least)
{
    Time greatest = mine > least ? mine : least;
    for (std::uint32_t lanes = 1; lanes != Warp::kLanes; lanes *= 2) {
        Time const lower = Warp::below(greatest, lanes);
        if (lower > greatest) greatest = lower;
    }
    return greatest;
}

//! The train that a lane writes for itself and those above it, if it begins one.
struct Neighbours {
    bool begins = false;
    std::uint32_t lanes = 0;  //!< of the train
    std::uint32_t spacing_fs = 0;
    std::uint32_t place = 0;   //!< of the train among those of the warp
    std::uint32_t trains = 0;  //!< of the warp
};

//! Joins neighbours that are `alike`, each with the lane below it, and equally spaced: not all that could be,
//! but no result depends on it. `count`: lanes, from the first, that have a packet, at `time`.
template <class Warp>
CW_HD Neighbours neighbours(bool alike, Time time, std::uint32_t count)
{
    Time const gap = time - Warp::below(time, 1);
    alike = alike && Warp::rank() != 0 && gap <= 0xffffffffll;
    bool const lower_alike = (Warp::ballot(alike) << 1 >> Warp::rank() & 1) != 0;
    bool const same_gap = gap == Warp::below(gap, 1);
    bool const joins = alike && (same_gap || !lower_alike);
    Neighbours train;
    train.begins = !joins && Warp::rank() < count;
    std::uint32_t const all = Warp::ballot(train.begins);
    std::uint32_t const above = all >> Warp::rank() >> 1;
    Time const next_gap = Warp::from(gap, (Warp::rank() + 1) % Warp::kLanes);
    train.lanes = above != 0 ? Warp::leading(~above) + 1 : count - Warp::rank();
    train.spacing_fs = train.lanes > 1 ? static_cast<std::uint32_t>(next_gap) : 0;
    train.place = Warp::how_many(all & Warp::below_me());
    train.trains = Warp::how_many(all);
    return train;
}

//! A ring that all lanes hold alike gets room for an element of each.
template <class Warp, class Worker, class T>
CW_HD void make_warp_room(Worker& worker, Ring<T>& ring)
{
    if (ring.has_room(Warp::kLanes)) return;
    Warp::sync();  // what lanes have written moves along
    if (Warp::rank() == 0) ring.make_room(worker, Warp::kLanes);
    ring.data = Warp::from(ring.data, 0);
    ring.mask = Warp::from(ring.mask, 0);
    Warp::sync();
}

//! Ascending, in place, by the lanes of the warp: a bitonic network whose every comparison puts the smaller
//! key first, so that none with a place beyond the end is needed.
template <class Warp>
CW_HD void sort_by_warp(std::uint64_t* keys, std::uint32_t n)
{
    auto const order = [&](std::uint32_t mask) {
        for (std::uint32_t i = Warp::rank(); i < n; i += Warp::kLanes) {
            std::uint32_t const other = i ^ mask;
            if (other < i || other >= n || keys[i] <= keys[other]) continue;
            std::uint64_t const larger = keys[i];
            keys[i] = keys[other];
            keys[other] = larger;
        }
        Warp::sync();
    };
    Warp::sync();
    for (std::uint32_t size = 2; size / 2 < n; size *= 2) {
        order(size - 1);
        for (std::uint32_t half = size / 4; half != 0; half /= 2) order(half);
    }
}

}  // namespace copperwall
