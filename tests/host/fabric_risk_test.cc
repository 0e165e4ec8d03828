//! What of shipped fabrics fails and costs, counted by hand; and what their joined law says of it.
#include "host/fabric/risk.h"

#include <gtest/gtest.h>

#include <cmath>

#include "host/input/load.h"

namespace copperwall {
namespace {

struct Built {
    ScenarioSpec scenario;
    Fabric fabric;
    FabricRisk risk;
};

Built built(std::string const& workload, Settings const& settings = {})
{
    Built b;
    b.scenario = load_scenario(std::string(CW_SOURCE_DIR) + "/workloads/" + workload, settings);
    b.fabric = build_fabric(b.scenario);
    b.risk = fabric_risk(b.scenario, b.fabric);
    return b;
}

Built nvl72(std::string const& technology)
{
    return built("ring_64KiB_nvl72.toml", {{"fabric.ends.rack", technology}});
}

//! 16 domains of 72 gpus.
Built joined_by(std::string const& scale_out)
{
    return built("world_size.toml",
                 {{"fabric.domain_gpus", "72"}, {"fabric.domains", "16"}, {"fabric.scale_out", scale_out}});
}

FaultyParts const& parts(Built const& b, std::string const& what)
{
    for (FaultKind const& kind : b.risk.kinds)
        if (kind.what == what) return kind.parts;
    throw std::out_of_range(what);
}

double typical(Built const& b, RiskFigure figure)
{
    return b.fabric.risk.of[figure].typical;
}

//! (1 - l u)^n, u = f R / (1 + f R)
double left(double count, double fit, double repair_h, double lost)
{
    double const fR = fit * 1e-9 * repair_h;
    return std::pow(1 - lost * fR / (1 + fR), count);
}

//! 648 modules of 1.6 Tb/s, four links of 400 Gb/s each, as published (about 20 kW of 30 W each).
TEST(FabricRisk, OfNvl72OnPluggablesIsThatOf648Modules)
{
    Built const b = nvl72("dsp_pluggable");
    FaultyParts const& gpu_end = parts(b, "rack, gpu end: dsp_pluggable");
    FaultyParts const& switch_end = parts(b, "rack, upper end: dsp_pluggable");
    EXPECT_EQ(gpu_end.count + switch_end.count, 648u);
    EXPECT_DOUBLE_EQ(gpu_end.lost, 4.0 / 18);
    EXPECT_DOUBLE_EQ(switch_end.lost, 1.0 / 18);
    EXPECT_EQ(gpu_end.stops, 0);
    EXPECT_NEAR(typical(b, kFailures), (648 * 550 + 18 * 700) * 1e-9 * 8766, 1e-9);
    EXPECT_EQ(typical(b, kAvailability), 1);
    EXPECT_NEAR(typical(b, kGoodput),
                left(324, 550, 1, 4.0 / 18) * left(324, 550, 1, 1.0 / 18) * left(18, 700, 4, 2.0 / 18),
                1e-12);
    // 1,296 links of 400 Gb/s: both ends at 0.95, a switch port at 0.5 USD per Gb/s.
    EXPECT_NEAR(typical(b, kCost), 1296 * 400 * (2 * 0.95 + 0.5), 1e-3);
}

//! An engine takes its tray out of service: four gpus at one end, two of 18 switch chips at the other.
TEST(FabricRisk, OfCoPackagedOpticsTakesTrays)
{
    Built const b = nvl72("cpo");
    EXPECT_EQ(parts(b, "rack, gpu end: cpo").takes_trays, 1);
    EXPECT_EQ(parts(b, "rack, gpu end: cpo").stops, 1);
    EXPECT_DOUBLE_EQ(parts(b, "rack, upper end: cpo").lost, 2.0 / 18);
    EXPECT_EQ(b.risk.model.trays, 18u);
    // 18 engines a tray, each out for 12 h of 1 / 115 FIT.
    double const fR = 18 * 115e-9 * 12;
    EXPECT_NEAR(typical(b, kAvailability), std::pow(1 - fR / (1 + fR), 18), 1e-12);
}

TEST(FabricRisk, OfASpineCartridgeTakesTheRack)
{
    Built const b = nvl72("passive_copper");
    EXPECT_EQ(parts(b, "rack, gpu end: passive_copper").count, 1296u);
    EXPECT_EQ(parts(b, "rack, gpu end: passive_copper").lost, 1);
    EXPECT_NEAR(typical(b, kAvailability), left(2592, 5, 8, 1), 1e-12);
}

//! 72 gpus of 6,970 FIT, out for 8 h, and 40 minutes lost at every failure.
TEST(FabricRisk, CountsGpusBesideTheInterconnect)
{
    Built const b = nvl72("dsp_pluggable");
    double const fR = 4 * 6970e-9 * 8;
    double const stops = 72 * 6970e-9 * (0.1667 + 0.25);
    EXPECT_NEAR(typical(b, kGoodputWithGpus) / typical(b, kGoodput),
                std::pow(1 - fR / (1 + fR), 18) / (1 + stops), 1e-12);
}

TEST(FabricRisk, HasTheLeavesShareOfSpines)
{
    Built const b = built(
        "world_size.toml",
        {{"fabric.domain_gpus", "576"}, {"fabric.domains", "2"}, {"fabric.ends.between", "dsp_pluggable"}});
    // 18 links lead from a leaf to each of the four spines of a plane, four a module: less than a plane
    // of 18.
    EXPECT_DOUBLE_EQ(parts(b, "between, lower end: dsp_pluggable").lost, 1.0 / 18);
    EXPECT_DOUBLE_EQ(parts(b, "between, upper end: dsp_pluggable").lost, 1.0 / 18);
    // Of NICs' one plane: nine links from a leaf to each of eight spines, two a module.
    EXPECT_DOUBLE_EQ(parts(b, "nic_spine, lower end: dsp_pluggable").lost, 1.0 / 8) << "a spine left out";
    EXPECT_DOUBLE_EQ(parts(b, "nic_spine, upper end: dsp_pluggable").lost, 1.0 / 9);
    EXPECT_DOUBLE_EQ(parts(b, "nic_spine, switch chips").lost, 1.0 / 8);
    EXPECT_DOUBLE_EQ(parts(b, "rack, switch chips").lost, 2.0 / 18);
    EXPECT_EQ(parts(b, "rack, switch chips").count, 2u * 8 * 18);
    // One NIC a gpu: without its link the gpu is out, and so are two where a switch's module carries two.
    EXPECT_EQ(parts(b, "nic, gpu end: dsp_pluggable").takes_trays, 1);
    EXPECT_EQ(parts(b, "nic, gpu end: dsp_pluggable").stops, 1);
    EXPECT_EQ(parts(b, "nic, upper end: dsp_pluggable").takes_trays, 2);
    EXPECT_EQ(parts(b, "nic, switch chips").lost, 1);
    EXPECT_EQ(parts(b, "nic, switch chips").takes_trays, 0) << "72 gpus of many trays";
    EXPECT_EQ(b.risk.model.domains, 2u);
    EXPECT_EQ(b.risk.model.trays, 144u);
}

//! Two leaves of 36 gpus, joined by 36 links in each of 18 planes, two a cable: 2 / 36, which is a plane,
//! too.
TEST(FabricRisk, OfAMeshEndsInLeavesOnBothSides)
{
    Built const b = built("ring_64KiB_nvl72.toml", {{"fabric.file", "nvl36x2.toml"},
                                                    {"fabric.ends.rack", "passive_copper"},
                                                    {"fabric.ends.across", "acc"}});
    EXPECT_DOUBLE_EQ(parts(b, "across, lower end: acc").lost, 2.0 / 36);
    EXPECT_DOUBLE_EQ(parts(b, "across, upper end: acc").lost, 2.0 / 36);
}

//! Two NICs of 800 Gb/s a gpu in modules of 1.6 Tb/s: no tray holds both, so that a module carries one.
TEST(FabricRisk, OfTwoNicsLeavesTheOther)
{
    Built const b = built(
        "world_size.toml",
        {{"fabric.domain_gpus", "72"}, {"fabric.domains", "16"}, {"fabric.scale_out", "quantum_x800_1600g"}});
    EXPECT_DOUBLE_EQ(parts(b, "nic, gpu end: dsp_pluggable").lost, 0.5);
    EXPECT_EQ(parts(b, "nic, gpu end: dsp_pluggable").stops, 0);
}

//! Pods of 1,024 gpus, 32 leaves of 32 below 32 spines each.
TEST(FabricRisk, HasThePodsShareOfItsSpines)
{
    Built const b = joined_by("quantum2_400g_three_tiers");
    EXPECT_DOUBLE_EQ(parts(b, "nic_spine, switch chips").lost, 1.0 / 32);
}

TEST(FabricRisk, OfSpinesInATrayIsOfThePlanesTheyAreOf)
{
    // Trays of 16 chips hold the four spines of each of four planes of 72; of four chips, half of a plane's
    // eight.
    Built const nvl576 =
        built("ring_64KiB_nvl72.toml", {{"fabric.file", "nvl576.toml"}, {"fabric.ends.between", "cpo"}});
    EXPECT_DOUBLE_EQ(parts(nvl576, "between, switch chips").lost, 4.0 / 72);
    Built const domain = built("world_size.toml", {{"fabric.domain_gpus", "1152"}, {"fabric.domains", "1"}});
    EXPECT_DOUBLE_EQ(parts(domain, "between, switch chips").lost, 1.0 / 18);
}

//! A plane that is left out takes its chips along: 17 are left, of which a tray holds two.
TEST(FabricRisk, CountsChipsThatAreLeft)
{
    Built const b = built("ring_64KiB_nvl72.toml", {{"fabric.ends.rack", "dsp_pluggable"},
                                                    {"fabric.dead", "[{ gpu = 3, plane = 5 }]"}});
    EXPECT_EQ(parts(b, "rack, switch chips").count, 17u);
    EXPECT_DOUBLE_EQ(parts(b, "rack, switch chips").lost, 2.0 / 17);
    EXPECT_DOUBLE_EQ(parts(b, "rack, upper end: dsp_pluggable").lost, 1.0 / 17);
}

//! Cores: a spine has one link to each, so that a module's four are to four of them.
TEST(FabricRisk, OfASpineHasOneLinkToEachCore)
{
    Built const b = joined_by("quantum2_400g_three_tiers");
    EXPECT_DOUBLE_EQ(parts(b, "nic_core, lower end: dsp_pluggable").lost, 1.0 / 32);
}

//! Midplanes have no trays: blades of four gpus and of six of 72 chips are what is swapped.
TEST(FabricRisk, OfKyberSwapsBlades)
{
    Built const b = built("ring_64KiB_nvl72.toml", {{"fabric.file", "kyber_nvl144.toml"}});
    EXPECT_EQ(b.risk.model.trays, 36u);
    EXPECT_DOUBLE_EQ(parts(b, "rack, switch chips").lost, 6.0 / 72);
}

//! Eight NPUs and their seven switch chips are one board.
TEST(FabricRisk, OfCloudMatrixLosesABoardWithItsSwitches)
{
    Built const b = built("ring_64KiB_nvl72.toml", {{"fabric.file", "cloudmatrix_384.toml"}});
    EXPECT_EQ(parts(b, "rack, switch chips").takes_trays, 1);
    EXPECT_EQ(b.risk.model.trays, 48u);
}

TEST(FabricRisk, FollowsWhatTheJobDoes)
{
    Settings const ends = {{"fabric.ends.rack", "dsp_pluggable"}};
    auto const with = [&](std::string const& key, std::string const& value) {
        Settings settings = ends;
        settings.emplace_back(key, value);
        return built("ring_64KiB_nvl72.toml", settings);
    };
    Built const plain = nvl72("dsp_pluggable");
    EXPECT_GT(typical(with("job.spare_trays", "1"), kGoodputWithGpus), typical(plain, kGoodputWithGpus));
    Built const stopped = with("job.lost_port", "stops");
    double const stops = (648 * 550 + 18 * 700) * 1e-9 * (0.1667 + 0.25);
    EXPECT_NEAR(typical(stopped, kGoodput), typical(plain, kGoodput) / (1 + stops), 1e-12);
    EXPECT_LT(typical(with("job.restart_h", "10.0"), kGoodputWithGpus), typical(plain, kGoodputWithGpus));
    EXPECT_LT(typical(with("job.checkpoint_h", "24.0"), kGoodputWithGpus), typical(plain, kGoodputWithGpus));
}

//! Both gpus' failures and the switches are the same; what parts the fabrics is narrower than either band.
TEST(FabricRisk, DrawsWhatFabricsShareOnce)
{
    Built const a = nvl72("dsp_pluggable");
    Built const b = nvl72("lpo");
    Band const apart = risk_difference(a.fabric.risk_model, b.fabric.risk_model, 42).of[kGoodputWithGpus];
    Band const alone = a.fabric.risk.of[kGoodputWithGpus];
    EXPECT_LT(apart.high - apart.low, 0.2 * (alone.high - alone.low));
}

//! Bands are not centred; the share of draws below the typical value is still neither none nor all.
TEST(FabricRisk, BandsAreAboutTheirTypicalValueAndSharesStayShares)
{
    for (char const* technology : {"passive_copper", "dsp_pluggable", "lpo", "npo", "cpo", "stacked_3d"}) {
        Built const b = nvl72(technology);
        for (int f = 0; f != kRiskFigures; ++f) {
            Band const& band = b.fabric.risk.of[f];
            double const width = band.high - band.low;
            EXPECT_GE(band.typical, band.low - width) << technology << ' ' << f;
            EXPECT_LE(band.typical, band.high + width) << technology << ' ' << f;
        }
        for (RiskFigure const f : {kAvailability, kGoodput, kGoodputWithGpus}) {
            EXPECT_GT(b.fabric.risk.of[f].low, 0.9) << technology;
            EXPECT_LE(b.fabric.risk.of[f].high, 1) << technology;
        }
    }
}

//! Variants of one module quote the same price: their difference in cost has no width.
TEST(FabricRisk, TakesFiguresOfOneSourceForOneQuantity)
{
    Built const a = nvl72("dsp_pluggable");
    Built const b = nvl72("dsp_pluggable_ieee");
    Band const cost = risk_difference(a.fabric.risk_model, b.fabric.risk_model, 42).of[kCost];
    EXPECT_EQ(cost.low, 0);
    EXPECT_EQ(cost.high, 0);
}

}  // namespace
}  // namespace copperwall
