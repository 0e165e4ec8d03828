#include <cmath>

#include "host/input/read.h"
#include "host/input/schema_target.h"
#include "host/input/suggest.h"

namespace copperwall {

namespace {

void note_missing(std::vector<std::string>& keys, Place& first, std::string const& name, Place const& place)
{
    if (keys.empty()) first = place;
    keys.push_back(name);
}

bool in_order(Reader const& reader, toml::table const& table, Key const& key, Quantity const& q)
{
    auto const wrong = [&](char const* at, std::string const& what) {
        reader.errors.add(reader.document.place(*table.get(at)),
                          "'" + key.name + "' has " + what +
                              " (low <= value <= high must hold); correct "
                              "one of the two");
        return false;
    };
    if (q.low > q.value)
        return wrong("low", "low = " + shortest(q.low) + " above value = " + shortest(q.value));
    if (q.high < q.value)
        return wrong("high", "high = " + shortest(q.high) + " below value = " + shortest(q.value));
    return true;
}

bool sound(Reader const& reader, Place const& place, Key const& key, double number)
{
    if (!within_limits(reader, place, key, number)) return false;
    if (key.type != Type::whole_quantity || number == std::floor(number)) return true;
    reader.errors.add(place, "'" + key.name + "' = " + shortest(number) +
                                 " is not whole (it is counted, not measured); give a whole number");
    return false;
}

//! Value, low and high of an inline table; provenance from it or, where it is silent, from around it.
std::optional<Quantity> read_parts(Reader const& reader, toml::table const& table, Key const& key,
                                   Provenance const& around)
{
    QuantityParts parts;
    std::size_t const before = reader.errors.size();
    read_table(reader, table, quantity_section(), "the table of '" + key.name + "'", &parts);
    if (reader.errors.size() != before) return std::nullopt;
    Quantity q;
    q.value = *parts.value;
    q.low = parts.low.value_or(q.value);
    q.high = parts.high.value_or(q.value);
    q.source = parts.source.value_or(around.source);
    bool good = true;
    for (auto const& [name, number] :
         {std::pair("value", parts.value), {"low", parts.low}, {"high", parts.high}}) {
        if (number) good = sound(reader, reader.document.place(*table.get(name)), key, *number) && good;
    }
    if (!good || !in_order(reader, table, key, q)) return std::nullopt;
    if (parts.status) q.status = *parts.status;
    return q;
}

std::optional<Quantity> read_plain(Reader const& reader, toml::node const& node, Key const& key,
                                   Provenance const& around)
{
    double const number = *node.value<double>();
    if (!sound(reader, reader.document.place(node), key, number)) return std::nullopt;
    Quantity q;
    q.value = q.low = q.high = number;
    q.source = around.source;
    return q;
}

}  // namespace

std::optional<Value> read_quantity(Reader const& reader, toml::node const& node, Key const& key,
                                   Provenance& provenance)
{
    if (!node.is_number() && !node.is_table()) return wrong_type(reader, node, key);
    auto const* table = node.as_table();
    auto q = table ? read_parts(reader, *table, key, provenance) : read_plain(reader, node, key, provenance);
    if (!q) return std::nullopt;
    q->place = reader.document.place(node);
    bool const own_status = table != nullptr && table->contains("status");
    if (q->source.empty())
        note_missing(provenance.without_source, provenance.first_without_source, key.name, q->place);
    if (!own_status && !provenance.status)
        note_missing(provenance.without_status, provenance.first_without_status, key.name, q->place);
    if (!own_status && provenance.status) q->status = *provenance.status;
    return *q;
}

}  // namespace copperwall
