// The schema of what a scenario says is slow, down or dead.
#include "cuda/types.h"
#include "host/input/schema_rows.h"

namespace copperwall::schema_rows {

//! Which links of a gpu or a chip: part `links` of T.
template <class T>
static std::vector<Key> link_keys()
{
    using L = LinkSelector;
    auto const put = [](auto L::*member) { return into<T>(&T::links, member); };
    std::vector<Key> keys{
        text("tier", optional, "of the links; not given: of a gpu the one within domains, of a chip all",
             put(&L::tier)),
        whole("gpu", "", 0, kMaxGpus, optional,
              "its links to its first switches; counted over the whole cluster", put(&L::gpu)),
        whole("chip", "", 0, 1e9, optional,
              "instead of gpu: links of that switch chip, as /entry/topology numbers them", put(&L::chip)),
        whole("port", "", 0, kMaxPortsPerNode, optional,
              "of the chip, in each of its planes: those towards gpus come first; all where not given",
              put(&L::port)),
        whole("ports", "", 1, kMaxPortsPerNode, by_default("1"), "so many from 'port' on: those of a module",
              put(&L::ports)),
        whole("plane", "", 0, kMaxPortsPerNode, optional,
              "of the links: port of the gpu; all where not given", put(&L::plane)),
        whole("planes", "", 1, kMaxPortsPerNode, by_default("1"), "so many from 'plane' on",
              put(&L::planes))};
    return keys;
}

//! The same, and a direction.
template <class T>
static std::vector<Key> directed_link_keys(std::vector<Key> more)
{
    auto keys = link_keys<T>();
    keys.push_back(choice("direction", {"both", "up", "down"}, by_default("\"both\""), "up: away from gpus",
                          into<T>(&T::links, &LinkSelector::direction)));
    keys.insert(keys.end(), more.begin(), more.end());
    return keys;
}

//! Adds to a list of the scenario.
template <class T>
static Open added(std::vector<T> ScenarioSpec::*list)
{
    return [list](void* parent, std::string const&, Place const& at) -> void* {
        auto& made = (static_cast<ScenarioFile*>(parent)->spec.*list).emplace_back();
        made.place = at;
        return &made;
    };
}

std::vector<Section> degraded_links()
{
    return {
        maybe(list(table("slowed", added(&ScenarioSpec::slowed),
                         "links that run at a part of their rate, from the start",
                         directed_link_keys<SlowedSpec>(
                             {number("rate", required, "part of the rate that is left, above 0 to 1",
                                     into(&SlowedSpec::rate))})))),
        maybe(list(table(
            "outage", added(&ScenarioSpec::outages), "links that are down for a while, to train anew",
            directed_link_keys<OutageSpec>(
                {number("at_us", required, "when they go down, us from the call on; a packet under way ends",
                        into(&OutageSpec::at_us)),
                 number("for_us", required, "how long, us; 0: not at all; inf: they stay down",
                        into(&OutageSpec::for_us)),
                 number("rate", by_default("0"),
                        "part of their rate that they run at afterwards, to 1; 0: as before",
                        into(&OutageSpec::rate))})))),
        maybe(list(table("dead", added(&ScenarioSpec::dead), "links that are dead from the start, both ways",
                         link_keys<DeadSpec>())))};
}

}  // namespace copperwall::schema_rows
