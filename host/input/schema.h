//! The one table of what input files may say: every file kind, table and key with type, unit, limits, need
//! and meaning. Reading, `check`, `--help` and README are made from it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "host/input/load.h"
#include "host/input/spec.h"

namespace copperwall {

enum class Type : std::uint8_t {
    text,  //!< a string, not empty
    boolean,
    whole,     //!< a whole number
    number,    //!< the quantity around it limits it
    quantity,  //!< a number with source and status, see quantity_section()
    whole_quantity,
    size,         //!< bytes: a whole number or "64MiB"
    sizes,        //!< one size, an array of them, or a range, see range_section()
    names,        //!< an array of strings
    wholes,       //!< an array of whole numbers
    choice,       //!< one of `choices`
    ends,         //!< a technology for both ends, or see ends_section()
    values,       //!< an array of values for a key of the scenario, or a range of sizes
    assignments,  //!< a table of scenario keys and values
    axis          //!< `values`, or see axis_section(), or an array of tables, see axis_value_section()
};

// ---- What a key's text becomes, with its place ------------------------------------------------------

struct Located {
    std::string text;
    Place place;
};

struct LocatedEnds {
    Located a, b;
};

//! A value of a scenario's key, as TOML text.
struct WrittenValue {
    std::string toml;
    std::string label;  //!< without quotes and ".toml"; sizes as 4KiB
    Place place;
};

struct WrittenAssignment {
    std::string key;
    WrittenValue value;
};

//! One value of an axis: what it is called and which keys it sets.
struct AxisPoint {
    std::string label;
    std::vector<WrittenAssignment> settings;
    Place place;
};

using Value = std::variant<bool, std::int64_t, double, std::string, Quantity, std::vector<std::int64_t>,
                           std::vector<std::string>, LocatedEnds, std::vector<WrittenValue>,
                           std::vector<WrittenAssignment>, std::vector<AxisPoint>>;

//! A key that was found and whose value is sound. A choice is the index in Key::choices.
struct Found {
    std::string key;
    Value value;
    Place place;  //!< of the value
    Place key_place;
};

// ---- The table's rows -------------------------------------------------------------------------------

//! Puts a found value into the section's target.
using Store = std::function<void(void* target, Found const&)>;

struct Need {
    bool required = false;
    std::string by_default;  //!< TOML text used where the key is absent; "" = stays absent
};

struct Key {
    std::string name;  //!< "*": any name
    Type type = Type::text;
    std::string unit;  //!< as in the key's name: "ns", "GB/s"; empty: none
    double low = 0;    //!< limits of numbers, both included
    double high = 0;
    Need need;
    std::string description;
    std::vector<std::string> choices;
    Store store;
};

enum class Repeat : std::uint8_t {
    once,   //!< [name]
    named,  //!< [name.ANY]
    list    //!< [[name]]
};

struct Section {
    std::string name;  //!< empty: the file's top level
    Repeat repeat = Repeat::once;
    bool required = false;
    bool sourced = false;  //!< may hold `source` and `status` for its plain numbers
    std::string description;
    std::vector<Key> keys;
    std::vector<Section> sections;
    //! The struct a found table of this section fills, out of its parent's.
    std::function<void*(void* parent, std::string const& name, Place const&)> open;
};

//! The top level of a kind of file; its target is the struct named in schema_target.h.
Section const& schema(FileKind kind);

Section const& quantity_section();    //!< inside a quantity's inline table
Section const& range_section();       //!< { from, to, factor }
Section const& ends_section();        //!< { a, b }
Section const& axis_section();        //!< { key, values }
Section const& axis_value_section();  //!< { label, set }

std::string kind_name(FileKind kind);  //!< "scenario"
std::string type_name(Type type);      //!< "a whole number"
std::string limits_text(Key const&);   //!< "0 to 1000 ns"; empty where there are none

//! The table as plain text, at most 110 columns wide, for people.
std::string schema_text(FileKind kind);

}  // namespace copperwall
