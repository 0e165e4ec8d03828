#include "host/input/error_list.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace copperwall {

namespace {

std::vector<std::string> split_lines(std::string const& text)
{
    std::vector<std::string> lines(1);
    for (char c : text) {
        if (c == '\n')
            lines.emplace_back();
        else if (c != '\r')
            lines.back() += c;
    }
    return lines;
}

}  // namespace

void ErrorList::remember(std::string const& file, std::string const& text)
{
    if (lines_.count(file) != 0) return;
    order_.push_back(file);
    lines_[file] = split_lines(text);
}

void ErrorList::add(Place const& place, std::string message, std::string hint)
{
    Diagnostic d{place, std::move(message), "", std::move(hint)};
    auto const known = lines_.find(place.file);
    if (known != lines_.end() && place.line != 0 && place.line <= known->second.size())
        d.line = known->second[place.line - 1];
    diagnostics_.push_back(std::move(d));
}

void ErrorList::merge(InputError const& others)
{
    for (auto const& other : others.diagnostics()) {
        auto const same = [&](Diagnostic const& d) {
            return d.message == other.message && d.place.file == other.place.file &&
                   d.place.line == other.place.line && d.place.column == other.place.column;
        };
        if (std::none_of(diagnostics_.begin(), diagnostics_.end(), same)) diagnostics_.push_back(other);
    }
}

std::size_t ErrorList::rank_of(std::string const& file) const
{
    auto const found = std::find(order_.begin(), order_.end(), file);
    return found == order_.end() ? 0 : static_cast<std::size_t>(found - order_.begin()) + 1;
}

void ErrorList::throw_if_any() const
{
    if (diagnostics_.empty()) return;
    auto sorted = diagnostics_;
    std::stable_sort(sorted.begin(), sorted.end(), [this](Diagnostic const& a, Diagnostic const& b) {
        return std::tuple(rank_of(a.place.file), a.place.line, a.place.column) <
               std::tuple(rank_of(b.place.file), b.place.line, b.place.column);
    });
    throw InputError(std::move(sorted));
}

}  // namespace copperwall
