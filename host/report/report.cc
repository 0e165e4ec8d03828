#include "host/report/report.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "host/report/bars.h"
#include "host/report/curves.h"
#include "host/report/measured.h"
#include "host/report/page.h"
#include "host/report/panels.h"
#include "host/report/power.h"
#include "host/report/reach.h"
#include "host/report/risk.h"
#include "host/report/text.h"
#include "host/report/world_size.h"
#include "host/results/version.h"

namespace copperwall {
namespace {

constexpr std::string_view kStyle = R"(
body { font-family: "DejaVu Sans", Verdana, Arial, sans-serif; color: #222; background: #fff;
       max-width: 1330px; margin: 1.5em auto; padding: 0 1em; line-height: 1.45; }
h1 { font-size: 1.5em; margin-bottom: 0.2em; }
h2 { font-size: 1.15em; margin-top: 2em; border-bottom: 1px solid #ccc; }
p, li { max-width: 62em; }
svg { max-width: 100%; height: auto; }
.scroll { max-height: 32em; overflow: auto; border: 1px solid #ccc; }
table { border-collapse: collapse; font-size: 0.78em; font-variant-numeric: tabular-nums; width: 100%; }
th { position: sticky; top: 0; background: #f2f2f2; text-align: right; }
th, td { padding: 0.2em 0.6em; white-space: nowrap; text-align: right; }
tbody tr:nth-child(even) { background: #fafafa; }
td.t { text-align: left; }
tr.undone td { color: #9c2b00; }
pre { background: #f7f7f7; padding: 0.8em; overflow: auto; font-size: 0.8em; }
)";

std::string section(std::string_view heading, std::string_view introduction, std::string const& body)
{
    if (body.empty()) return {};
    return "<h2>" + escape_xml(heading) + "</h2>\n<p>" + escape_xml(introduction) + "</p>\n" + body;
}

std::string summary(Results const& results)
{
    std::size_t done = 0, infeasible = 0, failed = 0;
    for (auto const& cell : results.cells) {
        done += cell.status == CellStatus::done;
        infeasible += cell.status == CellStatus::infeasible;
        failed += cell.status == CellStatus::failed;
    }
    return std::to_string(done) + " cells simulated, " + std::to_string(infeasible) + " infeasible, " +
           std::to_string(failed) + " failed. Seed " + std::to_string(results.seed) + ". Copperwall " +
           version() + ".";
}

//! Every picture that the results have data for.
std::string pictures(Results const& results)
{
    bool const compares = interconnects_of(results).size() > 1;
    std::string html =
        section("How large a domain",
                "The same job on scale-up domains of growing size, relative to domains of 72 gpus.",
                world_size_svg(results));
    html +=
        section("Measured machines",
                "What was measured on real machines, and the same collective simulated on a model of each: "
                "how far to trust the curves.",
                measured_svg(results) + measured_table(results));
    html +=
        section("How fast",
                "One curve an interconnect; the band spans the time with every latency at its low and at its "
                "high. Rest the pointer on a point to read it.",
                busbw_svg(results));
    html +=
        section("What an interconnect adds", "The same times, as the difference to the fastest interconnect.",
                compares ? added_time_svg(results) : "");
    html += section("Where the time goes", "The binding chain of messages of each run, cut into causes.",
                    breakdown_svg(results));
    html += section("What it burns",
                    "Power of every link, switch and NIC of the fabric over the time the collective takes, "
                    "traffic or not.",
                    energy_svg(results));
    html += section("What it draws", "Power of the links, switches and NICs that a gpu has its share of.",
                    power_svg(results));
    html +=
        section("What it costs and what fails",
                "Prices of links and switches, how often they fail, and how much of a year's work is "
                "done and kept: closed forms of the whole fabric, whatever runs on it. Typical values; in "
                "brackets what holds 90 % of the draws of prices, failure rates and hours. Differences to "
                "the baseline are drawn together: what two interconnects share does not part them.",
                risk_svg(results) + risk_table_html(results));
    html +=
        section("How far copper reaches",
                "Reach of a lane by its loss budget, and the lengths of the links it would have to close.",
                reach_svg(results));
    return html;
}

std::string page(Results const& results)
{
    auto html =
        "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>"
        "<meta charset=\"utf-8\"/>\n<title>" +
        escape_xml(results.title) + "</title>\n<style>" + std::string{kStyle} + "</style></head>\n<body>\n";
    html += "<h1>" + escape_xml(results.title) + "</h1>\n<p>" + escape_xml(summary(results)) + "</p>\n";
    html += pictures(results);
    html += section("Links", "What each class of directed links adds to a packet's way, at its longest link.",
                    link_table(results));
    html += section("Cells", "What was asked and what came out.", cells_table(results));
    html += section("Notes", "What to know before quoting a number.", notes_list(results));
    html += section("Inputs", "The files this was made from, exactly.", inputs_section(results));
    return html + "</body>\n</html>\n";
}

[[noreturn]] void fail(std::filesystem::path const& file, std::string const& what)
{
    throw std::runtime_error(file.string() + ": " + what);
}

//! Writes and syncs; leaves no file behind where it cannot.
void write_synced(std::filesystem::path const& part, std::string const& text)
{
    int const fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) fail(part, std::string{"cannot create: "} + std::strerror(errno));
    std::string_view rest = text;
    int error = 0;
    while (!rest.empty() && error == 0) {
        auto const written = ::write(fd, rest.data(), rest.size());
        if (written < 0 && errno != EINTR) error = errno;
        if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
    }
    if (error == 0 && ::fsync(fd) != 0) error = errno;
    if (::close(fd) != 0 && error == 0) error = errno;
    if (error == 0) return;
    ::unlink(part.c_str());
    fail(part, std::string{"cannot write: "} + std::strerror(error));
}

}  // namespace

void write_report(std::filesystem::path const& file, Results const& results)
{
    auto part = file;
    part += ".part";
    write_synced(part, page(results));
    std::error_code error;
    std::filesystem::rename(part, file, error);
    if (!error) return;
    ::unlink(part.c_str());
    fail(file, "cannot rename from " + part.string() + ": " + error.message());
}

}  // namespace copperwall
