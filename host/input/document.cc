#include "host/input/document.h"

#include "host/input/text_file.h"

namespace copperwall {

namespace {

//! toml++ words its messages "Error while parsing key-value pair: cannot redefine ..."; the last part says
//! it.
std::string problem_of(toml::parse_error const& error)
{
    std::string const said(error.description());
    std::string const redefines = "cannot redefine existing ";
    auto const at = said.find(redefines);
    if (at != std::string::npos)
        return "duplicate key (it would redefine an existing " + said.substr(at + redefines.size()) +
               "); remove one of the two";
    auto const colon = said.find(": ");
    return "not valid TOML (" + (colon == std::string::npos ? said : said.substr(colon + 2)) +
           "); correct the syntax";
}

}  // namespace

Place Document::place(toml::source_region const& region) const
{
    if (region.path) {
        auto const origin = origins.find(*region.path);
        if (origin != origins.end()) return origin->second;
    }
    if (!region.begin) return {file, 1, 1};
    return {file, region.begin.line, region.begin.column};
}

Place Document::place_at(std::string const& path) const
{
    auto const node = root.at_path(path);
    return node ? place(*node.node()) : Place{file, 1, 1};
}

std::optional<Document> parse_file(std::filesystem::path const& file, std::string const& shown,
                                   ErrorList& errors, std::string& text)
{
    auto read = read_text_file(file, shown, errors);
    if (!read) return std::nullopt;
    text = *read;
    errors.remember(shown, text);
    try {
        return Document{shown, toml::parse(text, shown), {}};
    } catch (toml::parse_error const& error) {
        auto const at = error.source().begin;
        errors.add({shown, at.line, at.column}, problem_of(error));
        return std::nullopt;
    }
}

}  // namespace copperwall
