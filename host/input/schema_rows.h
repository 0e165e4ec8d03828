//! One function a type of key and of table, so that each row of schema_*.cc says only what differs.
//! Order: name, [unit, low, high,] need, description, store.
#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "host/input/schema.h"
#include "host/input/schema_target.h"
#include "host/input/size_text.h"

namespace copperwall::schema_rows {

inline constexpr double kNoLimit = std::numeric_limits<double>::infinity();
inline Need const required{true, ""};
inline Need const optional{false, ""};

inline Need by_default(char const* toml)
{
    return {false, toml};
}

inline Key text(char const* name, Need need, char const* description, Store store)
{
    return {name, Type::text, "", 0, 0, std::move(need), description, {}, std::move(store)};
}

inline Key boolean(char const* name, Need need, char const* description, Store store)
{
    return {name, Type::boolean, "", 0, 0, std::move(need), description, {}, std::move(store)};
}

inline Key whole(char const* name, char const* unit, double low, double high, Need need,
                 char const* description, Store store)
{
    return {name, Type::whole, unit, low, high, std::move(need), description, {}, std::move(store)};
}

inline Key number(char const* name, Need need, char const* description, Store store)
{
    return {name, Type::number, "", -kNoLimit, kNoLimit, std::move(need), description, {}, std::move(store)};
}

inline Key quantity(char const* name, char const* unit, double low, double high, Need need,
                    char const* description, Store store)
{
    return {name, Type::quantity, unit, low, high, std::move(need), description, {}, std::move(store)};
}

inline Key whole_quantity(char const* name, char const* unit, double low, double high, Need need,
                          char const* description, Store store)
{
    return {name, Type::whole_quantity, unit, low, high, std::move(need), description, {}, std::move(store)};
}

inline Key choice(char const* name, std::vector<std::string> choices, Need need, char const* description,
                  Store store)
{
    return {name, Type::choice, "", 0, 0, std::move(need), description, std::move(choices), std::move(store)};
}

inline Key names(char const* name, Need need, char const* description, Store store)
{
    return {name, Type::names, "", 0, 0, std::move(need), description, {}, std::move(store)};
}

inline Key wholes(char const* name, double low, double high, char const* description, Store store)
{
    return {name, Type::wholes, "", low, high, required, description, {}, std::move(store)};
}

inline Key sized(char const* name, Type type, double low, std::int64_t high, Need need,
                 char const* description, Store store)
{
    return {
        name, type, "B", low, static_cast<double>(high), std::move(need), description, {}, std::move(store)};
}

inline Key special(char const* name, Type type, Need need, char const* description, Store store)
{
    return {name, type, "", 0, 0, std::move(need), description, {}, std::move(store)};
}

inline Section table(char const* name, Open open, char const* description, std::vector<Key> keys,
                     std::vector<Section> sections = {})
{
    return {name,           Repeat::once, true, false, description, std::move(keys), std::move(sections),
            std::move(open)};
}

inline Section sourced(Section section)
{
    section.sourced = true;
    return section;
}

inline Section named(Section section)
{
    section.repeat = Repeat::named;
    return section;
}

inline Section list(Section section)
{
    section.repeat = Repeat::list;
    return section;
}

inline Section maybe(Section section)
{
    section.required = false;
    return section;
}

inline Section file(char const* description, std::vector<Key> keys, std::vector<Section> sections)
{
    return table("", same(), description, std::move(keys), std::move(sections));
}

//! Tables of a scenario's fabric: slowed, outage, dead.
std::vector<Section> degraded_links();

//! Table of a scenario: what its job does about failures.
Section job();

// The kinds of file, in schema_technology.cc, schema_reliability.cc, schema_fabric.cc, schema_wire.cc,
// schema_workloads.cc and schema_study.cc.
Section media();
Section channel();
Section reliability();
Section technology();
Section wire();
Section fabric();
Section scale_out();
Section library();
Section scenario();
Section measured();
Section validation();
Section study();

}  // namespace copperwall::schema_rows
