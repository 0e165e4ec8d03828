#include "host/input/check_job.h"

#include "host/input/suggest.h"

namespace copperwall {

namespace {

constexpr double kMostHours = 10'000;

void check_hours(char const* key, double hours, Document const& document, ErrorList& errors)
{
    if (hours >= 0 && hours <= kMostHours) return;
    errors.add(document.place_at(std::string("job.") + key),
               "'" + std::string(key) + "' = " + shortest(hours) +
                   " is out of range (0 to 10000 h; 0: as reliability.toml says); correct it");
}

}  // namespace

void check_job(ScenarioSpec const& scenario, Document const& document, ErrorList& errors)
{
    JobSpec const& job = scenario.job;
    check_hours("checkpoint_h", job.checkpoint_h, document, errors);
    check_hours("restart_h", job.restart_h, document, errors);
    std::uint32_t const trays = scenario.fabric.tiers.empty() ? 0 : swapped_trays(scenario.fabric);
    if (trays == 0 || job.spare_trays < trays) return;
    errors.add(document.place_at("job.spare_trays"),
               "'spare_trays' = " + std::to_string(job.spare_trays) + " of the " + std::to_string(trays) +
                   " gpu trays of a domain (one at least works); make it less");
}

}  // namespace copperwall
