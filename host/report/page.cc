#include "host/report/page.h"

#include <string_view>
#include <vector>

#include "host/report/html_table.h"
#include "host/report/text.h"
#include "host/results/notes.h"

namespace copperwall {
namespace {

constexpr std::size_t kMostRows = 3000;

std::string undone_row(Cell const& cell, Row const& row, std::size_t columns)
{
    auto const what = cell.status == CellStatus::infeasible ? "infeasible: " : "failed: ";
    auto html = row.html("undone");
    auto const left = std::to_string(columns - row.texts.size() - row.numbers.size());
    html.insert(html.rfind("</tr>"),
                "<td class=\"t\" colspan=\"" + left + "\">" + escape_xml(what + cell.reason) + "</td>");
    return html;
}

std::string cell_row(Cell const& cell, std::size_t columns)
{
    Row row{{cell.fabric, cell.interconnect, cell.collective_name(), cell.algorithm_name(), cell.library},
            {std::to_string(cell.ranks), std::to_string(cell.world_size),
             size_label(static_cast<double>(cell.bytes))}};
    if (cell.status != CellStatus::done) return undone_row(cell, row, columns);
    double const joules = cell.energy.always_on_total_J();
    for (double const value :
         {cell.time_us, cell.low_us, cell.high_us, cell.lower_bound_us, cell.closed_form_us, cell.algbw_GBps,
          cell.busbw_GBps, joules, cell.pJ_per_bit}) {
        row.numbers.push_back(short_number(value));
    }
    auto html = row.html();
    html.insert(html.rfind("</tr>"),
                element("td", cell.bound_by + (cell.extrapolated ? ", extrapolated" : ""), "t"));
    return html;
}

std::string joined(std::vector<std::string> const& texts, std::string_view between)
{
    std::string all;
    for (auto const& text : texts) all += (all.empty() ? "" : std::string{between}) + text;
    return all;
}

double pJ_per_bit(LinkClass const& link)
{
    double total = 0;
    for (auto const* end : {&link.a, &link.b}) {
        for (double const component : end->component_pJ_per_bit) total += component;
    }
    return total;
}

std::string link_row(Fabric const& fabric, LinkClass const& link)
{
    std::vector<std::string> ends{link.a.technology};
    if (link.b.technology != link.a.technology) ends.push_back(link.b.technology);
    auto const& d = link.delay;
    Row row{{fabric.spec.name, fabric.interconnect, link.name, joined(ends, " / "), link.medium},
            {std::to_string(link.count)}};
    for (double const value : {link.link_rate_GBps, link.longest_m, link.reach_m, d.phy_ns,
                               d.added_a_ns + d.added_b_ns + d.trace_ns, d.medium_ns, d.switch_core_ns,
                               d.total_ns(), pJ_per_bit(link)}) {
        row.numbers.push_back(short_number(value));
    }
    return row.html(link.reaches ? "" : "undone");
}

}  // namespace

std::string cells_table(Results const& results)
{
    std::vector<std::string> const columns = {"fabric",
                                              "interconnect",
                                              "collective",
                                              "algorithm",
                                              "library",
                                              "gpus",
                                              "world size",
                                              "size (B)",
                                              "time (\xC2\xB5s)",
                                              "low (\xC2\xB5s)",
                                              "high (\xC2\xB5s)",
                                              "bound (\xC2\xB5s)",
                                              "closed form (\xC2\xB5s)",
                                              "algbw (GB/s)",
                                              "busbw (GB/s)",
                                              "energy (J)",
                                              "energy (pJ/bit)",
                                              "bound by"};
    std::string rows;
    std::size_t asked = 0;
    for (auto const& cell : results.cells) {
        if (cell.status == CellStatus::not_run) continue;
        if (++asked <= kMostRows) rows += cell_row(cell, columns.size());
    }
    auto html = "<div class=\"scroll\"><table>\n" + header_row(columns) + "<tbody>\n" + rows +
                "</tbody></table></div>\n";
    if (asked > kMostRows) {
        html += "<p>" + std::to_string(asked - kMostRows) + " further cells are in the HDF5 file.</p>\n";
    }
    return html;
}

std::string measured_table(Results const& results)
{
    std::string rows;
    for (auto const& m : results.measured) {
        Row row{{m.machine, m.collective},
                {std::to_string(m.ranks), size_label(static_cast<double>(m.bytes))}};
        for (double const value : {m.time_us, m.busbw_GBps, m.simulated_us, m.simulated_busbw_GBps,
                                   100 * (m.simulated_us / m.time_us - 1)})
            row.numbers.push_back(short_number(value));
        std::string words;
        for (auto const& text : {m.software, m.simulated_as, m.note, m.source})
            words += element("td", text, "t");
        auto html = row.html();
        rows += html.insert(html.rfind("</tr>"), words);
    }
    if (rows.empty()) return {};
    return "<div class=\"scroll\"><table>\n" +
           header_row({"machine", "collective", "gpus", "size", "measured (\xC2\xB5s)", "busbw (GB/s)",
                       "simulated (\xC2\xB5s)", "busbw (GB/s)", "simulated over measured (%)", "software",
                       "simulated as", "note", "source"}) +
           "<tbody>\n" + rows + "</tbody></table></div>\n";
}

std::string link_table(Results const& results)
{
    std::string rows;
    for (auto const& fabric : results.fabrics) {
        for (auto const& link : fabric.classes) rows += link_row(fabric, link);
    }
    if (rows.empty()) return {};
    return "<div class=\"scroll\"><table>\n" +
           header_row({"fabric", "interconnect", "link class", "ends", "medium", "links", "rate (GB/s)",
                       "longest (m)", "reach (m)", "PHY (ns)", "ends add (ns)", "medium (ns)",
                       "half switch core (ns)", "latency (ns)", "energy (pJ/bit)"}) +
           "<tbody>\n" + rows + "</tbody></table></div>\n";
}

std::string notes_list(Results const& results)
{
    std::string items;
    for (auto const& note : all_notes(results)) items += element("li", note) + "\n";
    return items.empty() ? "" : "<ul>\n" + items + "</ul>\n";
}

std::string inputs_section(Results const& results)
{
    std::string html;
    for (auto const& [path, text] : results.files) {
        html += "<details>" + element("summary", path) + element("pre", text) + "</details>\n";
    }
    return html;
}

}  // namespace copperwall
