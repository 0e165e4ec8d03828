#include "host/input/read.h"
#include "host/input/schema_target.h"
#include "host/input/size_text.h"
#include "host/input/suggest.h"

namespace copperwall {

namespace {

std::optional<Value> read_range(Reader const& reader, toml::table const& table, Key const& key)
{
    RangeParts range;
    std::size_t const before = reader.errors.size();
    read_table(reader, table, range_section(), "the range of '" + key.name + "'", &range);
    if (reader.errors.size() != before) return std::nullopt;
    if (range.from > range.to) {
        reader.errors.add(reader.document.place(*table.get("from")),
                          "'" + key.name + "' goes from " + size_text(range.from) + " to " +
                              size_text(range.to) + " (no size lies between); exchange the two");
        return std::nullopt;
    }
    std::vector<std::int64_t> sizes;
    for (std::int64_t size = range.from; size <= range.to; size *= range.factor) sizes.push_back(size);
    return sizes;
}

}  // namespace

std::optional<std::int64_t> read_size(Reader const& reader, toml::node const& node, Key const& key)
{
    Place const place = reader.document.place(node);
    if (auto const bytes = node.value_exact<std::int64_t>()) {
        if (!within_limits(reader, place, key, static_cast<double>(*bytes))) return std::nullopt;
        return *bytes;
    }
    auto const text = node.value_exact<std::string>();
    if (!text) return wrong_type(reader, node, key);
    SizeText const size = parse_size(*text);
    if (!size.error.empty()) {
        reader.errors.add(place, "'" + key.name + "': " + size.error, size.hint);
        return std::nullopt;
    }
    if (!within_limits(reader, place, key, static_cast<double>(size.bytes))) return std::nullopt;
    return size.bytes;
}

std::optional<Value> read_sizes(Reader const& reader, toml::node const& node, Key const& key)
{
    if (auto const* table = node.as_table()) return read_range(reader, *table, key);
    auto const* array = node.as_array();
    std::vector<std::int64_t> sizes;
    if (array == nullptr) {
        if (!node.is_integer() && !node.is_string()) return wrong_type(reader, node, key);
        if (auto const size = read_size(reader, node, key)) sizes.push_back(*size);
    } else {
        if (array->empty()) return wrong_type(reader, node, key);
        Key one = key;
        one.type = Type::size;
        for (auto const& element : *array) {
            if (auto const size = read_size(reader, element, one)) sizes.push_back(*size);
        }
    }
    if (sizes.size() != (array ? array->size() : 1)) return std::nullopt;
    return sizes;
}

}  // namespace copperwall
