#include <algorithm>

#include "host/input/read.h"
#include "host/input/suggest.h"

namespace copperwall {

namespace {

char const* const kUnitSuffixes[] = {
    "fs",       "ps",         "ns",         "us",         "ms",   "s",    "min",     "h",
    "hours",    "days",       "years",      "um",         "mm",   "cm",   "m",       "km",
    "in",       "ft",         "B",          "bytes",      "bits", "KiB",  "MiB",     "GiB",
    "kB",       "MB",         "GB",         "bps",        "Mbps", "Gbps", "Tbps",    "MBps",
    "GBps",     "TBps",       "gbps",       "tbps",       "mW",   "W",    "kW",      "J",
    "mJ",       "pJ_per_bit", "fJ_per_bit", "pj_per_bit", "fit",  "usd",  "percent", "usd_per_Gbps",
    "ns_per_m", "ps_per_m",   "ns_per_mm",  "ns_per_ft"};

//! "GB/s" stands in names as GBps, "pJ/bit" as pJ_per_bit.
std::string suffix_of(Key const& key)
{
    for (char const* suffix : kUnitSuffixes) {
        std::string tail = "_" + std::string(suffix);
        bool const longer = key.name.size() > tail.size();
        if (longer && key.name.compare(key.name.size() - tail.size(), tail.size(), tail) == 0 &&
            !key.unit.empty() && suffix[0] == key.unit[0])
            return tail;
    }
    return {};
}

bool is_unit(std::string const& word)
{
    return std::find(std::begin(kUnitSuffixes), std::end(kUnitSuffixes), word) != std::end(kUnitSuffixes);
}

//! The key that is meant where only the unit behind its name is another, or lacks.
Key const* key_in_another_unit(Section const& section, std::string const& written)
{
    for (auto const& key : section.keys) {
        std::string const suffix = suffix_of(key);
        if (suffix.empty()) continue;
        std::string const stem = key.name.substr(0, key.name.size() - suffix.size());
        if (written == stem) return &key;
        if (written.rfind(stem + "_", 0) == 0 && is_unit(written.substr(stem.size() + 1))) return &key;
    }
    return nullptr;
}

std::vector<std::string> names_in(Section const& section)
{
    std::vector<std::string> names;
    for (auto const& key : section.keys) {
        if (key.name != "*") names.push_back(key.name);
    }
    for (auto const& child : section.sections) names.push_back(child.name);
    if (section.sourced) names.insert(names.end(), {"source", "status"});
    return names;
}

//! Heading of the first table of the file that has the key; "" where none has.
std::string home_of(Section const& section, std::string const& path, std::string const& name)
{
    for (auto const& key : section.keys) {
        if (key.name == name) return path.empty() ? "the top-level table" : "[" + path + "]";
    }
    for (auto const& child : section.sections) {
        std::string inside = path.empty() ? child.name : path + "." + child.name;
        if (child.repeat == Repeat::named) inside += ".NAME";
        std::string const home = home_of(child, inside, name);
        if (!home.empty())
            return child.repeat == Repeat::list && home == "[" + inside + "]" ? "[" + home + "]" : home;
    }
    return {};
}

}  // namespace

std::string unknown_key(Reader const& reader, Section const& section, std::string const& heading,
                        toml::key const& key, toml::node const& node)
{
    std::string const written(key.str());
    Place const place = reader.document.place(key);
    bool const is_table = node.is_table() || node.is_array_of_tables();
    std::string const what =
        std::string("unknown ") + (is_table ? "table" : "key") + " '" + written + "' in " + heading;
    if (Key const* meant = key_in_another_unit(section, written)) {
        reader.errors.add(place,
                          what + " (the unit is part of the name, and this number is in " + meant->unit +
                              "); convert the value to " + meant->unit,
                          "did you mean '" + meant->name + "'?");
        return meant->name;
    }
    std::string const home = home_of(reader.top, "", written);
    std::string near = nearest(written, names_in(section));
    if (!home.empty()) {
        reader.errors.add(place, what + " (it belongs to " + home + "); move it there");
        return {};
    }
    if (near.empty())
        reader.errors.add(place, what + " (it holds " + listed(names_in(section)) + "); rename or remove it");
    else
        reader.errors.add(place, what + "; rename or remove it", "did you mean '" + near + "'?");
    return near;
}

}  // namespace copperwall
