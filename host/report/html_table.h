//! Rows of a table in XHTML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace copperwall {

//! <name>text</name>, the text escaped.
std::string element(std::string_view name, std::string_view text, std::string_view css_class = {});

std::string header_row(std::vector<std::string> const& names);

//! Texts to the left, numbers to the right.
struct Row {
    std::vector<std::string> texts, numbers;

    std::string html(std::string_view css_class = {}) const;
};

}  // namespace copperwall
