//! Which scenarios share a fabric, and which must not: whatever its latencies, prices or failures follow
//! from.
#include "host/command/fabric_cache.h"

#include <gtest/gtest.h>

#include "host/input/load.h"

namespace copperwall {
namespace {

std::shared_ptr<Fabric const> fabric(FabricCache& cache, Settings const& settings)
{
    return cache.get(load_scenario(CW_SOURCE_DIR "/workloads/ring_64KiB_nvl72.toml", settings));
}

TEST(FabricCache, SharesFabricsOfWhatOnlySchedulesDifferBy)
{
    FabricCache cache;
    auto const first = fabric(cache, {});
    EXPECT_EQ(fabric(cache, {{"collective.bytes", "1MiB"}}), first);
    EXPECT_EQ(fabric(cache, {{"library.name", "nccl_blackwell"}}), first);
    EXPECT_EQ(cache.all().size(), 1u);
}

TEST(FabricCache, PartsThoseOfOtherEndsJobsAndDraws)
{
    FabricCache cache;
    auto const first = fabric(cache, {});
    for (Settings const& other : {Settings{{"fabric.ends.rack", "cpo"}},
                                  {{"job.spare_trays", "1"}},
                                  {{"job.lost_port", "stops"}},
                                  {{"job.checkpoint_h", "2.0"}},
                                  {{"job.restart_h", "2.0"}},
                                  {{"simulation.seed", "7"}}}) {
        auto const built = fabric(cache, other);
        EXPECT_NE(built, first) << other.front().first;
        EXPECT_NE(built->risk.of[kGoodputWithGpus].low, first->risk.of[kGoodputWithGpus].low)
            << other.front().first;
    }
}

}  // namespace
}  // namespace copperwall
