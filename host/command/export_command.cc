#include <nlohmann/json.hpp>

#include "host/command/cell_name.h"
#include "host/command/commands.h"
#include "host/command/execution.h"
#include "host/command/exit_code.h"
#include "host/input/error.h"
#include "host/input/size_text.h"
#include "host/results/atomic_file.h"

namespace copperwall {
namespace {

using Json = nlohmann::ordered_json;

std::string class_name(Results const& results, Cell const& cell, std::uint32_t link_class)
{
    for (std::size_t i = 0; i != results.topologies.size(); ++i)
        if (results.topologies[i] == cell.topology && link_class < results.fabrics[i].classes.size())
            return results.fabrics[i].classes[link_class].name;
    return "link class " + std::to_string(link_class);
}

Json named(std::string const& what, std::size_t cell, std::uint32_t link_class, std::string const& name)
{
    return {{"name", what}, {"ph", "M"}, {"pid", cell}, {"tid", link_class}, {"args", {{"name", name}}}};
}

Json event(TimelineRow const& row, std::size_t cell)
{
    return {{"name", "step " + std::to_string(row.step)},
            {"ph", "X"},
            {"pid", cell},
            {"tid", row.link_class},
            {"ts", row.start_us},
            {"dur", row.end_us - row.start_us},
            {"args",
             {{"wire_bytes", row.wire_bytes},
              {"packets", row.packets},
              {"busy_link_us", row.busy_us},
              {"energy_J", row.energy_J}}}};
}

//! Each cell a process, each of its link classes a thread, each step an event that lasts.
Json trace_of(Results const& results)
{
    Json events = Json::array();
    for (std::size_t i = 0; i != results.cells.size(); ++i) {
        Cell const& cell = results.cells[i];
        if (cell.timeline.empty()) continue;
        events.push_back(named("process_name", i, 0, cell_name(results, i) + ", " + size_text(cell.bytes)));
        std::vector<bool> known;
        for (TimelineRow const& row : cell.timeline) {
            if (known.size() <= row.link_class) known.resize(row.link_class + 1);
            if (!known[row.link_class])
                events.push_back(
                    named("thread_name", i, row.link_class, class_name(results, cell, row.link_class)));
            known[row.link_class] = true;
            events.push_back(event(row, i));
        }
    }
    return {{"traceEvents", std::move(events)}, {"displayTimeUnit", "ns"}};
}

}  // namespace

int export_command(ExportOptions const& options, Terminal const& terminal)
{
    Results const results = read_hdf5(options.results);
    Json const trace = trace_of(results);
    if (trace["traceEvents"].empty())
        throw InputError(options.results.string() +
                         " holds no timeline (closed forms and laws have none); run it with packets");
    std::string const text = trace.dump(1) + "\n";
    if (options.trace == "-") {
        terminal.out << text << std::flush;
        return kDone;
    }
    prepare_output("--trace", options.trace);
    write_whole(options.trace, text);
    log(terminal, "wrote " + options.trace.string());
    return kDone;
}

}  // namespace copperwall
