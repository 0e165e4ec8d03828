// The schema of what machines and software of measured tables mean.
#include "host/input/schema_rows.h"
#include "host/input/validation_spec.h"

namespace copperwall::schema_rows {

static Section machine()
{
    using M = MachineRule;
    Store const store_scenario = [](void* target, Found const& found) {
        auto& machine = *static_cast<M*>(target);
        machine.scenario = std::get<std::string>(found.value);
        machine.scenario_place = found.place;
    };
    return list(table(
        "machine", appended(&ValidationSpec::machines),
        "what a column 'system' means: the first with a pattern that holds; * stands for anything",
        {names("systems", required, "[\"*H100*\", \"*H200*\"], in capitals or not", into(&M::systems)),
         text("generation", optional, "\"{generation}\" in names of libraries", into(&M::generation)),
         text("scenario", optional, "whose fabric it has, from here or from workloads/", store_scenario),
         boolean("hosts_share_domain", by_default("false"),
                 "several hosts are one scale-up domain, as in a rack; otherwise each is its own",
                 into(&M::hosts_share_domain)),
         text("scale_out", optional, "a network of topologies/scale_out/, for several domains",
              into(&M::scale_out)),
         text("skip", optional, "why its rows are not simulated", into(&M::skip))}));
}

static Section software()
{
    using S = SoftwareRule;
    return list(
        table("software", appended(&ValidationSpec::software),
              "what the columns of a row's software mean: the first whose patterns all hold",
              {names("collectives", optional, "as the table calls them", into(&S::collectives)),
               names("algorithm_protocols", optional,
                     "patterns of that column; empty in a row is \"default\"", into(&S::algorithm_protocols)),
               names("systems", optional, "patterns of that column", into(&S::systems)),
               choice("domains", {"any", "one", "several"}, by_default("\"any\""),
                      "scale-up domains of a row's gpus", into(&S::domains)),
               text("op", optional, "what is simulated", into(&S::op)),
               names("runs", optional, "\"library/algorithm\": that with the least closed form is simulated",
                     into(&S::runs)),
               boolean("bytes_to_others", by_default("false"),
                       "message_bytes leave a gpu; otherwise they count as nccl-tests does",
                       into(&S::bytes_to_others)),
               text("skip", optional, "why its rows are not simulated", into(&S::skip))}));
}

Section validation()
{
    using V = ValidationSpec;
    return file(
        "workloads/validation/NAME.toml: how rows of a table of measured collectives are simulated", {},
        {table("validation", same_at(&V::place), "the file as a whole",
               {text("title", required, "name for people", into(&V::title)),
                sized("peak_bytes", Type::size, 1, kLargestSize, by_default("\"8GiB\""),
                      "size of rows that tell a bandwidth and neither size nor time", into(&V::peak_bytes))}),
         machine(), software()});
}

}  // namespace copperwall::schema_rows
