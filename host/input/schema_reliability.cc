// The schema of topologies/reliability.toml, and of the part of a scenario that goes with it.
#include "host/input/schema_rows.h"

namespace copperwall::schema_rows {

using R = ReliabilitySpec;

static Section reliable_switch()
{
    return sourced(
        table("switch", same(), "a switch chip, its ends of links aside",
              {quantity("cost_usd_per_Gbps", "usd/Gb/s", 0, 1000, required, "of a port, each direction once",
                        into(&R::switch_cost_usd_per_Gbps)),
               quantity("failures_fit", "fit", 0, 1e7, required,
                        "of a chip with its share of the box, per 1e9 h", into(&R::switch_failures_fit)),
               quantity("repair_h", "h", 0, 10'000, required, "time to repair; its tray is out meanwhile",
                        into(&R::switch_repair_h))}));
}

static Section reliable_gpu()
{
    return sourced(table("gpu", same(), "a gpu, its ends of links aside",
                         {quantity("failures_fit", "fit", 0, 1e7, required,
                                   "of a gpu with its memory, per 1e9 h", into(&R::gpu_failures_fit)),
                          quantity("repair_h", "h", 0, 10'000, required,
                                   "time to repair; its tray is out meanwhile", into(&R::gpu_repair_h))}));
}

Section reliability()
{
    return file(
        "topologies/reliability.toml: what fails and costs beside the ends of links", {},
        {reliable_switch(), reliable_gpu(),
         sourced(table("job", same(), "what a failure costs a job",
                       {quantity("checkpoint_h", "h", 0, 10'000, required, "time between checkpoints",
                                 into(&R::checkpoint_h)),
                        quantity("restart_h", "h", 0, 10'000, required,
                                 "from a failure until it goes on where the last checkpoint was taken",
                                 into(&R::restart_h))}))});
}

Section job()
{
    using J = JobSpec;
    Open const open = [](void* parent, std::string const&, Place const&) -> void* {
        return &static_cast<ScenarioFile*>(parent)->spec.job;
    };
    return maybe(table(
        "job", open, "how the job that runs the collectives takes failures",
        {whole("spare_trays", "", 0, 65536, by_default("0"),
               "of gpus in every domain: the job goes on without so many", into(&J::spare_trays)),
         choice(
             "lost_port", {"slows", "stops"}, by_default("\"slows\""),
             "what a lost link does where others are left: slows the job until it is repaired, or stops it "
             "and sends it back to a checkpoint, too",
             into(&J::lost_port_stops)),
         number("checkpoint_h", by_default("0.0"),
                "h between checkpoints, instead of reliability.toml's; 0: as it says",
                into(&J::checkpoint_h)),
         number("restart_h", by_default("0.0"),
                "h from a failure until it goes on, instead of reliability.toml's; 0: as it says",
                into(&J::restart_h))}));
}

}  // namespace copperwall::schema_rows
