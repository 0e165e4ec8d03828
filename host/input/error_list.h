//! Collects every mistake of a set of files, then throws them together in the order a reader meets them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/input/error.h"

namespace copperwall {

class ErrorList {
public:
    //! Keeps the lines of a file for the excerpts; files are reported in the order they came in.
    void remember(std::string const& file, std::string const& text);

    void add(Place const& place, std::string message, std::string hint = "");

    //! Adds what another list threw, but not what is already here.
    void merge(InputError const& others);

    std::size_t size() const { return diagnostics_.size(); }

    //! Throws InputError if anything was added.
    void throw_if_any() const;

private:
    std::size_t rank_of(std::string const& file) const;

    std::vector<std::string> order_;
    std::map<std::string, std::vector<std::string>> lines_;
    std::vector<Diagnostic> diagnostics_;
};

}  // namespace copperwall
