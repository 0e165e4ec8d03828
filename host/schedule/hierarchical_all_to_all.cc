#include "host/schedule/hierarchical_all_to_all.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "cuda/link_delay.h"
#include "host/schedule/closed_form.h"
#include "host/schedule/direct_all_to_all.h"
#include "host/schedule/expert_traffic.h"
#include "host/schedule/family_table.h"
#include "host/schedule/port_loads.h"

namespace copperwall {

namespace {

enum class Crossing : std::uint8_t { every_pick, every_token_once };

//! What is sent from whom to whom, of both kinds of traffic.
class TwoHops {
public:
    TwoHops(CollectiveCall const& call, Crossing crossing)
        : domains_(domains_of(call)),
          crossing_(crossing),
          tokens_(skewed(call) ? &token_counts(call) : nullptr)
    {
        chunk_ = share_bytes(call.bytes, call.ranks, 0);
        crossing_bytes_ = chunk_ * domains_.size;
        if (crossing == Crossing::every_token_once && tokens_ == nullptr)
            crossing_bytes_ = share_bytes(std::llround(std::ceil(expected_distinct_bytes(call))), 1, 0);
    }

    Domains const& domains() const { return domains_; }
    bool skewed_traffic() const { return tokens_ != nullptr; }
    std::int64_t chunk() const { return chunk_; }                    //!< of one pair, where all are alike
    std::int64_t crossing_bytes() const { return crossing_bytes_; }  //!< to one domain, where all are alike

    //! The rank with the sender's place, `offset` domains further.
    std::uint32_t partner(std::uint32_t gpu, std::int64_t offset) const
    {
        std::uint32_t const rank = domains_.rank_of(gpu);
        return gpu - rank + affine_mod(rank + offset * domains_.size, domains_.ranks);
    }

    //! Of skewed traffic: for one rank.
    std::int64_t bytes_for(std::uint32_t source, std::uint32_t receiver) const
    {
        return tokens_->picked_bytes(source, receiver);
    }

    //! Of skewed traffic: for the domain of `receiver`.
    std::int64_t bytes_across(std::uint32_t source, std::uint32_t receiver) const
    {
        if (crossing_ == Crossing::every_token_once)
            return tokens_->distinct_bytes(source, domains_.domain_of(receiver));
        std::int64_t sum = 0;
        std::uint32_t const first = receiver - receiver % domains_.size;
        for (std::uint32_t i = 0; i != domains_.size; ++i) sum += bytes_for(source, first + i);
        return sum;
    }

private:
    Domains domains_;
    Crossing crossing_;
    TokenCounts const* tokens_;
    std::int64_t chunk_ = 0;
    std::int64_t crossing_bytes_ = 0;
};

//! Builds the families in the order in which a gpu sends what is ready at once.
class Builder {
public:
    Builder(CollectiveCall const& call, TwoHops const& hops) : hops_(hops)
    {
        step_fs_ = ceil_to_fs(call.step_ns);
        spacing_fs_ = ceil_to_fs(call.per_peer_ns);
        schedule_.gpus = hops.domains().gpus();
        schedule_.counters = hops.domains().count - 1;
        schedule_.steps = 2;
        schedule_.launch_fs = ceil_to_fs(call.launch_ns);
    }

    Schedule build()
    {
        std::uint32_t const domains = hops_.domains().count;
        for (std::uint32_t offset = 1; offset != domains; ++offset) add_crossing(offset);
        if (hops_.domains().size == 1) return std::move(schedule_);
        add_within(0);
        for (std::uint32_t offset = 1; offset != domains; ++offset) add_within(offset);
        return std::move(schedule_);
    }

private:
    //! To the domain `offset` further, which counts its arrival on a counter of that offset.
    void add_crossing(std::uint32_t offset)
    {
        Family f;
        f.count = 1;
        f.group = hops_.domains().ranks;
        f.peer_0 = static_cast<std::int32_t>(offset * hops_.domains().size);
        f.bytes = hops_.crossing_bytes();
        f.signal = offset - 1;
        f.delay_fs = step_fs_ + (offset - 1) * spacing_fs_;
        if (hops_.skewed_traffic())
            put_table(schedule_, f, [&](auto from, auto to) { return hops_.bytes_across(from, to); });
        schedule_.families.push_back(f);
    }

    //! To the other ranks of the domain: what came from the domain `offset` before, or the rank's own.
    void add_within(std::uint32_t offset)
    {
        Family f;
        f.count = hops_.domains().size - 1;
        f.group = hops_.domains().size;
        f.peer_k = 1;
        f.peer_0 = 1;
        f.bytes = hops_.chunk();
        f.delay_fs = step_fs_;
        f.spacing_fs = spacing_fs_;
        if (offset != 0) {
            f.wait = offset - 1;
            f.need_0 = 1;
            f.step_0 = 1;
        }
        if (hops_.skewed_traffic())
            put_table(schedule_, f, [&](auto from, auto to) {
                return hops_.bytes_for(hops_.partner(from, -std::int64_t{offset}), to);
            });
        schedule_.families.push_back(f);
    }

