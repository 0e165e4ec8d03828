//! The shipped technologies: what each is known for, and every one of them on NVL72.
#include <gtest/gtest.h>

#include "host/account/run_cell.h"
#include "shipped_technologies.h"

namespace copperwall {
namespace {

// ---- what each technology is known for ----------------------------------------------------------------

TEST(DirectionalFigures, TwoMetresOfCopperTakeTenNanoseconds)
{
    ScenarioSpec const copper = nvl72_all("passive_copper");
    EXPECT_DOUBLE_EQ(link_delay_over(copper, 2).total_ns() - link_delay_over(copper, 0).total_ns(), 10);
    EXPECT_EQ(link_delay_over(copper, 2).added_a_ns + link_delay_over(copper, 2).added_b_ns, 0);
}

TEST(DirectionalFigures, PluggableModulesAddUpTo200NsALink)
{
    EXPECT_GE(added_by_link_ns("dsp_pluggable"), 150);
    EXPECT_LE(added_by_link_ns("dsp_pluggable"), 200);
}

TEST(DirectionalFigures, MostOfWhatAPluggableAddsIsItsDsp)
{
    TechnologySpec const t = technology("dsp_pluggable");
    EXPECT_GT(t.dsp_latency_ns->value / t.added_latency_ns.value, 0.9);
    // The same from the other side: LPO is the module without its DSP.
    EXPECT_LT(added_by_link_ns("lpo") / added_by_link_ns("dsp_pluggable"), 0.1);
}

TEST(DirectionalFigures, DspAndLaserTakeTheirSharesOfModulePower)
{
    TechnologySpec const t = technology("dsp_pluggable");
    EXPECT_NEAR(t.energy_pJ_per_bit[dsp].value / module_pJ_per_bit(t), 0.60, 0.01);
    EXPECT_NEAR(t.energy_pJ_per_bit[laser].value / module_pJ_per_bit(t), 0.15, 0.01);
}

TEST(DirectionalFigures, CoPackagedOpticsHasNoDspAndKeepsThePortsPhy)
{
    for (char const* name : {"cpo", "cpo_gpu", "cpo_davisson"}) {
        TechnologySpec const t = technology(name);
        EXPECT_EQ(t.energy_pJ_per_bit[dsp].high, 0) << name;
        EXPECT_FALSE(t.dsp_latency_ns) << name;
        EXPECT_FALSE(t.phy_latency_ns) << name;
        EXPECT_EQ(added_by_link_ns(name), 2) << name;
        EXPECT_EQ(link_delay_over(nvl72_all(name), 1).phy_ns, 50) << name;
    }
}

// 15 ns in place of the port's 50, and 6 added: 21 ns, within the 20 to 30 ns of a hop of NRZ wavelengths.
TEST(DirectionalFigures, OpticsOnTheInterposerWorksWithoutSerDes)
{
    LinkDelay const delay = link_delay_over(nvl72_all("cpo_interposer"), 0);
    EXPECT_EQ(delay.phy_ns, 15);
    EXPECT_DOUBLE_EQ(delay.phy_ns + delay.added_a_ns + delay.added_b_ns, 21);
    EXPECT_LT(technology("cpo_interposer").energy_pJ_per_bit[host_serdes].value,
              technology("cpo").energy_pJ_per_bit[host_serdes].low);
}

TEST(DirectionalFigures, EndsThatBothWorkWithoutSerDesHaveTheSlowerPhy)
{
    EXPECT_EQ(link_delay_over(nvl72_with("stacked_3d", "cpo_interposer"), 0, Bound::high).phy_ns, 25);
}

// One wall of NRZ wavelengths, the other of PAM4 with FEC: they do not understand each other.
TEST(DirectionalFigures, AnEndWithoutSerDesNeedsAnotherOne)
{
    try {
        build_fabric(nvl72_with("cpo_interposer", "cpo"));
        ADD_FAILURE() << "no error";
    } catch (InputError const& error) {
        ASSERT_EQ(error.diagnostics().size(), 1u);
        EXPECT_EQ(error.diagnostics().front().message,
                  "ends of tier 'rack' do not fit: of 'cpo_interposer' and 'cpo' one works without SerDes, "
                  "the other needs them; use one kind at both ends");
    }
}

// Per module: vendors 9 ns, IEEE contributions 50, 150-200 ns a link 87.5, the same read per module 175.
TEST(DirectionalFigures, LatencyOfADspHasItsFourReadings)
{
    std::vector<std::pair<char const*, double>> const readings = {{"dsp_pluggable_vendor", 9},
                                                                  {"dsp_pluggable_ieee", 50},
                                                                  {"dsp_pluggable", 87.5},
                                                                  {"dsp_pluggable_per_module", 175}};
    for (auto const& [name, ns] : readings) {
        EXPECT_EQ(technology(name).added_latency_ns.value, ns) << name;
        EXPECT_NEAR(module_W(technology(name)), 24, 1e-9) << name;
    }
}

TEST(DirectionalFigures, OnBoardOpticsIsRetimedUnlessSaidOtherwise)
{
    TechnologySpec const retimed = technology("obo");
    EXPECT_EQ(retimed.added_latency_ns.value, technology("dsp_pluggable").added_latency_ns.value);
    EXPECT_DOUBLE_EQ(module_pJ_per_bit(retimed), module_pJ_per_bit(technology("lro")));
    EXPECT_EQ(retimed.repair_unit, "board");
    EXPECT_EQ(technology("obo_linear").energy_pJ_per_bit[dsp].high, 0);
}

// From the faceplate to the chip: 30, 15, 5, 1 and 0.1 cm.
TEST(DirectionalFigures, EachStepBringsTheLightNearerTheChip)
{
    std::vector<std::pair<char const*, double>> const steps = {{"dsp_pluggable", 0.30},
                                                               {"lpo", 0.30},
                                                               {"obo", 0.15},
                                                               {"npo", 0.05},
                                                               {"cpo", 0.01},
                                                               {"cpo_gpu", 0.01},
                                                               {"cpo_interposer", 0.001}};
    for (auto const& [name, m] : steps) EXPECT_EQ(technology(name).host_trace_m.value, m) << name;
}

// ---- every technology that is shipped -----------------------------------------------------------------

class EveryTechnology : public testing::TestWithParam<std::string> {};

TEST_P(EveryTechnology, RunsOnNvl72AndNeverBeatsTheBound)
{
    ScenarioSpec const scenario = nvl72_all(GetParam());
    Fabric const fabric = build_fabric(scenario);
    bool const optical = scenario.technologies.at(GetParam()).carrier == Carrier::optical;
    for (LinkClass const& c : fabric.classes) EXPECT_EQ(c.medium, optical ? "fibre" : "twinax");
    for (std::int64_t const bytes : {std::int64_t{256}, std::int64_t{1} << 20}) {
        Cell const cell = run_cell(scenario, fabric, scenario.collectives.front(), bytes);
        EXPECT_EQ(cell.status, CellStatus::done) << cell.reason;
        EXPECT_GT(cell.lower_bound_us, 0);
        EXPECT_GE(cell.time_us, cell.lower_bound_us);
        EXPECT_GT(cell.pJ_per_bit, 0);
    }
}

void expect_cited(std::string const& what, Quantity const& q)
{
    EXPECT_LE(q.low, q.value) << what;
    EXPECT_LE(q.value, q.high) << what;
    EXPECT_GE(q.source.size(), 10u) << what;
}

TEST_P(EveryTechnology, HasRangeAndSourceForEveryNumber)
{
    TechnologySpec const t = technology(GetParam());
    expect_cited("added_latency_ns", t.added_latency_ns);
    if (t.phy_latency_ns) expect_cited("phy_latency_ns", *t.phy_latency_ns);
    if (t.dsp_latency_ns) expect_cited("dsp_latency_ns", *t.dsp_latency_ns);
    expect_cited("host_trace_m", t.host_trace_m);
    expect_cited("static_fraction", t.static_fraction);
    expect_cited("module_rate_Gbps", t.module_rate_Gbps);
    expect_cited("reach_m", t.reach_m);
    expect_cited("cost_usd_per_Gbps", t.cost_usd_per_Gbps);
    expect_cited("failures_fit", t.failures_fit);
    expect_cited("repair_h", t.repair_h);
    for (std::size_t c = 0; c < t.energy_pJ_per_bit.size(); ++c)
        expect_cited(kComponents[c], t.energy_pJ_per_bit[c]);
}

// A DSP takes time where it takes power, and the other way round.
TEST_P(EveryTechnology, PaysForADspInTimeAndInPower)
{
    TechnologySpec const t = technology(GetParam());
    EXPECT_EQ(t.dsp_latency_ns.has_value(), t.energy_pJ_per_bit[dsp].value > 0);
}

// At the same length, and with every latency at its low, typical or high alike.
TEST_P(EveryTechnology, IsNotFasterThanCopperUnlessItHasNoSerDes)
{
    ScenarioSpec const copper = nvl72_all("passive_copper");
    ScenarioSpec const other = nvl72_all(GetParam());
    bool const serdes = !other.technologies.at(GetParam()).phy_latency_ns;
    for (Bound const bound : {Bound::low, Bound::typical, Bound::high})
        for (double const m : {0.0, 0.62, 1.0, 2.0, 2.7}) {
            double const copper_ns = link_delay_over(copper, m, bound).total_ns();
            double const other_ns = link_delay_over(other, m, bound).total_ns();
            EXPECT_EQ(serdes, other_ns >= copper_ns)
                << m << " m: " << other_ns << " ns, copper " << copper_ns;
        }
}

INSTANTIATE_TEST_SUITE_P(Shipped, EveryTechnology, testing::ValuesIn(shipped_technologies()),
                         [](auto const& instance) { return instance.param; });

}  // namespace
}  // namespace copperwall
