//! What a fabric costs, how often it fails, and how much of the year a job on it works: closed forms.
#pragma once

#include "cuda/chance.h"

namespace copperwall {

inline constexpr std::uint32_t kMostUncertain = 64;
inline constexpr double kHoursPerYear = 8766;  //!< of a Julian year

//! Parts that fail alike. Failures in FIT are failures of one part in 1e9 h. No padding: it goes to devices.
struct FaultyParts {
    std::uint64_t count = 0;         //!< of the whole fabric
    double lost = 0;                 //!< share of the job's rate while one of them is out, 0 .. 1
    std::uint32_t failures_fit = 0;  //!< row of RiskInput::quantities
    std::uint32_t repair_h = 0;      //!< same
    std::uint16_t stops = 0;         //!< 1: its failure stops the job, which goes back to a checkpoint
    std::uint16_t takes_trays = 0;   //!< trays of gpus that are out while one is: RiskInput::trays
    std::uint32_t gpu = 0;           //!< 1: no part of the interconnect
};

//! What is bought by the Gb/s.
struct PricedParts {
    double Gbps = 0;
    std::uint64_t usd_per_Gbps = 0;  //!< row of RiskInput::quantities
};

//! Plain numbers and pointers into arrays of the backend's memory.
struct RiskInput {
    Uncertain const* quantities = nullptr;
    FaultyParts const* faulty = nullptr;
    PricedParts const* priced = nullptr;
    std::uint32_t quantity_count = 0;  //!< <= kMostUncertain
    std::uint32_t faulty_count = 0;
    std::uint32_t priced_count = 0;
    std::uint32_t checkpoint_h = 0;  //!< rows of quantities: time between checkpoints
    std::uint32_t restart_h = 0;     //!< and from a failure to where the last one was taken
    std::uint32_t domains = 0;
    std::uint32_t trays = 0;        //!< of gpus in a domain, spares included
    std::uint32_t spare_trays = 0;  //!< of these: the job goes on without so many
};

enum RiskFigure : int {
    kCost,             //!< of link ends and switch cores, USD
    kFailures,         //!< of the interconnect's parts, 1/year
    kAvailability,     //!< share of a year in which the job has all its gpus and ways between them
    kGoodput,          //!< share of a year's collectives that are done and kept
    kGoodputWithGpus,  //!< the same where gpus fail, too
    kRiskFigures
};

//! Of one draw, or at the typical values.
struct Risk {
    double of[kRiskFigures] = {};
};

//! x^n by squaring: the same bits everywhere.
CW_HD inline double whole_power(double x, std::uint64_t n)
{
    double product = 1;
    for (; n != 0; n >>= 1, x *= x)
        if ((n & 1) != 0) product *= x;
    return product;
}

//! Share of the time that a part is out, which is repaired as soon as it fails.
//!
//!   u = f R / (1 + f R)                                                            (1)
//!
//! f   failures of a part       [1/h]
//! R   time to repair           [h]
//! Source: alternating renewal, R. E. Barlow, F. Proschan, "Mathematical Theory of Reliability", 1965, ch. 3.
CW_HD inline double share_out(double failures_times_repair)
{
    return failures_times_repair / (1 + failures_times_repair);
}

//! That at most k of n parts are out, each independently for a share u of the time.
//!
//!   P = sum_{i <= k} C(n, i) u^i (1 - u)^(n - i)                                   (2)
//!
//! Valid where (1 - u)^n is no less than the least double: n u below 700.
CW_HD inline double at_most_out(std::uint32_t n, std::uint32_t k, double u)
{
    if (k >= n) return 1;
    double term = whole_power(1 - u, n);
    double sum = term;
    for (std::uint32_t i = 1; i <= k; ++i) {
        term = term * (n - i + 1) / i * (u / (1 - u));
        sum += term;
    }
    return sum < 1 ? sum : 1;
}

//! What (3) to (6) are made of.
struct RiskSums {
    double failures_per_h = 0;  //!< of the interconnect
    double stops_per_h = 0;
    double tray_fR = 0;  //!< sum of f R over the parts whose repair takes one tray out
    double whole = 1;    //!< share of the time in which nothing is out that the job cannot do without
    double rate = 1;     //!< mean share of its rate, by what it can do without
};

CW_HD inline RiskSums sum_faults(RiskInput const& in, double const* drawn, bool gpus)
{
    RiskSums s;
    double const all_trays = static_cast<double>(in.domains) * in.trays;
    for (std::uint32_t i = 0; i != in.faulty_count; ++i) {
        FaultyParts const& p = in.faulty[i];
        if (p.gpu != 0 && !gpus) continue;
        double const f = drawn[p.failures_fit] * 1e-9;
        double const fR = f * drawn[p.repair_h];
        auto const count = static_cast<double>(p.count);
        if (p.gpu == 0) s.failures_per_h += count * f;
        double const at_work = p.takes_trays == 0 ? 1 : 1 - static_cast<double>(in.spare_trays) / in.trays;
        if (p.stops != 0) s.stops_per_h += at_work * count * f;
        if (p.takes_trays != 0)
            s.tray_fR += p.takes_trays * count / all_trays * fR;
        else if (p.lost >= 1)
            s.whole *= whole_power(1 - share_out(fR), p.count);
        else
            s.rate *= whole_power(1 - p.lost * share_out(fR), p.count);
    }
    if (in.trays != 0)
        s.whole *= whole_power(at_most_out(in.trays, in.spare_trays, share_out(s.tray_fR)), in.domains);
    return s;
}

//! Share of the work that is kept, of a job that goes back to its last checkpoint at every stop.
//!
//!   G = A r / (1 + s (t_r + t_c / 2))                                              (3)
//!
//! A     share of the time in which the job has all it needs (2)            [1]
//! r     mean of its rate then, over that of a whole fabric                  [1]
//! s     stops                                                              [1/h]
//! t_r   restart;  t_c   time between checkpoints: half of it is lost on average   [h]
CW_HD inline double kept(RiskSums const& s, double checkpoint_h, double restart_h)
{
    return s.whole * s.rate / (1 + s.stops_per_h * (restart_h + checkpoint_h / 2));
}

//! All of it for one draw.
//!
//!   cost = sum c_i R_i                       c price [USD/(Gb/s)], R rate bought [Gb/s]       (4)
//!   failures = sum n_i f_i                   n parts, all kinds i of the interconnect         (5)
//!   A = prod_{l_i = 1} (1 - u_i)^n_i x P(trays)^domains,   r = prod_{l_i < 1} (1 - l_i u_i)^n_i   (6)
//!
//! l   share of the job's rate that is lost while a part is out. Parts fail independently and are repaired at
//!     once; losses multiply, so that two planes of 18 out cost 1 - (17/18)^2, not 2/18. Of what takes a
//!     tray, the share of trays that are spare stops nothing; parts that take several trays take them
//!     independently.
//! Valid for a collective that is bound by bandwidth: latency does not change while a plane is out.
CW_HD inline Risk risk_of(RiskInput const& in, double const* drawn)
{
    Risk r;
    for (std::uint32_t i = 0; i != in.priced_count; ++i)
        r.of[kCost] += in.priced[i].Gbps * drawn[in.priced[i].usd_per_Gbps];
    RiskSums const network = sum_faults(in, drawn, false);
    RiskSums const all = sum_faults(in, drawn, true);
    double const checkpoint_h = drawn[in.checkpoint_h];
    double const restart_h = drawn[in.restart_h];
    r.of[kFailures] = network.failures_per_h * kHoursPerYear;
    r.of[kAvailability] = network.whole;
    r.of[kGoodput] = kept(network, checkpoint_h, restart_h);
    r.of[kGoodputWithGpus] = kept(all, checkpoint_h, restart_h);
    return r;
}

CW_HD inline Risk typical_risk(RiskInput const& in)
{
    double values[kMostUncertain] = {};
    for (std::uint32_t i = 0; i != in.quantity_count; ++i) values[i] = in.quantities[i].typical;
    return risk_of(in, values);
}

//! Of draw `number`: every quantity drawn once, for all its parts.
CW_HD inline Risk drawn_risk(RiskInput const& in, std::uint64_t seed, std::uint64_t number)
{
    double values[kMostUncertain] = {};
    for (std::uint32_t i = 0; i != in.quantity_count; ++i) values[i] = draw(in.quantities[i], seed, number);
    return risk_of(in, values);
}

}  // namespace copperwall
