//! Traffic without a rule, added up by ports and by leaves.
#pragma once

#include <array>
#include <vector>

#include "host/schedule/closed_form.h"

namespace copperwall {

//! Adds up messages as if each found its way free.
//!
//!   p = max( max_i (l_i + t_near),  max_j (l_j / (q u) + t_far) )                   (1)
//!
//! l_i   wire_ns of all messages out of a gpu, or into it, over one network          [ns]
//! l_j   the same of all that leave a leaf of q ranks, or enter it, over one network [ns]
//! u     PathModel::up_share
//! t_*   ways to the own leaf and to another   [ns], closed_form.h (2), (3)
class PortLoads {
public:
    PortLoads(Domains const& domains, Paths const& paths);

    //! Over links where both are in one domain, else over NICs.
    void add(std::uint32_t sender, std::uint32_t receiver, std::int64_t bytes);

    //! One message on its way alone, ns.
    double alone_ns(std::uint32_t sender, std::uint32_t receiver, std::int64_t bytes) const;

    //! p of all messages added, ns.
    double busiest_ns() const;

    //! l_i + t_near of what `receiver` gets over its NIC, ns; 0 where that is nothing.
    double into_nic_ns(std::uint32_t receiver) const;

private:
    //! What crosses one network.
    struct Tally {
        Reach reach;
        std::uint32_t within = 0;  //!< ranks that are counted from 0 in it: of a domain, or of a group
        std::vector<double> out, in, up, down;  //!< [gpu], [gpu], [leaf's first gpu], [leaf's first gpu]

        Tally(Reach const& reach, std::uint32_t within, std::uint32_t gpus);
        std::uint32_t leaf_of(std::uint32_t gpu) const;
        void add(std::uint32_t sender, std::uint32_t receiver, std::int64_t bytes);
        double busiest_ns() const;
    };

    Domains domains_;
    std::array<Tally, 2> tallies_;  //!< links within domains, NICs
};

}  // namespace copperwall
