#include <algorithm>
#include <cmath>

#include "host/input/read.h"
#include "host/input/size_text.h"
#include "host/input/suggest.h"

namespace copperwall {

namespace {

std::string type_of(toml::node const& node)
{
    switch (node.type()) {
        case toml::node_type::string:
            return "a string";
        case toml::node_type::integer:
            return "a whole number";
        case toml::node_type::floating_point:
            return "a decimal number";
        case toml::node_type::boolean:
            return "true or false";
        case toml::node_type::array:
            return "an array";
        case toml::node_type::table:
            return "a table";
        default:
            return "a date or time";
    }
}

bool is_numeric(Type type)
{
    return type == Type::whole || type == Type::number || type == Type::quantity ||
           type == Type::whole_quantity;
}

std::string advice(toml::node const& node, Key const& key)
{
    bool const whole = key.type == Type::whole || key.type == Type::whole_quantity || key.type == Type::size;
    if (node.is_string() && is_numeric(key.type))
        return key.unit.empty() ? "write it without quotes"
                                : "write the bare number, the unit is in the key's name";
    if (node.is_floating_point() && whole) return "write it without a decimal point";
    if (node.is_number() && (key.type == Type::text || key.type == Type::choice)) return "put it in quotes";
    return "give " + type_name(key.type);
}

std::optional<Value> read_text(Reader const& reader, toml::node const& node, Key const& key)
{
    auto const text = node.value_exact<std::string>();
    if (!text) return wrong_type(reader, node, key);
    if (text->find_first_not_of(" \t\r\n") != std::string::npos) return *text;
    reader.errors.add(reader.document.place(node),
                      "'" + key.name + "' is empty (" + key.description + "); fill it in");
    return std::nullopt;
}

std::optional<Value> read_choice(Reader const& reader, toml::node const& node, Key const& key)
{
    auto const text = node.value_exact<std::string>();
    if (!text) return wrong_type(reader, node, key);
    auto const found = std::find(key.choices.begin(), key.choices.end(), *text);
    if (found != key.choices.end()) return std::int64_t{found - key.choices.begin()};
    reader.errors.add(reader.document.place(node),
                      "'" + key.name + "' cannot be '" + *text + "' (the choices are " + listed(key.choices) +
                          "); take one of them",
                      did_you_mean(*text, key.choices));
    return std::nullopt;
}

std::optional<Value> read_whole(Reader const& reader, toml::node const& node, Key const& key)
{
    auto const number = node.value_exact<std::int64_t>();
    if (!number) return wrong_type(reader, node, key);
    if (!within_limits(reader, reader.document.place(node), key, static_cast<double>(*number)))
        return std::nullopt;
    return *number;
}

std::optional<Value> read_number(Reader const& reader, toml::node const& node, Key const& key)
{
    if (!node.is_number()) return wrong_type(reader, node, key);
    return *node.value<double>();
}

//! Reads every element as a key of type `element`; nothing where one is wrong or there is none.
template <class T, class ReadOne>
std::optional<Value> read_array(Reader const& reader, toml::node const& node, Key const& key, Type element,
                                ReadOne read_one)
{
    auto const* array = node.as_array();
    if (array == nullptr || array->empty()) return wrong_type(reader, node, key);
    std::vector<T> values;
    for (std::size_t i = 0; i < array->size(); ++i) {
        Key one = key;
        one.type = element;
        one.name += "[" + std::to_string(i) + "]";
        if (auto value = read_one(reader, (*array)[i], one)) values.push_back(std::get<T>(*value));
    }
    if (values.size() != array->size()) return std::nullopt;
    return values;
}

std::optional<Value> read_ends(Reader const& reader, toml::node const& node, Key const& key)
{
    Place const place = reader.document.place(node);
    if (auto const technology = node.value_exact<std::string>())
        return LocatedEnds{{*technology, place}, {*technology, place}};
    auto const* table = node.as_table();
    if (table == nullptr) return wrong_type(reader, node, key);
    LocatedEnds ends;
    std::size_t const before = reader.errors.size();
    read_table(reader, *table, ends_section(), "the ends of '" + key.name + "'", &ends);
    if (reader.errors.size() != before) return std::nullopt;
    return ends;
}

std::optional<Value> wrapped(std::optional<std::int64_t> const& size)
{
    if (!size) return std::nullopt;
    return *size;
}

std::optional<Value> wrapped(std::optional<std::vector<WrittenValue>> values)
{
    if (!values) return std::nullopt;
    return std::move(*values);
}

std::optional<Value> read_boolean(Reader const& reader, toml::node const& node, Key const& key)
{
    auto const flag = node.value_exact<bool>();
    if (!flag) return wrong_type(reader, node, key);
    return *flag;
}

}  // namespace

std::nullopt_t wrong_type(Reader const& reader, toml::node const& node, Key const& key)
{
    bool const empty_array = node.is_array() && node.as_array()->empty();
    std::string const is = empty_array ? "an empty array" : type_of(node);
    reader.errors.add(
        reader.document.place(node),
        "'" + key.name + "' is " + is + " (" + type_name(key.type) + " is wanted); " + advice(node, key));
    return std::nullopt;
}

bool within_limits(Reader const& reader, Place const& place, Key const& key, double number)
{
    if (std::isfinite(number) && number >= key.low && number <= key.high) return true;
    std::string const limits = limits_text(key);
    reader.errors.add(place, "'" + key.name + "' = " + shortest(number) + " is out of range (" +
                                 (limits.empty() ? "a finite number is wanted" : limits) +
                                 "); correct the value" + (key.unit.empty() ? "" : " or its unit"));
    return false;
}

std::optional<Value> read_value(Reader const& reader, toml::node const& node, Key const& key,
                                Provenance& provenance)
{
    switch (key.type) {
        case Type::text:
            return read_text(reader, node, key);
        case Type::boolean:
            return read_boolean(reader, node, key);
        case Type::whole:
            return read_whole(reader, node, key);
        case Type::number:
            return read_number(reader, node, key);
        case Type::quantity:
        case Type::whole_quantity:
            return read_quantity(reader, node, key, provenance);
        case Type::size:
            return wrapped(read_size(reader, node, key));
        case Type::sizes:
            return read_sizes(reader, node, key);
        case Type::names:
            return read_array<std::string>(reader, node, key, Type::text, read_text);
        case Type::wholes:
            return read_array<std::int64_t>(reader, node, key, Type::whole, read_whole);
        case Type::choice:
            return read_choice(reader, node, key);
        case Type::ends:
            return read_ends(reader, node, key);
        case Type::values:
            return wrapped(read_values(reader, node, key));
        case Type::assignments:
            return read_assignments(reader, node, key);
        case Type::axis:
            break;
    }
    return read_axis(reader, node, key);
}

}  // namespace copperwall
