#include <algorithm>
#include <cctype>
#include <set>
#include <tuple>

#include "host/input/read.h"
#include "host/input/suggest.h"

namespace copperwall {

namespace {

Key const* find_key(Section const& section, std::string_view name)
{
    for (auto const& key : section.keys) {
        if (key.name == name || key.name == "*") return &key;
    }
    return nullptr;
}

Section const* find_section(Section const& section, std::string_view name)
{
    for (auto const& child : section.sections) {
        if (child.name == name) return &child;
    }
    return nullptr;
}

Key const& provenance_key(std::string_view name)
{
    return *find_key(quantity_section(), name);
}

Provenance read_provenance(Reader const& reader, toml::table const& table, Section const& section,
                           std::string const& heading)
{
    Provenance provenance;
    provenance.heading = heading;
    if (!section.sourced) return provenance;
    if (auto const* node = table.get("source")) {
        if (auto value = read_value(reader, *node, provenance_key("source"), provenance))
            provenance.source = std::get<std::string>(*value);
    }
    if (auto const* node = table.get("status")) {
        if (auto value = read_value(reader, *node, provenance_key("status"), provenance))
            provenance.status = static_cast<Status>(std::get<std::int64_t>(*value));
    }
    return provenance;
}

void report_unsourced(Reader const& reader, Provenance const& p)
{
    std::string const why = " (a number without a source and a status does not load); add ";
    if (!p.without_source.empty())
        reader.errors.add(p.first_without_source, p.heading + " gives no source for " +
                                                      listed(p.without_source) + why +
                                                      "source = \"who, where, year\"");
    if (!p.without_status.empty())
        reader.errors.add(p.first_without_status, p.heading + " gives no status for " +
                                                      listed(p.without_status) + why +
                                                      "status = \"measured\", \"published\" or \"assumed\"");
}

bool is_name(std::string const& name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '-';
    });
}

std::string child_path(std::string const& heading, std::string const& name)
{
    auto const first = heading.find_first_not_of('[');
    auto const last = heading.find_last_not_of(']');
    if (heading.empty() || heading[0] != '[') return name;
    return heading.substr(first, last - first + 1) + "." + name;
}

void read_child(Reader const& reader, toml::node const& node, Section const& child,
                std::string const& heading, std::string const& name, void* target)
{
    auto const* table = node.as_table();
    if (table == nullptr) {
        reader.errors.add(reader.document.place(node),
                          "'" + name + "' holds a value (a table is wanted); write it as " + heading);
        return;
    }
    read_table(reader, *table, child, heading, child.open(target, name, reader.document.place(node)));
}

std::string bracketed(std::string const& path, std::string const& name)
{
    return "[" + path + "." + name + "]";
}

void read_named(Reader const& reader, toml::node const& node, Section const& child, std::string const& path,
                void* target)
{
    auto const* tables = node.as_table();
    if (tables == nullptr) return read_child(reader, node, child, "[" + path + ".NAME]", child.name, target);
    for (auto const& [key, value] : in_file_order(reader.document, *tables)) {
        std::string const name(key->str());
        if (is_name(name))
            read_child(reader, *value, child, bracketed(path, name), name, target);
        else
            reader.errors.add(reader.document.place(*key),
                              "'" + name + "' is no name for a " + child.name +
                                  " (letters, digits, _ and - make one); rename it");
    }
}

void read_list(Reader const& reader, toml::node const& node, Section const& child, std::string const& path,
               void* target)
{
    auto const* array = node.as_array();
    std::string const heading = "[[" + path + "]]";
    if (array == nullptr || array->empty()) {
        reader.errors.add(reader.document.place(node), "'" + child.name + "' is not an array of tables (" +
                                                           child.description + "); write it as " + heading);
        return;
    }
    for (auto const& element : *array) read_child(reader, element, child, heading, "", target);
}

