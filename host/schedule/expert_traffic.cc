#include "host/schedule/expert_traffic.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "host/schedule/domains.h"
#include "host/schedule/expert_draw.h"

namespace copperwall {

namespace {

[[noreturn]] void refuse(std::string const& problem)
{
    throw std::invalid_argument(problem);
}

void check_experts(CollectiveCall const& call)
{
    ExpertTraffic const& e = *call.experts;
    if (e.experts == 0 || e.experts % call.ranks != 0)
        refuse(std::to_string(e.experts) + " experts cannot be shared alike by " +
               std::to_string(call.ranks) + " ranks; choose a multiple of the ranks");
    if (e.top_k == 0 || e.top_k > e.experts)
        refuse("top_k = " + std::to_string(e.top_k) + " is not within 1 .. " + std::to_string(e.experts) +
               ", the experts");
    if (e.token_bytes <= 0) refuse("token_bytes = " + std::to_string(e.token_bytes) + " is not above 0");
    if (!(e.zipf >= 0)) refuse("zipf = " + std::to_string(e.zipf) + " is below 0");
}

std::int64_t tokens_of(CollectiveCall const& call)
{
    std::int64_t const token = call.experts->token_bytes * call.experts->top_k;
    if (call.bytes <= 0 || call.bytes % token != 0)
        refuse(std::to_string(call.bytes) + " bytes are no whole number of tokens of " +
               std::to_string(call.experts->top_k) + " x " + std::to_string(call.experts->token_bytes) +
               " bytes; choose a multiple of " + std::to_string(token));
    if (call.bytes / token > UINT32_MAX / call.experts->top_k)
        refuse("more than 2^32 - 1 picks of one rank; choose fewer bytes");
    return call.bytes / token;
}

//! A generator for each sender, far from its neighbours'. Source of the mix: Steele, Lea, Flood, OOPSLA 2014,
//! doi:10.1145/2660193.2660195 (SplitMix64).
std::mt19937_64 generator(std::uint64_t seed, std::uint64_t stream)
{
    std::uint64_t z = seed + (stream + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return std::mt19937_64(z ^ (z >> 31));
}

constexpr std::uint64_t kPlaces = ~std::uint64_t{1};  //!< the stream of the placement; senders have 0, 1 ...

//! Weight of the expert at each place.
std::vector<std::uint32_t> placed_weights(ExpertTraffic const& e)
{
    std::vector<std::uint32_t> const weights = zipf_weights(e.experts, e.zipf);
    std::vector<std::uint32_t> const places = expert_places(e.experts, e.seed);
    std::vector<std::uint32_t> placed(e.experts);
    for (std::uint32_t i = 0; i != e.experts; ++i) placed[places[i]] = weights[i];
    return placed;
}

//! Draws the tokens of one sender after another.
class Router {
public:
    Router(CollectiveCall const& call, Domains const& domains, TokenCounts& counts)
        : experts_(*call.experts),
          counts_(counts),
          draw_(placed_weights(experts_)),
          reached_by_(domains.count, ~std::uint64_t{0})
    {
        for (std::uint32_t place = 0; place != experts_.experts; ++place)
            rank_of_.push_back(place / (experts_.experts / domains.ranks));
        for (std::uint32_t rank : rank_of_) domain_of_.push_back(rank / domains.size);
    }

    void route(std::uint32_t sender)
    {
        std::mt19937_64 random = generator(experts_.seed, sender);
        std::uint32_t* picks = &counts_.picks[std::size_t{sender} * counts_.ranks];
        std::uint32_t* distinct = &counts_.distinct[std::size_t{sender} * counts_.domains];
        for (std::int64_t token = 0; token != counts_.tokens; ++token, ++token_) {
            draw_.begin_token();
            for (std::uint32_t k = 0; k != experts_.top_k; ++k) {
                std::uint32_t const place = draw_.next(random);
                ++picks[rank_of_[place]];
                std::uint64_t& reached_by = reached_by_[domain_of_[place]];
                if (reached_by != token_) ++distinct[domain_of_[place]];
                reached_by = token_;
            }
        }
    }

private:
    ExpertTraffic const& experts_;
    TokenCounts& counts_;
    ExpertDraw draw_;
    std::vector<std::uint32_t> rank_of_;     //!< [place]
    std::vector<std::uint32_t> domain_of_;   //!< [place]
    std::vector<std::uint64_t> reached_by_;  //!< [domain]: the last token with an expert there
    std::uint64_t token_ = 0;                //!< of all senders, counted through
};

TokenCounts draw_counts(CollectiveCall const& call)
{
    Domains const d = domains_of(call);
    TokenCounts counts;
    counts.ranks = d.ranks;
    counts.domains = d.count;
    counts.tokens = tokens_of(call);
    counts.token_bytes = call.experts->token_bytes;
    counts.picks.resize(std::size_t{d.gpus()} * d.ranks);
    counts.distinct.resize(std::size_t{d.gpus()} * d.count);
    Router router(call, d, counts);
    for (std::uint32_t sender = 0; sender != d.gpus(); ++sender) router.route(sender);
    return counts;
}

//! All that the counts depend on.
auto key_of(CollectiveCall const& call)
{
    ExpertTraffic const& e = *call.experts;
    return std::make_tuple(e.experts, e.top_k, e.token_bytes, e.zipf, e.seed, call.ranks, call.groups,
                           call.domain_ranks, call.bytes);
}

using Key = decltype(key_of(std::declval<CollectiveCall>()));

//! The last few that any thread drew: cells of a study ask for the same again and again.
class Draws {
public:
    std::shared_ptr<TokenCounts const> get(Key const& key, CollectiveCall const& call)
    {
        std::promise<std::shared_ptr<TokenCounts const>> mine;
        auto const [future, is_mine] = find(key, mine);
        if (!is_mine) return future.get();
        try {
            mine.set_value(std::make_shared<TokenCounts const>(draw_counts(call)));
        } catch (...) {
            mine.set_exception(std::current_exception());
        }
        return future.get();
    }

private:
    using Future = std::shared_future<std::shared_ptr<TokenCounts const>>;

    //! What has been drawn, or is being drawn; true: the caller is to draw it for all.
    std::pair<Future, bool> find(Key const& key, std::promise<std::shared_ptr<TokenCounts const>>& mine)
    {
        constexpr std::size_t kMost = 16;  // 2 MB each where 1,152 gpus send to 256 ranks
        std::scoped_lock const lock(mutex_);
        if (auto const found = drawn_.find(key); found != drawn_.end()) return {found->second, false};
        Future const future = mine.get_future().share();
        drawn_.emplace(key, future);
        order_.push_back(key);
        if (order_.size() > kMost) {
            drawn_.erase(order_.front());
            order_.pop_front();
        }
        return {future, true};
    }

    std::mutex mutex_;
    std::map<Key, Future> drawn_;
    std::deque<Key> order_;
};

}  // namespace

bool skewed(CollectiveCall const& call)
{
    if (!call.experts) return false;
    check_experts(call);
    return call.experts->zipf > 0;
}

TokenCounts const& token_counts(CollectiveCall const& call)
{
    thread_local std::optional<Key> last;
    thread_local std::shared_ptr<TokenCounts const> counts;
    Key const key = key_of(call);
    if (last == key) return *counts;
    static Draws draws;
    last.reset();
    counts = draws.get(key, call);
    last = key;
    return *counts;
}

double reached_share(std::uint32_t experts, std::uint32_t held, std::uint32_t top_k)
{
    double missed = 1;
    for (std::uint32_t i = 0; i != top_k; ++i) {
        if (experts - held <= i) return 1;
        missed *= static_cast<double>(experts - held - i) / (experts - i);
    }
    return 1 - missed;
}

double expected_distinct_bytes(CollectiveCall const& call)
{
    ExpertTraffic const& e = *call.experts;
    std::uint32_t const held = e.experts / call.ranks * domains_of(call).size;
    return static_cast<double>(call.bytes) / e.top_k * reached_share(e.experts, held, e.top_k);
}

std::vector<std::uint32_t> zipf_weights(std::uint32_t experts, double zipf)
{
    std::vector<double> shares(experts);
    for (std::uint32_t i = 0; i != experts; ++i) shares[i] = std::pow(i + 1.0, -zipf);
    double const sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    std::vector<std::uint32_t> weights;
    for (double share : shares)
        weights.push_back(std::max(1u, static_cast<std::uint32_t>(std::lround(share / sum * 2147483648.0))));
    return weights;
}

std::vector<std::uint32_t> expert_places(std::uint32_t experts, std::uint64_t seed)
{
    std::vector<std::uint32_t> places(experts);
    std::iota(places.begin(), places.end(), 0u);
    std::mt19937_64 random = generator(seed, kPlaces);
    for (std::uint32_t i = experts; i > 1; --i) std::swap(places[i - 1], places[random() % i]);
    return places;
}

}  // namespace copperwall
