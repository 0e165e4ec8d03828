//! Watts of modules and of whole fabrics against what was announced.
#include <gtest/gtest.h>

#include <ostream>

#include "shipped_technologies.h"

namespace copperwall {
namespace {

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

// ---- sets given as totals ------------------------------------------------------------------------------

struct Total {
    char const* name;
    double value, low, high;  //!< pJ/bit of the module at one end
};

void PrintTo(Total const& total, std::ostream* out)
{
    *out << total.name;
}

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