void read_section(Reader const& reader, toml::node const& node, Section const& child, std::string const& path,
                  void* target)
{
    if (child.repeat == Repeat::named) return read_named(reader, node, child, path, target);
    if (child.repeat == Repeat::list) return read_list(reader, node, child, path, target);
    read_child(reader, node, child, "[" + path + "]", child.name, target);
}

void use_default(Reader const& reader, Key const& key, void* target)
{
    Provenance none;
    toml::table const table = toml::parse("value = " + key.need.by_default);
    if (auto value = read_value(reader, *table.get("value"), key, none))
        key.store(target, {key.name, std::move(*value), {}, {}});
}

std::string missing_table(Section const& child, std::string const& path)
{
    std::string heading = "[" + path + "]";
    if (child.repeat == Repeat::named) heading = "[" + path + ".NAME]";
    if (child.repeat == Repeat::list) heading = "[[" + path + "]]";
    return "missing table " + heading + " (" + child.description + "); add it";
}

std::string missing_key(Key const& key, std::string const& heading)
{
    return "missing key '" + key.name + "' in " + heading + " (" + key.description + "); give " +
           type_name(key.type);
}

//! A table with required keys that is not there stays out as a whole.
bool all_by_default(Section const& section)
{
    return std::none_of(section.keys.begin(), section.keys.end(),
                        [](Key const& key) { return key.need.required; });
}

//! Keys and tables that are not there: an error, unless one was `meant` by another name, or their defaults.
void fill_absent(Reader const& reader, toml::table const& table, Section const& section,
                 std::string const& heading, std::set<std::string> const& meant, void* target)
{
    Place const place = reader.document.place(table);
    for (auto const& key : section.keys) {
        if (key.name == "*" || table.contains(key.name) || meant.count(key.name) != 0) continue;
        if (key.need.required)
            reader.errors.add(place, missing_key(key, heading));
        else if (!key.need.by_default.empty())
            use_default(reader, key, target);
    }
    for (auto const& child : section.sections) {
        if (table.contains(child.name) || meant.count(child.name) != 0) continue;
        std::string const path = child_path(heading, child.name);
        if (child.required) {
            reader.errors.add(place, missing_table(child, path));
        } else if (child.repeat == Repeat::once && all_by_default(child)) {
            static toml::table const nothing;
            read_table(reader, nothing, child, "[" + path + "]", child.open(target, child.name, {}));
        }
    }
}

}  // namespace

std::vector<std::pair<toml::key const*, toml::node const*>> in_file_order(Document const& document,
                                                                          toml::table const& table)
{
    std::vector<std::pair<toml::key const*, toml::node const*>> entries;
    for (auto it = table.cbegin(); it != table.cend(); ++it) entries.emplace_back(&it->first, &it->second);
    std::stable_sort(entries.begin(), entries.end(), [&](auto const& a, auto const& b) {
        Place const pa = document.place(*a.first), pb = document.place(*b.first);
        return std::tuple(pa.line, pa.column) < std::tuple(pb.line, pb.column);
    });
    return entries;
}

void read_table(Reader const& reader, toml::table const& table, Section const& section,
                std::string const& heading, void* target)
{
    Provenance provenance = read_provenance(reader, table, section, heading);
    std::set<std::string> meant;
    for (auto const& [name, node] : in_file_order(reader.document, table)) {
        bool const covers = section.sourced && (name->str() == "source" || name->str() == "status");
        if (covers) continue;
        if (Section const* child = find_section(section, name->str())) {
            read_section(reader, *node, *child, child_path(heading, child->name), target);
        } else if (Key const* key = find_key(section, name->str())) {
            Key named = *key;
            named.name = name->str();
            if (auto value = read_value(reader, *node, named, provenance))
                key->store(target, {named.name, std::move(*value), reader.document.place(*node),
                                    reader.document.place(*name)});
        } else {
            meant.insert(unknown_key(reader, section, heading, *name, *node));
        }
    }
    report_unsourced(reader, provenance);
    fill_absent(reader, table, section, heading, meant, target);
}

}  // namespace copperwall
