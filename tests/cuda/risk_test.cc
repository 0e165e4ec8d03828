//! The laws of failures and prices: by hand, against published figures, and against a simulation of parts
//! that fail and are repaired, event by event.
#include "cuda/risk_bands.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace copperwall {
namespace {

Uncertain certain(double value)
{
    Uncertain q;
    q.low = q.typical = q.high = value;
    return q;
}

//! Rows 0: hours between checkpoints, 1: hours to restart.
RiskModel job(double checkpoint_h = 0, double restart_h = 0)
{
    RiskModel m;
    m.quantities = {certain(checkpoint_h), certain(restart_h)};
    m.restart_h = 1;
    m.domains = 1;
    return m;
}

std::uint32_t row(RiskModel& m, Uncertain const& q)
{
    m.quantities.push_back(q);
    return static_cast<std::uint32_t>(m.quantities.size() - 1);
}

FaultyParts parts(RiskModel& m, std::uint64_t count, double fit, double repair_h, double lost)
{
    FaultyParts p;
    p.count = count;
    p.lost = lost;
    p.failures_fit = row(m, certain(fit));
    p.repair_h = row(m, certain(repair_h));
    return p;
}

Risk typical(RiskModel const& m)
{
    return typical_risk(m.view());
}

//! P(a domain is short of gpus), f of them out, by the number of spares: the figures of our design.
TEST(AtMostOut, GivesTheBinomialShares)
{
    EXPECT_NEAR(1 - at_most_out(72, 0, 0.005), 0.30, 0.005);
    EXPECT_NEAR(1 - at_most_out(72, 2, 0.005), 0.0058, 0.00005);
    EXPECT_NEAR(1 - at_most_out(576, 2, 0.005), 0.55, 0.005);
    EXPECT_NEAR(1 - at_most_out(576, 8, 0.005), 0.0028, 0.00005);
    EXPECT_EQ(at_most_out(4, 4, 0.9), 1);
}

//! Arfeen et al., Nonuniform-Tensor-Parallelism, arXiv:2504.06095: 1 - (1 - f)^d at f = 0.1 %.
TEST(AtMostOut, GivesThePublishedLossOfLargeDomains)
{
    double const published[][2] = {{72, 7.0}, {144, 13.4}, {576, 43.8}, {1152, 68.4}};
    for (auto const& [domain, percent] : published)
        EXPECT_NEAR(100 * (1 - at_most_out(static_cast<std::uint32_t>(domain), 0, 0.001)), percent, 0.05);
}

//! 10,368 ends of 500 FIT: a failure every 193 h.
TEST(RiskOf, CountsFailuresAYear)
{
    RiskModel m = job();
    m.faulty = {parts(m, 10'368, 500, 1, 0)};
    EXPECT_NEAR(kHoursPerYear / typical(m).of[kFailures], 192.9, 0.05);
}

TEST(RiskOf, AddsPricesUp)
{
    RiskModel m = job();
    m.priced = {{1000, row(m, certain(1.5))}, {200, row(m, certain(0.25))}};
    EXPECT_DOUBLE_EQ(typical(m).of[kCost], 1550);
}

//! One part out for 10 of every 110 h.
TEST(RiskOf, LosesAJobsRateWhileAPartIsOut)
{
    RiskModel m = job();
    m.faulty = {parts(m, 1, 1e7, 10, 1)};  // fails every 100 h
    EXPECT_NEAR(typical(m).of[kAvailability], 100.0 / 110, 1e-12);
    EXPECT_NEAR(typical(m).of[kGoodput], 100.0 / 110, 1e-12);
    m.faulty[0].lost = 0.25;
    EXPECT_EQ(typical(m).of[kAvailability], 1);
    EXPECT_NEAR(typical(m).of[kGoodput], 1 - 0.25 * 10 / 110, 1e-12);
}

//! Stopped every 100 h: half an hour to restart and half of the hour since the last checkpoint.
TEST(RiskOf, GoesBackToACheckpointAtEveryStop)
{
    RiskModel m = job(1, 0.5);
    m.faulty = {parts(m, 1, 1e7, 0, 0)};
    m.faulty[0].stops = 1;
    EXPECT_NEAR(typical(m).of[kGoodput], 100.0 / 101, 1e-12);
    EXPECT_EQ(typical(m).of[kAvailability], 1);
}

//! Two domains of ten trays: with no spare all twenty must be whole, with one nine of ten in both.
TEST(RiskOf, DoesWithoutSpareTrays)
{
    RiskModel m = job();
    m.domains = 2;
    m.trays = 10;
    m.faulty = {parts(m, 40, 1e6, 50, 1)};  // two a tray, each out for 50 of 1,050 h
    m.faulty[0].takes_trays = 1;
    double const u = 0.1 / 1.1;  // of a tray: 2 x 50 / 1,000
    EXPECT_NEAR(typical(m).of[kAvailability], std::pow(1 - u, 20), 1e-12);
    m.spare_trays = 1;
    double const domain = std::pow(1 - u, 10) + 10 * u * std::pow(1 - u, 9);
    EXPECT_NEAR(typical(m).of[kAvailability], domain * domain, 1e-12);
}

TEST(RiskOf, CountsGpusOnlyWhereAsked)
{
    RiskModel m = job(1, 0.5);
    m.trays = 1;
    m.faulty = {parts(m, 1, 1e7, 10, 1)};
    m.faulty[0].gpu = m.faulty[0].takes_trays = m.faulty[0].stops = 1;
    Risk const r = typical(m);
    EXPECT_EQ(r.of[kFailures], 0);
    EXPECT_EQ(r.of[kAvailability], 1);
    EXPECT_EQ(r.of[kGoodput], 1);
    EXPECT_NEAR(r.of[kGoodputWithGpus], 100.0 / 110 * (100.0 / 101), 1e-12);
}

//! A part that fails after an exponential time and is repaired in a fixed one; its rate is multiplied by
//! 1 - lost meanwhile. Means over the time simulated.
class Renewal {
public:
    explicit Renewal(std::uint64_t seed) : random_(seed) {}

    //! Mean of the product over `count` parts, at `samples` random times of independent histories.
    double mean_rate(int count, double failures_per_h, double repair_h, double lost, int samples)
    {
        double sum = 0;
        for (int s = 0; s != samples; ++s) {
            double rate = 1;
            for (int i = 0; i != count; ++i)
                if (out_at(200 * repair_h, failures_per_h, repair_h)) rate *= 1 - lost;
            sum += rate;
        }
        return sum / samples;
    }

private:
    bool out_at(double time, double failures_per_h, double repair_h)
    {
        std::exponential_distribution<double> until_failure(failures_per_h);
        double now = 0;
        for (;;) {
            now += until_failure(random_);
            if (now > time) return false;
            now += repair_h;
            if (now > time) return true;
        }
    }

    std::mt19937_64 random_;
};

TEST(RiskOf, IsTheMeanOfASimulationOfPartsThatFailAndAreRepaired)
{
    constexpr int kSamples = 20'000;
    struct {
        int count;
        double lost;
    } const cases[] = {{5, 1}, {20, 1.0 / 18}, {12, 0.5}};
    for (auto const& c : cases) {
        RiskModel m = job();
        m.faulty = {parts(m, static_cast<std::uint64_t>(c.count), 2e6, 20, c.lost)};  // every 500 h
        double const simulated = Renewal(11).mean_rate(c.count, 0.002, 20, c.lost, kSamples);
        double const error = 4 * c.lost * std::sqrt(c.count * 0.04 / kSamples);
        EXPECT_NEAR(typical(m).of[kGoodput], simulated, error) << c.count << " parts, " << c.lost;
        EXPECT_LT(simulated, 0.99);
    }
}

Uncertain ranged(std::uint64_t key, double low, double typical, double high)
{
    return {key, low, typical, high, std::log(low), std::log(typical), std::log(high), 1};
}

RiskModel priced_by(std::vector<Uncertain> const& prices)
{
    RiskModel m = job();
    for (Uncertain const& price : prices) m.priced.push_back({1000, row(m, price)});
    return m;
}

TEST(RiskBands, OfCertainQuantitiesHaveNoWidth)
{
    RiskModel m = job(1, 0.5);
    m.faulty = {parts(m, 10, 1e5, 10, 0.5)};
    m.priced = {{100, row(m, certain(2))}};
    RiskBands const bands = risk_bands({&m}, 42).front();
    for (Band const& band : bands.of) {
        EXPECT_EQ(band.low, band.typical);
        EXPECT_EQ(band.high, band.typical);
    }
}

//! ln price is triangular over ln 1/4, 0, ln 4: 5 % lie below e^(ln 1/4 + sqrt(0.1) ln 4).
TEST(RiskBands, HoldNineTenthsOfTheDraws)
{
    RiskModel const m = priced_by({ranged(1, 0.25, 1, 4)});
    Band const cost = risk_bands({&m}, 42).front().of[kCost];
    EXPECT_EQ(cost.typical, 1000);
    double const edge = std::pow(4.0, 1 - std::sqrt(0.1));
    EXPECT_NEAR(cost.low, 1000 / edge, 40);
    EXPECT_NEAR(cost.high, 1000 * edge, 150);
}

//! What two fabrics share does not part them: half of the price is the same quantity in both.
TEST(RiskDifference, LeavesOutWhatBothShare)
{
    Uncertain const shared = ranged(1, 0.1, 1, 10);
    RiskModel const a = priced_by({shared, ranged(2, 0.9, 1, 1.1)});
    RiskModel const b = priced_by({shared, ranged(3, 1.9, 2, 2.1)});
    RiskBands const alone = risk_bands({&a}, 42).front();
    Band const apart = risk_difference(a, b, 42).of[kCost];
    EXPECT_DOUBLE_EQ(apart.typical, 1000);
    EXPECT_GT(apart.low, 800);
    EXPECT_LT(apart.high, 1200);
    EXPECT_GT(alone.of[kCost].high - alone.of[kCost].low, 1000);
    Band const same = risk_difference(a, a, 42).of[kCost];
    EXPECT_EQ(same.low, 0);
    EXPECT_EQ(same.high, 0);
}

TEST(RiskModel, SaysWhenItHasTooManyQuantities)
{
    RiskModel const m = priced_by(std::vector<Uncertain>(kMostUncertain, certain(1)));
    EXPECT_THROW(m.view(), std::length_error);
}

}  // namespace
}  // namespace copperwall
