// The axes of a study: values of scenario keys, as TOML text.
#include <cstdint>
#include <set>
#include <sstream>

#include "host/input/read.h"
#include "host/input/schema_target.h"
#include "host/input/size_text.h"

namespace copperwall {

namespace {

std::string toml_text(toml::node const& node)
{
    std::ostringstream text;
    text << toml::toml_formatter{node, toml::format_flags::allow_unicode_strings};
    return text.str();
}

//! "cpo", 72, "nvl72.toml" -> nvl72, { a = "x", b = "y" } -> x/y.
std::string label_of(toml::node const& node)
{
    if (auto const text = node.value_exact<std::string>()) {
        std::string const file_ending = ".toml";
        bool const is_file =
            text->size() > file_ending.size() &&
            text->compare(text->size() - file_ending.size(), file_ending.size(), file_ending) == 0;
        return is_file ? std::filesystem::path(*text).stem().string() : *text;
    }
    std::string label;
    auto const join = [&](auto const& elements) {
        for (auto const& element : elements) label += (label.empty() ? "" : "/") + label_of(element);
    };
    if (auto const* array = node.as_array()) {
        join(*array);
    } else if (auto const* table = node.as_table()) {
        for (auto it = table->cbegin(); it != table->cend(); ++it)
            label += (label.empty() ? "" : "/") + label_of(it->second);
    } else {
        label = toml_text(node);
    }
    return label;
}

WrittenValue written(Reader const& reader, toml::node const& node)
{
    return {toml_text(node), label_of(node), reader.document.place(node)};
}

std::vector<AxisPoint> points_of(std::string const& key, std::vector<WrittenValue> const& values)
{
    std::vector<AxisPoint> points;
    points.reserve(values.size());
    for (auto const& value : values) points.push_back({value.label, {{key, value}}, value.place});
    return points;
}

//! NAME = { key, values }
std::optional<std::vector<AxisPoint>> read_keyed(Reader const& reader, toml::table const& table,
                                                 Key const& key)
{
    AxisParts parts;
    std::size_t const before = reader.errors.size();
    bool const nested = !table.contains("key") && !table.contains("values") && !table.empty() &&
                        table.cbegin()->second.is_array();
    if (nested) {
        std::string const inner(table.cbegin()->first.str());
        reader.errors.add(reader.document.place(table.cbegin()->first),
                          "'" + key.name + "." + inner +
                              "' is a table inside a table (a dotted key without "
                              "quotes makes one); write \"" +
                              key.name + "." + inner + "\" in quotes");
        return std::nullopt;
    }
    read_table(reader, table, axis_section(), "the axis '" + key.name + "'", &parts);
    if (reader.errors.size() != before) return std::nullopt;
    return points_of(parts.key, parts.values);
}

//! NAME = [{ label, set }, ...]
std::optional<std::vector<AxisPoint>> read_points(Reader const& reader, toml::array const& array,
                                                  Key const& key)
{
    std::vector<AxisPoint> points;
    std::size_t const before = reader.errors.size();
    for (auto const& element : array) {
        auto const* table = element.as_table();
        if (table == nullptr) {
            wrong_type(reader, element, key);
            continue;
        }
        points.emplace_back().place = reader.document.place(element);
        read_table(reader, *table, axis_value_section(), "a value of the axis '" + key.name + "'",
                   &points.back());
    }
    if (reader.errors.size() != before) return std::nullopt;
    return points;
}

bool labels_differ(Reader const& reader, std::vector<AxisPoint> const& points, Key const& key)
{
    std::set<std::string> seen;
    bool differ = true;
    for (auto const& point : points) {
        if (seen.insert(point.label).second) continue;
        reader.errors.add(point.place, "the axis '" + key.name + "' has '" + point.label +
                                           "' twice (its values must differ); remove one");
        differ = false;
    }
    return differ;
}

}  // namespace

std::optional<std::vector<WrittenValue>> read_values(Reader const& reader, toml::node const& node,
                                                     Key const& key)
{
    std::vector<WrittenValue> values;
    if (node.is_table()) {
        Key sizes = key;
        sizes.type = Type::sizes;
        auto const range = read_sizes(reader, node, sizes);
        if (!range) return std::nullopt;
        for (std::int64_t bytes : std::get<std::vector<std::int64_t>>(*range))
            values.push_back({std::to_string(bytes), size_text(bytes), reader.document.place(node)});
        return values;
    }
    auto const* array = node.as_array();
    if (array == nullptr || array->empty()) return wrong_type(reader, node, key);
    for (auto const& element : *array) values.push_back(written(reader, element));
    return values;
}

std::optional<Value> read_assignments(Reader const& reader, toml::node const& node, Key const& key)
{
    auto const* table = node.as_table();
    if (table == nullptr || table->empty()) return wrong_type(reader, node, key);
    std::vector<WrittenAssignment> assignments;
    for (auto const& [name, value] : in_file_order(reader.document, *table))
        assignments.push_back({std::string(name->str()), written(reader, *value)});
    return assignments;
}

std::optional<Value> read_axis(Reader const& reader, toml::node const& node, Key const& key)
{
    auto const* table = node.as_table();
    auto const* array = node.as_array();
    bool const range = table != nullptr && (table->contains("from") || table->contains("to"));
    std::optional<std::vector<AxisPoint>> points;
    if (table != nullptr && !range) {
        points = read_keyed(reader, *table, key);
    } else if (array != nullptr && !array->empty() && array->front().is_table() &&
               array->front().as_table()->contains("label")) {
        points = read_points(reader, *array, key);
    } else if (auto const values = read_values(reader, node, key)) {
        points = points_of(key.name, *values);
    }
    if (!points || !labels_differ(reader, *points, key)) return std::nullopt;
    return *points;
}

}  // namespace copperwall
