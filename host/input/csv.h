//! Lines of comma-separated values (RFC 4180).
#pragma once

#include <string>
#include <vector>

namespace copperwall {

//! Whether every field that begins with a quote ends with one.
bool quotes_close(std::string const& line);

//! One CSV line into its fields; `at` receives where each begins, in bytes from 1. A quote that is not closed
//! ends with the line.
std::vector<std::string> csv_fields(std::string const& line, std::vector<unsigned>* at = nullptr);

//! As a field of a CSV line: in quotes where it has to be.
std::string csv_field(std::string const& text);

}  // namespace copperwall