    TwoHops const& hops_;
    Time step_fs_ = 0;
    Time spacing_fs_ = 0;
    Schedule schedule_;
};

//! The closed form of traffic without a rule.
class SkewedForm {
public:
    SkewedForm(CollectiveCall const& call, Paths const& paths, TwoHops const& hops)
        : call_(call),
          paths_(paths),
          hops_(hops),
          domains_(hops.domains()),
          loads_(domains_, paths),
          least_forward_ns_(domains_.gpus(), std::numeric_limits<double>::infinity())
    {
        for (std::uint32_t gpu = 0; gpu != domains_.gpus(); ++gpu) {
            forward_ns(gpu, 0);
            cross(gpu);
        }
    }

    double total_ns() const
    {
        double crossed = chain_ns_;
        for (std::uint32_t gpu = 0; gpu != domains_.gpus(); ++gpu) {
            double const arrived = loads_.into_nic_ns(gpu);
            if (arrived != 0) crossed = std::max(crossed, arrived + least_forward_ns_[gpu]);
        }
        return call_.launch_ns + call_.step_ns + std::max(loads_.busiest_ns(), crossed);
    }

private:
    //! All messages of one NIC, one after another.
    void cross(std::uint32_t source)
    {
        double free_ns = 0;
        for (std::uint32_t offset = 1; offset != domains_.count; ++offset) {
            std::uint32_t const to = hops_.partner(source, offset);
            std::int64_t const bytes = hops_.bytes_across(source, to);
            if (bytes == 0) continue;
            loads_.add(source, to, bytes);
            double const alone = loads_.alone_ns(source, to, bytes);
            double const start = std::max(free_ns, (offset - 1) * call_.per_peer_ns);
            free_ns = start + wire_ns(paths_.outside, bytes);
            double const forwarded = forward_ns(to, offset);
            chain_ns_ = std::max(chain_ns_, start + alone + forwarded);
            least_forward_ns_[to] = std::min(least_forward_ns_[to], forwarded);
        }
    }

    //! Time for `gpu` to send what came from the domain `offset` before, its own step included; 0 where that
    //! is all for itself.
    double forward_ns(std::uint32_t gpu, std::uint32_t offset)
    {
        std::uint32_t const source = hops_.partner(gpu, -std::int64_t{offset});
        std::uint32_t const first = gpu - gpu % domains_.size;
        double sum = 0;
        for (std::uint32_t to = first; to != first + domains_.size; ++to) {
            if (to == gpu) continue;
            std::int64_t const bytes = hops_.bytes_for(source, to);
            if (bytes == 0) continue;
            loads_.add(gpu, to, bytes);
            sum += wire_ns(paths_.inside, bytes);
        }
        return sum == 0 ? 0 : call_.step_ns + sum + inside_reach(domains_, paths_).nearest_ns();
    }

    CollectiveCall const& call_;
    Paths const& paths_;
    TwoHops const& hops_;
    Domains domains_;
    PortLoads loads_;
    std::vector<double> least_forward_ns_;  //!< [gpu]
    double chain_ns_ = 0;
};

double alike_ns(CollectiveCall const& call, Paths const& paths, TwoHops const& hops)
{
    Domains const& d = hops.domains();
    Reach const in = inside_reach(d, paths);
    Reach const rail = rail_reach(d, paths);
    std::int64_t const chunk = hops.chunk(), crossing = hops.crossing_bytes();
    double const arrived = call.step_ns + rail.last_ns(crossing, call.per_peer_ns);
    double crossed = arrived, links = 0;
    if (d.size > 1) {
        crossed += call.step_ns + in.last_ns(chunk, call.per_peer_ns);
        links = d.count * (d.size - 1) * wire_ns(paths.inside, chunk) + in.farthest_ns();
    }
    double const up = std::max(in.upwards_ns(chunk, d.count), rail.upwards_ns(crossing, 1));
    return call.launch_ns + std::max(crossed, call.step_ns + std::max(links, up));
}

Schedule make(CollectiveCall const& call, Crossing crossing)
{
    TwoHops const hops(call, crossing);
    return Builder(call, hops).build();
}

double closed_form_ns(CollectiveCall const& call, Paths const& paths, Crossing crossing)
{
    TwoHops const hops(call, crossing);
    if (hops.skewed_traffic()) return SkewedForm(call, paths, hops).total_ns();
    return alike_ns(call, paths, hops);
}

void require_experts(CollectiveCall const& call)
{
    if (!call.experts)
        throw std::invalid_argument(
            "all_to_all deduplicated needs tokens: add experts, top_k and token_bytes to the collective");
}

}  // namespace

Schedule hierarchical_all_to_all(CollectiveCall const& call)
{
    if (domains_of(call).count == 1) return direct_all_to_all(call);
    return make(call, Crossing::every_pick);
}

Schedule deduplicated_all_to_all(CollectiveCall const& call)
{
    bool const one_domain = domains_of(call).count == 1;
    require_experts(call);
    if (one_domain) return direct_all_to_all(call);
    return make(call, Crossing::every_token_once);
}

double hierarchical_all_to_all_ns(CollectiveCall const& call, Paths const& paths)
{
    if (domains_of(call, paths).count == 1) return direct_all_to_all_ns(call, paths);
    return closed_form_ns(call, paths, Crossing::every_pick);
}

double deduplicated_all_to_all_ns(CollectiveCall const& call, Paths const& paths)
{
    bool const one_domain = domains_of(call, paths).count == 1;
    require_experts(call);
    if (one_domain) return direct_all_to_all_ns(call, paths);
    return closed_form_ns(call, paths, Crossing::every_token_once);
}

}  // namespace copperwall
