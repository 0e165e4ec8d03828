#include <fstream>
#include <stdexcept>

#include "host/command/commands.h"
#include "host/command/execution.h"
#include "host/command/exit_code.h"
#include "host/report/report.h"
#include "host/report/world_size.h"

namespace copperwall {
namespace {

//! Never half-written under its own name.
void write_text(std::filesystem::path const& file, std::string const& text)
{
    std::filesystem::path part = file;
    part += ".part";
    std::ofstream out(part, std::ios::binary);
    out << text << std::flush;
    if (!out) throw std::runtime_error(file.string() + ": cannot be written (disk full, or no permission?)");
    out.close();
    std::filesystem::rename(part, file);
}

}  // namespace

int report_command(ReportOptions const& options, Terminal const& terminal)
{
    Results const results = read_hdf5(options.results);
    std::filesystem::path html = options.html;
    if (html.empty() && options.svg.empty())
        html = std::filesystem::path(options.results).replace_extension(".html");
    if (!html.empty()) {
        prepare_output("-o", html);
        write_report(html, results);
        log(terminal, "wrote " + html.string());
    }
    if (!options.svg.empty()) {
        prepare_output("--svg", options.svg);
        write_text(options.svg, busbw_svg(results));
        log(terminal, "wrote " + options.svg.string());
    }
    terminal.out << world_size_text(results);
    return kDone;
}

}  // namespace copperwall
