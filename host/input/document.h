//! A parsed TOML file whose values know where they stand, also those put in from the command line.
#pragma once

#include <toml++/toml.h>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "host/input/error_list.h"

namespace copperwall {

struct Document {
    std::string file;  //!< as shown to people
    toml::table root;
    std::map<std::string, Place> origins;  //!< of values that stand in no file, by toml++ source path

    Place place(toml::source_region const& region) const;
    Place place(toml::node const& node) const { return place(node.source()); }
    Place place(toml::key const& key) const { return place(key.source()); }

    //! Of the value at a dotted path ("collective[0].group"); the top of the file where there is none.
    Place place_at(std::string const& path) const;
};

//! Reads and parses; nothing after adding why not. `text` receives the file's exact text.
std::optional<Document> parse_file(std::filesystem::path const& file, std::string const& shown,
                                   ErrorList& errors, std::string& text);

}  // namespace copperwall
