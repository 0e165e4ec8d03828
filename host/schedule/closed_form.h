//! The terms that closed forms of collectives are made of. All are without contention.
#pragma once

#include "host/schedule/domains.h"

namespace copperwall {

//! Time that one message holds its busiest plane, ns: what packet.h cuts for it, headers included.
double message_ns(PathModel const& path, std::int64_t bytes);

//! Time that the packets of one message take of all planes together, ns: as message_ns, but for messages too
//! small to cover all planes, of which many load all planes alike.
double wire_ns(PathModel const& path, std::int64_t bytes);

//! Time from the first message's release until the last of `messages` has left, ns, where one gpu sends them
//! to as many consecutive ranks and the k-th is ready k * per_peer_ns after the first.
//!
//!   b(m) = max( L, (m - 1) t_peer + s )                                             (1)
//!
//! m   messages;  s  message_ns of one;  t_peer  per_peer_ns
//! L   load of the busiest plane: m s where a message covers all P planes evenly; a smaller message of n
//!     packets covers n consecutive planes, the next message starts one plane further, so a plane meets
//!     floor(m / P) rounds of n packets and min(n, m mod P) of the round begun.
double burst_ns(PathModel const& path, std::uint32_t messages, std::int64_t bytes, double per_peer_ns);

//! The ranks that one rank reaches over one network, and how far away they are.
//!
//! A leaf is the ranks below the same first switches. One way without serialisation, ns:
//!   t_near = t_leaf + p       to a rank of the own leaf                             (2)
//!   t_far  = t_path + h p     to another leaf                                       (3)
//! p   one packet where switches store and forward (hop_packet_ns), in one switch or h =
//! PathModel::far_switches.
//!     A network without leaves (leaf_ranks = 0) is one leaf, with t_near = t_path + p. Below cores the
//!     farthest leaf stands for all.
class Reach {
public:
    //! The ranks from the nearest `own` consecutive ones up to `all`; `own` are reached otherwise.
    Reach(PathModel const& path, std::uint32_t own, std::uint32_t all, std::uint32_t leaf);

    std::uint32_t peers() const { return all_ - own_; }
    std::uint32_t peers_beyond_leaf() const { return all_ - leaf_; }
    std::uint32_t leaf_ranks() const { return leaf_; }
    PathModel const& path() const { return path_; }
    double nearest_ns() const { return leaf_ > own_ ? near_ns_ : far_ns_; }
    double farthest_ns() const { return leaf_ < all_ ? far_ns_ : near_ns_; }
    //! Between two of the ranks 0 .. all - 1.
    double way_ns(std::uint32_t from, std::uint32_t to) const
    {
        return from / leaf_ == to / leaf_ ? near_ns_ : far_ns_;
    }

    //! b(m) + t_far of a message of `bytes` to each peer, nearest successor first: the last rank to be done.
    double last_ns(std::int64_t bytes, double per_peer_ns) const;

    //! When the first rank is done, which is at the end of a leaf: its messages from the leaf come last.
    //!
    //!   max( b(m) + t_near, b(m_far) + t_far + q )                                  (4)
    //!   q = min( b(m) - b(m_far), max( 0, b(m) + t_near - t_far ) )
    //!
    //! m, m_far   peers, and those of them in other leaves
    //! q          what is left of the messages from the own leaf when those from others begin to arrive; 0
    //!            where software spaces messages, so that none meet
    //! What is done in a row by all ranks takes at least this each time, and last_ns the last time.
    double least_ns(std::int64_t bytes, double per_peer_ns) const;

    //! What the links upwards of a leaf take where each of its ranks sends a message of `bytes` to each peer
    //! in another leaf, `rounds` times, ns; 0 where there is no other leaf.
    //!
    //!   rounds w m_far / u + t_far                                                  (5)
    //!
    //! w   wire_ns of one message;  u  PathModel::up_share
    double upwards_ns(std::int64_t bytes, std::uint32_t rounds) const;

private:
    PathModel const& path_;
    std::uint32_t own_;
    std::uint32_t all_;
    std::uint32_t leaf_;  //!< own_ .. all_
    double near_ns_;
    double far_ns_;
};

//! Over the links within a domain: the other ranks of the domain.
Reach inside_reach(Domains const& domains, Paths const& paths);

//! Over NICs: the ranks of all other domains.
Reach outside_reach(Domains const& domains, Paths const& paths);

//! Over NICs: the ranks with the own place in the other domains. They count as 1 .. R.
Reach rail_reach(Domains const& domains, Paths const& paths);

//! A message of `bytes` from every rank to every other at once, links and NICs side by side, ns.
struct Exchange {
    double last_ns = 0;   //!< until the last rank is done
    double least_ns = 0;  //!< until the first is
};

//!   x = max( in, out, (N - 2) t_peer + s + t_near )                                 (6)
//!
//! in, out   last_ns or least_ns over the L - 1 ranks of the domain and the N - L of others; messages of both
//!           leave in one order, the last, to the predecessor, ready (N - 2) t_peer after the first
Exchange exchange_of(CollectiveCall const& call, Paths const& paths, std::int64_t bytes);

//! (5) over the network whose leaves take longer.
double upwards_ns(CollectiveCall const& call, Paths const& paths, std::int64_t bytes, std::uint32_t rounds);

}  // namespace copperwall
