#include "host/report/html_table.h"

#include "host/report/text.h"

namespace copperwall {

std::string element(std::string_view name, std::string_view text, std::string_view css_class)
{
    auto const tag = std::string{name};
    auto const attribute = css_class.empty() ? "" : " class=\"" + std::string{css_class} + "\"";
    return "<" + tag + attribute + ">" + escape_xml(text) + "</" + tag + ">";
}

std::string header_row(std::vector<std::string> const& names)
{
    std::string row = "<thead><tr>";
    for (auto const& name : names) row += element("th", name);
    return row + "</tr></thead>\n";
}

std::string Row::html(std::string_view css_class) const
{
    std::string row = css_class.empty() ? "<tr>" : "<tr class=\"" + std::string{css_class} + "\">";
    for (auto const& text : texts) row += element("td", text, "t");
    for (auto const& number : numbers) row += element("td", number);
    return row + "</tr>\n";
}

}  // namespace copperwall
