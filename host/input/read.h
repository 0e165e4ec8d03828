//! Walks a parsed file along the schema: every value is checked, then put into the section's target.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/input/document.h"
#include "host/input/schema.h"

namespace copperwall {

//! What is being read.
struct Reader {
    Document const& document;
    ErrorList& errors;
    Section const& top;  //!< to tell where a misplaced key belongs
};

//! Source and status of a table, which cover its plain numbers, and the numbers that found none.
struct Provenance {
    std::string source;
    std::optional<Status> status;
    std::string heading;
    std::vector<std::string> without_source, without_status;
    Place first_without_source, first_without_status;
};

//! Reads `table` as `section` into `target`. `heading` names the table in messages: "[fabric]".
void read_table(Reader const& reader, toml::table const& table, Section const& section,
                std::string const& heading, void* target);

//! The value of one key; nothing after adding why not.
std::optional<Value> read_value(Reader const& reader, toml::node const& node, Key const& key,
                                Provenance& provenance);

std::optional<Value> read_quantity(Reader const& reader, toml::node const& node, Key const& key,
                                   Provenance& provenance);
std::optional<Value> read_sizes(Reader const& reader, toml::node const& node, Key const& key);
std::optional<std::int64_t> read_size(Reader const& reader, toml::node const& node, Key const& key);
std::optional<std::vector<WrittenValue>> read_values(Reader const& reader, toml::node const& node,
                                                     Key const& key);
std::optional<Value> read_assignments(Reader const& reader, toml::node const& node, Key const& key);
std::optional<Value> read_axis(Reader const& reader, toml::node const& node, Key const& key);

//! Adds "'gpus' is a string (a whole number is wanted); ..." and returns nothing.
std::nullopt_t wrong_type(Reader const& reader, toml::node const& node, Key const& key);

//! Adds an error and returns false where `number` is not within the key's limits.
bool within_limits(Reader const& reader, Place const& place, Key const& key, double number);

//! Adds an error. Returns the name that was probably meant, or "".
std::string unknown_key(Reader const& reader, Section const& section, std::string const& heading,
                        toml::key const& key, toml::node const& node);

//! A table's entries as they stand in the file; TOML++ keeps them by name.
std::vector<std::pair<toml::key const*, toml::node const*>> in_file_order(Document const& document,
                                                                          toml::table const& table);

}  // namespace copperwall
