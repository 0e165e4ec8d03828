//! The trains on an input as a squad of lanes sees them: one a lane, eight by eight.
#pragma once

#include "cuda/state.h"

namespace copperwall {

//! Fewer are taken as fast by one lane.
inline constexpr std::uint32_t kFewTrains = 4;

CW_HD inline std::uint32_t trains_on(IngressState const& in)
{
    return in.visible - in.head + (in.front.count != 0 ? 1 : 0);
}

//! Asked for by all lanes of the squad together, as next(), take(), next(), ... until take() is the last.
template <class Squad>
class SquadInput {
public:
    CW_HD explicit SquadInput(IngressState& in)
        : shared_(in),
          front_(in.front),
          begun_(in.front.count != 0 ? 1 : 0),
          first_(in.head - begun_),
          left_(trains_on(in))
    {
    }

    //! This lane's train; none where its count is 0.
    CW_HD Train next() const
    {
        if (Squad::rank() >= left_) return {};
        return begun_ != 0 && Squad::rank() == 0 ? front_
                                                 : shared_.flight[(first_ + Squad::rank()) & shared_.mask];
    }

    //! Of this lane's train `packets` can be taken. False: it is the last, as not all of all trains can.
    CW_HD bool take(Train const& t, std::uint32_t packets)
    {
        whole_ = Squad::leading(Squad::ballot(t.count != 0 && packets == t.count));
        mine_ = packets != 0 && Squad::rank() <= whole_;
        if (whole_ != Squad::kLanes) return false;
        begun_ = 0;
        first_ += Squad::kLanes;
        left_ -= Squad::kLanes;
        return true;
    }

    //! Whether this lane takes something.
    CW_HD bool mine() const { return mine_; }

    //! After the last: the lane whose train stays, or that has none any more, leaves the rest of it as the
    //! input's front. Returns when its first packet arrives; kNever: not this lane, or there is none.
    CW_HD Time leave(Train t, std::uint32_t packets)
    {
        if (Squad::rank() != whole_) return kNever;
        bool const stays = t.count != 0;
        shared_.head = first_ + Squad::rank() + (stays ? 1 : 0);
        if (stays) split_front(t, packets);
        shared_.front = t;
        return stays ? t.time : kNever;
    }

private:
    IngressState& shared_;
    Train front_;
    std::uint32_t begun_;  //!< the first lane's is the front
    std::uint32_t first_;  //!< place in the ring of the first lane's train
    std::uint32_t left_;
    std::uint32_t whole_ = 0;  //!< so many lanes, from the first, have taken all of theirs
    bool mine_ = false;
};

}  // namespace copperwall
