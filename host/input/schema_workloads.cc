// The schema of workloads/: libraries, scenarios, what was measured.
#include "cuda/schedule.h"
#include "cuda/types.h"
#include "host/input/schema_rows.h"

namespace copperwall::schema_rows {

// ---- workloads/libraries/NAME.toml ------------------------------------------------------------------

static Section protocol()
{
    using P = ProtocolSpec;
    return sourced(list(table(
        "protocol", appended(&LibrarySpec::protocols), "the one with the least predicted time runs",
        {text("name", required, "LL, LL128, Simple", into(&P::name)),
         quantity("launch_us", "us", 0, 1e6, required, "once per collective", into(&P::launch_us)),
         quantity("step_us", "us", 0, 1e6, required, "per dependent step, path_us included",
                  into(&P::step_us)),
         quantity("nic_step_us", "us", 0, 1e6, optional,
                  "of a step over NICs instead, nic_path_us included; not given: as any step",
                  into(&P::nic_step_us)),
         quantity("ring_nic_step_us", "us", 0, 1e6, optional, "of rings; not given: nic_step_us",
                  into(&P::ring_nic_step_us)),
         quantity("nic_fraction", "", 0.001, 1, optional,
                  "payload over what NICs could carry; not given: efficiency", into(&P::nic_fraction)),
         quantity("ring_nic_fraction", "", 0.001, 1, optional, "of rings; not given: nic_fraction",
                  into(&P::ring_nic_fraction)),
         quantity("efficiency", "", 0.01, 1, required, "payload over bytes moved", into(&P::efficiency)),
         names("runs", optional,
               "\"op\" or \"op/algorithm\" that it is for; not given: all that no protocol of the library "
               "names",
               into(&P::runs)),
         quantity("link_fraction", "", 0.01, 1, optional, "instead of the library's",
                  into(&P::link_fraction)),
         quantity("share_GBps", "GB/s", 0, 1e6, optional,
                  "at which a rank's threads move one share S/N beside its links (its own, out of place, or "
                  "that of one peer); not given: at no cost",
                  into(&P::share_GBps))})));
}

static Section in_network()
{
    using N = InNetworkSpec;
    return sourced(maybe(list(table(
        "in_network", appended(&LibrarySpec::in_network),
        "switches that reduce: the first row that holds the ranks, else the last",
        {whole("up_to_ranks", "", 2, kMaxGpus, required, "ranks of a group", into(&N::up_to_ranks)),
         quantity("rate_share", "", 0.01, 1, required, "of the raw link rate, payload", into(&N::rate_share)),
         quantity("launch_us", "us", 0, 1e6, required, "once per collective, four times path_us included",
                  into(&N::launch_us)),
         whole_quantity("in_flight_bytes", "bytes", 0, 1e12, optional,
                        "of each rank's share that is under way at most, channels times chunk: what fills "
                        "before the first result and drains after the last; not given: no matter",
                        into(&N::in_flight_bytes)),
         quantity("nic_step_us", "us", 0, 1e6, optional,
                  "per step over NICs, nic_path_us included; not given: at no cost",
                  into(&N::nic_step_us))}))));
}

Section library()
{
    using L = LibrarySpec;
    return file(
        "workloads/libraries/NAME.toml: the software that runs a collective", {},
        {sourced(table(
            "library", same_at(&L::place), "costs of the software",
            {text("title", required, "name for people", into(&L::title)),
             quantity("link_fraction", "", 0.01, 1, required,
                      "usable share of the raw link rate, headers included", into(&L::link_fraction)),
             quantity("per_peer_us", "us", 0, 1e4, required,
                      "per message beyond the first that a gpu sends in one go", into(&L::per_peer_us)),
             quantity("path_us", "us", 0, 1e4, required,
                      "gpu-switch-gpu time of the machine step_us was measured on; taken off step_us",
                      into(&L::path_us)),
             quantity("nic_path_us", "us", 0, 1e4, optional,
                      "gpu-NIC-switches-NIC-gpu time of the machine nic_step_us was measured on; taken "
                      "off nic_step_us; not given: 0",
                      into(&L::nic_path_us)),
             whole_quantity("nics_per_domain", "", 1, kMaxGpus, optional,
                            "of a domain that multi_ring, chain_tree and in_network use at most, as measured "
                            "on domains of one rack; not given: every rank's",
                            into(&L::nics_per_domain)),
             whole("messages_at_once", "", 1, kMostAtOnce, by_default("1"),
                   "that a gpu sends by turns, packet by packet", into(&L::messages_at_once)),
             whole("measured_ranks", "", 0, kMaxGpus, by_default("0"),
                   "largest group, within a domain, that the costs were fitted to",
                   into(&L::measured_ranks))},
            {protocol(), in_network()}))});
}

// ---- workloads/NAME.toml ----------------------------------------------------------------------------

static Section scenario_fabric()
{
    using S = ScenarioFile;
    Store const store_ends = [](void* target, Found const& found) {
        auto& scenario = *static_cast<S*>(target);
        scenario.ends[found.key] = std::get<LocatedEnds>(found.value);
        scenario.ends_places[found.key] = found.key_place;
    };
    Store const store_wire = [](void* target, Found const& found) {
        auto& scenario = *static_cast<S*>(target);
        scenario.wires[found.key] = {std::get<std::string>(found.value), found.place};
        scenario.wires_places[found.key] = found.key_place;
    };
    std::vector<Section> sections{
        table("ends", same(), "how the links of each tier are built",
              {special("*", Type::ends, optional,
                       "TIER = \"technology\" or \"copper_when_you_can\", or TIER = { a = gpu side, b = "
                       "switch side }",
                       store_ends)})};
    for (Section& section : degraded_links()) sections.push_back(std::move(section));
    sections.push_back(
        maybe(table("wire", same(), "wire formats of tiers instead of the fabric's",
                    {text("*", optional,
                          "TIER = a file of topologies/wire/, without .toml; all = one for every tier within "
                          "domains; none: payload only",
                          store_wire)})));
    return table(
        "fabric", same(), "what it runs on",
        {text("file", required, "fabric file, from here or from topologies/", into(&S::fabric)),
         whole("domain_gpus", "", 0, kMaxGpus, by_default("0"),
               "gpus of one scale-up domain, instead of the fabric's; 0: as it says", into(&S::domain_gpus)),
         whole("domains", "", 1, kMaxGpus, by_default("1"), "scale-up domains, joined by scale_out",
               into(&S::domains)),
         text("scale_out", optional,
              "a file of topologies/scale_out/, without .toml: the NICs between domains",
              into(&S::scale_out)),
         number("oversubscription", by_default("0.0"),
                "of the spines between racks, instead of the fabric's; 0: as it says",
                into(&S::oversubscription)),
         number("scale_out_oversubscription", by_default("0.0"),
                "of the spines between domains, instead of the scale_out file's; 0: as it says",
                into(&S::scale_out_oversubscription)),
         choice(
             "scale_out_leaves", {"file", "rails", "domains"}, by_default("\"file\""),
             "whose NICs share a leaf switch: rails, gpus of the same place in their domains; domains, gpus "
             "of one domain; file: as scale_out says",
             into(&S::scale_out_leaves)),
         text("fallback", optional,
              "technology of tiers that ask for copper_when_you_can where no copper reaches",
              into(&S::fallback)),
         number("lane_rate_Gbps", by_default("0.0"),
                "lanes of this rate (50, 100, 200, 400) instead of the fabric's, as many as the link rate "
                "needs; "
                "0: the fabric's",
                into<S>(&S::spec, &ScenarioSpec::lane_rate_Gbps)),
         whole("dead_planes", "", 0, kMaxPortsPerNode, by_default("0"),
               "planes within domains that every gpu has lost with their switch chips, from the start; "
               "messages "
               "spread over the others",
               into<S>(&S::spec, &ScenarioSpec::dead_planes)),
         choice(
             "reroute", {"plane", "spine", "none"}, by_default("\"plane\""),
             "around dead links: spine, by other links up of the same plane; plane, the same, and a plane "
             "that still lacks a way between two gpus is left out for all; none: such cells are infeasible",
             into<S>(&S::spec, &ScenarioSpec::reroute)),
         number(
             "reroute_after_us", by_default("inf"),
             "us after links go down or come back, during a run, from when on routes go round those that are "
             "down; inf: they are never planned anew",
             into<S>(&S::spec, &ScenarioSpec::reroute_after_us)),
         choice("lengths", {"class", "exact"}, by_default("\"class\""),
                "class: every link as long as the longest of its class; exact: each its own",
                into<S>(&S::spec, &ScenarioSpec::lengths)),
         choice("routing", {"destination", "message", "packet", "adaptive"}, by_default("\"destination\""),
                "which of the links to spines or parallel ones: by the receiver's place below its leaf; each "
                "message by a hash; packets of an input in turn; each packet by the link with the shortest "
                "queue",
                into<S>(&S::spec, &ScenarioSpec::routing)),
         whole("routing_packets", "", 1, 65535, by_default("1"),
               "with routing = \"packet\": so many packets of an input in a row by one link, then as many by "
               "the next",
               into<S>(&S::spec, &ScenarioSpec::routing_packets)),
         choice("buffers", {"infinite", "domain", "round_trip"}, by_default("\"domain\""),
                "input buffers with credits: round_trip, what a link carries in its round trip; domain, the "
                "same within domains, infinite ones over NICs; infinite, no packet ever waits for room",
                into<S>(&S::spec, &ScenarioSpec::buffers)),
         sized("buffer_bytes", Type::size, 0, std::int64_t{1} << 40, by_default("0"),
               "buffer of every input, instead; 0: as buffers says",
               into<S>(&S::spec, &ScenarioSpec::buffer_bytes)),
         whole("channels", "", 1, kMostChannels, by_default("1"),
               "virtual channels of a link into a finite buffer, each with a buffer of its own as large as "
               "these; a packet without a credit is passed by those of other channels",
               into<S>(&S::spec, &ScenarioSpec::channels, &Channels::count)),
         choice("channel_by", {"receiver", "message"}, by_default("\"receiver\""),
                "channel of a message, on all of its way: its receiver's number modulo channels, or a hash "
                "of the message",
                into<S>(&S::spec, &ScenarioSpec::channels, &Channels::by)),
         choice(
             "acks", {"reserved", "packets"}, by_default("\"reserved\""),
             "acknowledgements: reserved, their share is taken off every link's rate; packets, a gpu sends "
             "one for every packet that comes, before its messages",
             into<S>(&S::spec, &ScenarioSpec::ack_packets))},
        std::move(sections));
}

static Section collective()
{
    using C = CollectiveSpec;
    Open const add = [](void* parent, std::string const&, Place const& at) -> void* {
        auto& made = static_cast<ScenarioFile*>(parent)->spec.collectives.emplace_back();
        made.place = at;
        return &made;
    };
    return list(table(
        "collective", add, "what is run",
        {text("op", required, "all_reduce, reduce_scatter, all_gather, broadcast, send_recv, all_to_all",
              into(&C::op)),
         text("label", optional, "what tables and pictures call it: EP256", into(&C::label)),
         text("algorithm", required, "see 'copperwall list algorithms'; best: the fastest of them",
              into(&C::algorithm)),
         whole("chunks", "", 0, 1024, by_default("0"),
               "that pipelined algorithms cut a message into; 0: those with the least closed form",
               into(&C::chunks)),
         whole("group", "", 0, kMaxGpus, by_default("0"), "ranks; 0: all gpus", into(&C::group)),
         whole("groups", "", 0, kMaxGpus, by_default("1"), "that run it at the same time; 0: as many as fit",
               into(&C::groups)),
         whole("experts", "", 0, 65536, by_default("0"),
               "all_to_all: tokens go to experts spread over the ranks; 0: every rank sends to all alike",
               into(&C::experts)),
         whole("top_k", "", 0, 64, by_default("8"), "distinct experts of a token", into(&C::top_k)),
         sized("token_bytes", Type::size, 1, 1 << 30, by_default("14336"),
               "of one token on the wire; bytes = tokens x top_k x token_bytes", into(&C::token_bytes)),
         number("zipf", by_default("0.0"), "popularity of the i-th expert is i^-zipf; 0: all alike",
                into(&C::zipf)),
         sized("bytes", Type::sizes, 1, kLargestSize, required, "sizes to run, as nccl-tests counts them",
               into(&C::bytes))}));
}

static Section simulation()
{
    using S = SimulationSpec;
    Open const open = [](void* parent, std::string const&, Place const&) -> void* {
        return &static_cast<ScenarioFile*>(parent)->spec.simulation;
    };
    return maybe(
        table("simulation", open, "how it is simulated",
              {sized("packet_bytes", Type::size, 0, 1 << 30, by_default("0"),
                     "payload of a packet; 0: the wire format's", into(&S::packet_bytes)),
               boolean("fold", by_default("true"), "simulate equal planes once (exact)", into(&S::fold)),
               whole("seed", "", 0, 9e15, by_default("42"), "of everything random", into(&S::seed))}));
}

Section scenario()
{
    using S = ScenarioFile;
    return file(
        "workloads/NAME.toml, a scenario: a fabric, its technologies and what runs on it",
        {text("title", required, "name for people", into<S>(&S::spec, &ScenarioSpec::title))},
        {scenario_fabric(),
         table("library", same(), "the software",
               {text("name", required, "a file of workloads/libraries/, without .toml", into(&S::library)),
                whole("messages_at_once", "", 0, kMostAtOnce, by_default("0"),
                      "that a gpu sends by turns, packet by packet, instead of the library's; 0: as it says",
                      into(&S::messages_at_once))}),
         collective(), simulation(), job()});
}

// ---- workloads/measured/NAME.toml -------------------------------------------------------------------

static Section measured_point()
{
    using P = MeasuredPointSpec;
    return list(table(
        "point", appended(&MeasuredSeriesSpec::points), "one size; give time_us or busbw_GBps",
        {sized("bytes", Type::size, 1, kLargestSize, required, "as nccl-tests counts them", into(&P::bytes)),
         number("time_us", by_default("0.0"), "of the whole collective", into(&P::time_us)),
         number("busbw_GBps", by_default("0.0"), "bus bandwidth, where no time is told",
                into(&P::busbw_GBps))}));
}

static Section measured_series()
{
    using S = MeasuredSeriesSpec;
    Store const ignore = [](void*, Found const&) {};
    Store const store_scenario = [](void* target, Found const& found) {
        auto& series = *static_cast<S*>(target);
        series.scenario = std::get<std::string>(found.value);
        series.scenario_place = found.place;
    };
    return list(
        table("series", appended(&MeasuredSpec::series),
              "what one source measured of one collective on one machine",
              {text("machine", required, "GB200 NVL72, one rack", into(&S::machine)),
               whole("domain_gpus", "", 1, kMaxGpus, required, "gpus of its scale-up domain",
                     into(&S::domain_gpus)),
               text("op", required, "all_reduce, all_to_all", into(&S::op)),
               text("label", optional, "as studies call the collective: EP64", into(&S::label)),
               whole("ranks", "", 2, kMaxGpus, required, "gpus that took part", into(&S::ranks)),
               text("software", required, "library, version, algorithm, as far as told", into(&S::software)),
               text("note", optional, "what else matters for a comparison", into(&S::note)),
               text("scenario", optional, "a scenario that simulates the same, from here or from workloads/",
                    store_scenario),
               choice("status", {"measured"}, required, "nothing else belongs here", ignore),
               text("source", required, "who, where, year", into(&S::source))},
              {measured_point()}));
}

Section measured()
{
    return file("workloads/measured/NAME.toml: collectives measured on real machines, for studies to show",
                {},
                {table("measured", same(), "the file as a whole",
                       {text("title", required, "name for people", into(&MeasuredSpec::title))},
                       {measured_series()})});
}

}  // namespace copperwall::schema_rows
