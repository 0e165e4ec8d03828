// Wire formats: found by the names that tiers and scenarios give.
#include <algorithm>
#include <map>

#include "cuda/types.h"
#include "host/input/loader.h"
#include "host/input/suggest.h"

namespace copperwall {

namespace {

//! A file is read once, however many tiers name it, and a name that is wrong is said to be so once a place.
class Wires {
public:
    explicit Wires(Loader& loader) : loader_(loader) {}

    void put(Located const& name, WireSpec& wire)
    {
        auto const known = read_.find(name.text);
        if (known != read_.end()) {
            wire = known->second;
            return;
        }
        auto const file = loader_.find_named(name, loader_.tree.wires(), "wire format");
        auto read = file ? read_wire(loader_, *file) : std::nullopt;
        if (read) wire = read_[name.text] = std::move(*read);
    }

private:
    Loader& loader_;
    std::map<std::string, WireSpec> read_;
};

void put_below(FabricSpec& fabric)
{
    for (bool const cores : {false, true})
        for (TierSpec& spine : fabric.tiers)
            for (TierSpec const& below : fabric.tiers)
                if (below.name == spine.above && below.above.empty() != cores) spine.wire = below.wire;
}

//! Tiers that have a format of their own: not spines.
std::vector<std::string> named_tiers(FabricSpec const& fabric)
{
    std::vector<std::string> names;
    for (TierSpec const& tier : fabric.tiers)
        if (tier.above.empty()) names.push_back(tier.name);
    return names;
}

void check_tier_names(ScenarioFile const& scenario, FabricSpec const& fabric, ErrorList& errors)
{
    auto const names = named_tiers(fabric);
    for (auto const& [tier, place] : scenario.wires_places) {
        if (tier == "all" || std::find(names.begin(), names.end(), tier) != names.end()) continue;
        errors.add(place,
                   "unknown tier '" + tier + "' in [fabric.wire] (" + fabric.name + " has " + listed(names) +
                       ", and spines have what is below them); rename or remove it",
                   did_you_mean(tier, names));
    }
}

}  // namespace

void check_wire(WireSpec const& wire, ErrorList& errors)
{
    auto const payload = static_cast<std::int64_t>(wire.payload_bytes.value);
    auto const flit = static_cast<std::int64_t>(wire.flit_bytes.value);
    auto const mtu = static_cast<std::int64_t>(wire.mtu_bytes.value);
    if (payload == 0) return;
    std::string const written = "'payload_bytes' = " + std::to_string(payload);
    auto const wrong = [&](std::string const& why) { errors.add(wire.payload_bytes.place, written + why); };
    if (flit != 0 && payload % flit != 0)
        wrong(" is no multiple of 'flit_bytes' = " + std::to_string(flit) +
              " (packets are whole flits); correct one of the two");
    else if (flit != 0 && payload / flit > kMaxFlitsPerPacket)
        wrong(" is " + std::to_string(payload / flit) + " flits (at most " +
              std::to_string(kMaxFlitsPerPacket) + "); make it smaller");
    if (mtu != 0 && payload > mtu)
        wrong(" is more than 'mtu_bytes' = " + std::to_string(mtu) +
              " (the format allows no larger packet); correct one of the two");
}

void read_wires(Loader& loader, FabricSpec& fabric)
{
    Wires wires(loader);
    for (TierSpec& tier : fabric.tiers) {
        if (tier.wire.name.empty()) continue;
        Located const named{tier.wire.name, tier.wire.place};
        wires.put(named, tier.wire);
    }
    put_below(fabric);
}

void replace_wires(Loader& loader, ScenarioFile const& scenario, FabricSpec& fabric)
{
    check_tier_names(scenario, fabric, loader.errors);
    Wires wires(loader);
    auto const all = scenario.wires.find("all");
    for (TierSpec& tier : fabric.tiers) {
        if (!tier.above.empty()) continue;
        auto const own = scenario.wires.find(tier.name);
        if (own != scenario.wires.end())
            wires.put(own->second, tier.wire);
        else if (all != scenario.wires.end() && !tier.outside)
            wires.put(all->second, tier.wire);
    }
    put_below(fabric);
}

}  // namespace copperwall
