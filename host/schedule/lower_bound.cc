#include <algorithm>
#include <vector>

#include "host/schedule/domains.h"
#include "host/schedule/expert_traffic.h"

namespace copperwall {

namespace {

//! Bytes that must leave a part of consecutive ranks, or enter it, of the part where they are most.
class PartTraffic {
public:
    PartTraffic(std::string const& op, CollectiveCall const& call, Domains const& domains,
                bool once_per_domain, bool in_network)
        : op_(op), call_(call), domains_(domains), in_network_(in_network)
    {
        if (op != "all_to_all") return;
        once_per_domain_ = once_per_domain && domains.count > 1;
        if (skewed(call)) tokens_ = &token_counts(call);
    }

    //! Of parts of n ranks, where n divides N.
    double bytes(std::uint32_t n) const
    {
        if (n == domains_.ranks) return 0;
        if (in_network_ && op_ == "all_reduce") return static_cast<double>(call_.bytes);
        if (once_per_domain_) return tokens_ != nullptr ? distinct_bytes(n) : alike_distinct_bytes(n);
        if (tokens_ != nullptr) return picked_bytes(n);
        std::uint32_t const each = op_ == "all_to_all" ? n : 1;
        return each * busbw_factor(op_, domains_.ranks / n) * static_cast<double>(call_.bytes);
    }

private:
    double picked_bytes(std::uint32_t n) const
    {
        std::vector<std::int64_t> out(domains_.gpus() / n), in(domains_.gpus() / n);
        for (std::uint32_t from = 0; from != domains_.gpus(); ++from) {
            std::uint32_t const first = from - domains_.rank_of(from);
            for (std::uint32_t to = first; to != first + domains_.ranks; ++to) {
                if (from / n == to / n) continue;
                std::int64_t const bytes = tokens_->picked_bytes(from, to);
                out[from / n] += bytes;
                in[to / n] += bytes;
            }
        }
        return static_cast<double>(std::max(largest(out), largest(in)));
    }

    //! A token must enter a domain once, a leaf of several domains once, and a gpu once for all its experts
    //! there; within a domain nothing is certain.
    double alike_distinct_bytes(std::uint32_t n) const
    {
        if (n == 1)
            return busbw_factor(op_, domains_.ranks) * static_cast<double>(call_.bytes) / most_picks();
        if (n < domains_.size) return 0;
        return (domains_.ranks - n) * expected_distinct_bytes(call_);
    }

    double distinct_bytes(std::uint32_t n) const
    {
        if (n != 1 && n < domains_.size) return 0;
        std::vector<std::int64_t> in(domains_.gpus() / n);
        for (std::uint32_t from = 0; from != domains_.gpus(); ++from) {
            std::uint32_t const first = from - domains_.rank_of(from);
            for (std::uint32_t to = first; to != first + domains_.ranks; to += n)
                if (from / n != to / n)
                    in[to / n] += n == 1 ? tokens_->picked_bytes(from, to) : most(from, to, n);
        }
        return static_cast<double>(largest(in)) / (n == 1 ? most_picks() : 1);
    }

    //! Distinct bytes for that domain of the n ranks from `first` on which gets most of them.
    std::int64_t most(std::uint32_t from, std::uint32_t first, std::uint32_t n) const
    {
        std::int64_t most = 0;
        for (std::uint32_t to = first; to < first + n; to += domains_.size)
            most = std::max(most, tokens_->distinct_bytes(from, domains_.domain_of(to)));
        return most;
    }

    //! Of one token by one rank's experts.
    std::uint32_t most_picks() const
    {
        return std::min(call_.experts->top_k, call_.experts->experts / call_.ranks);
    }

    static std::int64_t largest(std::vector<std::int64_t> const& bytes)
    {
        return *std::max_element(bytes.begin(), bytes.end());
    }

    std::string const& op_;
    CollectiveCall const& call_;
    Domains const& domains_;
    bool in_network_;
    bool once_per_domain_ = false;
    TokenCounts const* tokens_ = nullptr;
};

//! Ranks of a leaf where leaves part the `all` ranks of a network evenly, else 0.
std::uint32_t leaf_of(PathModel const& path, std::uint32_t all)
{
    bool const parts = path.leaf_ranks != 0 && path.leaf_ranks < all && all % path.leaf_ranks == 0;
    return parts ? path.leaf_ranks : 0;
}

double longest_cut_ns(PartTraffic const& traffic, Domains const& d, Paths const& paths)
{
    bool const several = d.count > 1;
    double const in = paths.inside.port_rate_GBps;
    double const out = several ? paths.outside.port_rate_GBps : 0;
    double cut = traffic.bytes(1) / (in + out);
    if (std::uint32_t const q = leaf_of(paths.inside, d.size); q != 0)
        cut = std::max(cut, traffic.bytes(q) / (q * (in * paths.inside.up_share + out)));
    if (!several) return cut;
    cut = std::max(cut, traffic.bytes(d.size) / (d.size * out));
    if (std::uint32_t const q = leaf_of(paths.outside, d.ranks); q != 0 && q % d.size == 0)
        cut = std::max(cut, traffic.bytes(q) / (q * out * paths.outside.up_share));
    return cut;
}

double shortest_way_ns(Domains const& d, Paths const& paths)
{
    if (d.count == 1) return paths.inside.path_ns;
    return d.size == 1 ? paths.outside.path_ns : std::min(paths.inside.path_ns, paths.outside.path_ns);
}

double lower_bound_ns(std::string const& op, CollectiveCall const& call, Paths const& paths,
                      bool once_per_domain, bool in_network)
{
    Domains const d = domains_of(call, paths);
    PartTraffic const traffic(op, call, d, once_per_domain, in_network);
    return longest_cut_ns(traffic, d, paths) + shortest_way_ns(d, paths);
}

}  // namespace

double lower_bound_ns(std::string const& op, CollectiveCall const& call, Paths const& paths)
{
    return lower_bound_ns(op, call, paths, call.experts.has_value(), false);
}

double lower_bound_ns(Algorithm const& algorithm, CollectiveCall const& call, Paths const& paths)
{
    return lower_bound_ns(algorithm.op, call, paths, algorithm.once_per_domain, algorithm.in_switches());
}

}  // namespace copperwall
