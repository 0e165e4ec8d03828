//! The shipped technologies: the directional figures, announced totals, and every one of them on NVL72.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "host/account/run_cell.h"
#include "host/fabric/fabric.h"
#include "host/fabric/tier_link.h"
#include "host/input/load.h"

namespace copperwall {
namespace {

enum Component { host_serdes, dsp, laser, driver_modulator, tia, tuning_control, other };

std::filesystem::path source_tree()
{
    return CW_SOURCE_DIR;
}

TechnologySpec technology(std::string const& name)
{
    return load_technology(source_tree() / "topologies/technologies" / (name + ".toml"));
}

std::vector<std::string> shipped_technologies()
{
    std::vector<std::string> names;
    for (auto const& entry : std::filesystem::directory_iterator(source_tree() / "topologies/technologies"))
        names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

ScenarioSpec nvl72_with(std::string const& a, std::string const& b)
{
    return load_scenario(source_tree() / "workloads/all_to_all_nvl72.toml",
                         {{"fabric.ends.rack", "{ a = \"" + a + "\", b = \"" + b + "\" }"}});
}

ScenarioSpec nvl72_all(std::string const& name)
{
    return nvl72_with(name, name);
}

//! Everything at an end but the host SerDes, pJ/bit = W per Tb/s of port rate.
double module_pJ_per_bit(TechnologySpec const& t, Bound bound = Bound::typical)
{
    double sum = 0;
    for (std::size_t c = dsp; c < t.energy_pJ_per_bit.size(); ++c) sum += pick(t.energy_pJ_per_bit[c], bound);
    return sum;
}

double module_W(TechnologySpec const& t)
{
    return module_pJ_per_bit(t) * t.module_rate_Gbps.value * 1e-3;
}

double added_by_link_ns(std::string const& name)
{
    return 2 * technology(name).added_latency_ns.value;
}

LinkDelay link_delay_over(ScenarioSpec const& scenario, double length_m, Bound bound = Bound::typical)
{
    TierLink const link = tier_link(scenario, scenario.fabric.tiers.front());
    return link_delay(link_input(link, length_m, bound).delay);
}

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

// ---- totals that were announced -----------------------------------------------------------------------

//! Watts of the modules of NVL72's own links, both ends, from the built fabric: all parts but host SerDes.
double nvl72_module_kW(std::string const& a, std::string const& b)
{
    double W = 0;
    for (LinkClass const& c : build_fabric(nvl72_with(a, b)).classes)
        for (int i = dsp; i < kPowerComponents; ++i) W += c.power.full_W[i] * static_cast<double>(c.count);
    return W * 1e-3;
}

double nvl72_module_kW(std::string const& name)
{
    return nvl72_module_kW(name, name);
}

//! Rate of all ports, both ends of every link, Tb/s: half of it leaves a gpu port, half a switch port.
double nvl72_ports_Tbps()
{
    double Gbps = 0;
    for (LinkClass const& c : build_fabric(nvl72_all("cpo")).classes)
        Gbps += static_cast<double>(c.count) * c.link_rate_GBps * 8;
    return Gbps * 1e-3;
}

double nvl72_modules()
{
    return nvl72_ports_Tbps() * 1e3 / technology("dsp_pluggable").module_rate_Gbps.value;
}

// NVIDIA, GTC 2025: a 1.6T port goes from 30 W to 9 W.
TEST(AnnouncedTotals, CoPackagedOpticsSavesTwentyOneWattsAPort)
{
    EXPECT_NEAR(module_W(technology("dsp_pluggable_nvidia")), 30, 1e-3);
    EXPECT_NEAR(module_W(technology("cpo")), 9, 0.05);
    EXPECT_NEAR(module_W(technology("dsp_pluggable_nvidia")) - module_W(technology("cpo")), 21, 0.05);
}

// NVIDIA SN6000 hardware manual 2026: 3.30 kW with pluggables, 1.96 kW co-packaged, 64 ports of 1.6T.
TEST(AnnouncedTotals, TwoSwitchBoxesOf64PortsDifferByThatMuch)
{
    double const saved_W = module_W(technology("dsp_pluggable_nvidia")) - module_W(technology("cpo"));
    EXPECT_NEAR(64 * saved_W, 3300 - 1960, 0.01 * (3300 - 1960));
}

// 72 gpus x 18 links x 400 Gb/s x 2 ends = 1,036.8 Tb/s = 648 modules of 1.6T.
TEST(AnnouncedTotals, Nvl72FullyOpticalNeeds648Modules)
{
    EXPECT_DOUBLE_EQ(nvl72_ports_Tbps(), 1036.8);
    EXPECT_DOUBLE_EQ(nvl72_modules(), 648);
}

// "Twenty kilowatts more if NVL72 were optical": 648 x 30 W = 19.44 kW.
TEST(AnnouncedTotals, Nvl72FullyOpticalDrawsTwentyKilowattsMore)
{
    EXPECT_NEAR(nvl72_module_kW("dsp_pluggable_nvidia"), 648 * 0.030, 1e-3);
    EXPECT_NEAR(nvl72_module_kW("dsp_pluggable_nvidia"), 20, 0.6);
}

// 1,036.8 Tb/s x pJ/bit, to the printed decimal: LRO 10, LPO 6.25, CPO 9 W per 1.6T, Davisson 3.5 W per 800G.
TEST(AnnouncedTotals, Nvl72FullyOpticalByTechnology)
{
    EXPECT_NEAR(nvl72_modules() * 25e-3, 16.2, 1e-9);  // modules of 25 W
    EXPECT_NEAR(nvl72_module_kW("dsp_pluggable"), 648 * 0.024, 1e-6);
    EXPECT_NEAR(nvl72_module_kW("lro"), 10.4, 0.05);
    EXPECT_NEAR(nvl72_module_kW("lpo"), 6.5, 0.05);
    EXPECT_NEAR(nvl72_module_kW("cpo"), 5.8, 0.05);
    EXPECT_NEAR(nvl72_module_kW("cpo_davisson"), 4.5, 0.05);
}

// With the chips' own interfaces at both ends: 0.25 + 1 + 2 = 3.25 pJ/bit on the interposer; the long-reach
// SerDes that copper needs, 4 pJ/bit.
TEST(AnnouncedTotals, Nvl72WithItsInterfacesAtBothEnds)
{
    auto const interface_kW = [](char const* name) {
        return nvl72_ports_Tbps() * technology(name).energy_pJ_per_bit[host_serdes].value * 1e-3;
    };
    EXPECT_NEAR(nvl72_module_kW("cpo_interposer") + interface_kW("cpo_interposer"), 3.4, 0.05);
    EXPECT_NEAR(interface_kW("passive_copper"), 4.1, 0.05);
}

// Pluggables at the gpus, 324 x 30 W, co-packaged optics at the switches, 324 x 9 W.
TEST(AnnouncedTotals, Nvl72WithEndsThatDiffer)
{
    EXPECT_NEAR(nvl72_module_kW("dsp_pluggable_nvidia", "cpo"), 324 * (0.030 + 0.009), 0.02);
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

// ---- sets given as totals ------------------------------------------------------------------------------

struct Total {
    char const* name;
    double value, low, high;  //!< pJ/bit of the module at one end
};

class ModuleEnergy : public testing::TestWithParam<Total> {};

TEST_P(ModuleEnergy, OfThePartsIsTheSetsTotalInAllItsBounds)
{
    TechnologySpec const t = technology(GetParam().name);
    constexpr double rounding = 2e-4;  // parts are written with five digits
    EXPECT_NEAR(module_pJ_per_bit(t) / GetParam().value, 1, rounding);
    EXPECT_NEAR(module_pJ_per_bit(t, Bound::low) / GetParam().low, 1, rounding);
    EXPECT_NEAR(module_pJ_per_bit(t, Bound::high) / GetParam().high, 1, rounding);
}

// Watts per port rate: 800G ACC head 1.5 W, 1.6T modules 24 W (21-30), 16 W (14-22.4), 10 W (8-13); engines
// 9 W per 1.6T (7-10.8); Lee et al., JLT 2023: 1 + 2 pJ/bit; MOSAIC, SIGCOMM 2025: 3.1-5.3 W per 800G.
INSTANTIATE_TEST_SUITE_P(Published, ModuleEnergy,
                         testing::Values(Total{"acc", 1.9, 1, 3}, Total{"aec", 8, 6, 15},
                                         Total{"dsp_pluggable", 15, 13.1, 18.75},
                                         Total{"dsp_pluggable_inner_fec", 15, 13.1, 18.75},
                                         Total{"lro", 10, 8.75, 14}, Total{"lpo", 6.25, 5, 8.1},
                                         Total{"obo", 10, 8.75, 14}, Total{"obo_linear", 6, 5, 9},
                                         Total{"npo", 5, 4, 6.5}, Total{"cpo", 5.6, 4.4, 6.75},
                                         Total{"cpo_gpu", 5, 4, 6}, Total{"cpo_interposer", 3, 1.5, 7},
                                         Total{"stacked_3d", 2, 1, 3.5}, Total{"microled", 4.5, 3.9, 6.6}),
                         [](auto const& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace copperwall
