#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "host/schedule/pipeline_form.h"
#include "host/schedule/switch_reduce.h"
#include "host/schedule/switch_reduce_racks.h"

namespace copperwall {

namespace {

//! A rank's link up and its unit's link down; from inlets to outlets; of a rank's link down the same. Times
//! of a unit's link are those at which the rank's could have sent.
class Form {
public:
    Form(CollectiveCall const& call, PathModel const& path, SwitchWork work)
        : software_(software_in_switches(call)), rounds_(chunks_of(call)), work_(work)
    {
        std::int64_t const share = chunk_bytes(call) / call.ranks;
        std::uint32_t const rack = ranks_below_switches(call);
        std::uint32_t const racks = call.ranks / rack;
        std::int64_t const block = share * racks;
        one_ns_ = message_ns(path, share);
        all_ns_ = burst_ns(path, rack, block, 0);
        block_ns_ = message_ns(path, block);
        spaced_ns_ = (rack - 1) * software_.per_peer_ns + block_ns_;
        unit_ns_ = path.path_ns + *path.reduce_ns + 2 * path.hop_packet_ns;
        start_ns_ = software_.launch_ns + work.ways() * path.path_ns;
        if (racks == 1) return;
        two_units_ = true;
        unit_ns_ += *path.reduce_ns + path.far_switches * path.hop_packet_ns;
        set_across(path, racks, share);
    }

    double total_ns()
    {
        std::uint32_t const behind = work_.reduces && work_.copies ? 1 : 0;
        for (std::uint32_t c = 0; c != rounds_ + behind; ++c) {
            if (work_.reduces && c != rounds_) reduce(c);
            if (work_.copies && c >= behind) copy(c - behind);
        }
        return start_ns_ + end_ns_;
    }

private:
    //! (4)
    void set_across(PathModel const& path, std::uint32_t racks, std::int64_t share)
    {
        double const all = burst_ns(path, racks, share, 0);
        double const far = burst_ns(path, racks - 1, share, 0);
        double const lead =
            path.path_ns - 1.5 * path.leaf_path_ns + (path.far_switches - 1) * path.hop_packet_ns;
        double const alone = far + std::clamp(all - lead, 0.0, all - far);
        double const shared = (racks - 1) * wire_ns(path, share) / path.up_share;
        std::int64_t const packet = std::int64_t{path.format.payload_bytes} * path.planes;
        double const turns = std::ceil(1 / path.up_share) - 1;
        across_load_ns_ = std::max(all, shared);
        across_ns_ = std::max(alone, shared);
        early_ns_ = across_ns_ - std::max(alone, shared - turns * message_ns(path, std::min(share, packet)));
    }

    //! When a unit's batch has left the way between racks.
    double crossed(double sent)
    {
        return across_.send_ns(sent, across_load_ns_, 0) - across_load_ns_ + across_ns_;
    }

    void reduce(std::uint32_t round)
    {
        double const sent = up_.send_ns(closed(summed_ns_, round) + software_.step_ns, all_ns_, spaced_ns_);
        summed_ns_.push_back(arrived(down_.send_ns(crossed(sent), one_ns_, one_ns_)));
    }

    void copy(std::uint32_t round)
    {
        double const sent = up_.send_ns(stored(round) + software_.step_ns, one_ns_, one_ns_);
        received_ns_.push_back(arrived(down_.send_ns(crossed(sent), all_ns_, block_ns_)));
    }

    //! When the first rank may store its share of the round.
    double stored(std::uint32_t round) const
    {
        if (work_.reduces) return summed_ns_[round] - early_ns_;
        return two_units_ ? closed(received_ns_, round) : 0;
    }

    //! When the round closed that this one waits for.
    static double closed(std::vector<double> const& ends, std::uint32_t round)
    {
        return round < kOpenRounds ? 0 : ends[round - kOpenRounds];
    }

    double arrived(double sent_ns)
    {
        end_ns_ = std::max(end_ns_, sent_ns + unit_ns_);
        return sent_ns + unit_ns_;
    }

    RankSoftware software_;
    std::uint32_t rounds_;
    SwitchWork work_;
    bool two_units_ = false;
    double one_ns_, all_ns_, block_ns_, spaced_ns_, unit_ns_, start_ns_;
    double across_load_ns_ = 0, across_ns_ = 0;
    double early_ns_ = 0;  //!< by which the first rank has its sum before the last
    double end_ns_ = 0;
    PortQueue up_, across_, down_;
    std::vector<double> summed_ns_, received_ns_;  //!< [round]
};

}  // namespace

double switch_form_ns(CollectiveCall const& call, Paths const& paths, SwitchWork work)
{
    if (!paths.inside.reduce_ns)
        throw std::invalid_argument(
            "switch_reduce needs a fabric of one domain whose first switches reduce (reduce_latency_ns in "
            "its "
            "file)");
    return Form(call, paths.inside, work).total_ns();
}

}  // namespace copperwall
