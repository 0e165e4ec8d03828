#include "host/results/write_groups.h"

namespace copperwall {

namespace {

double number_of(CellStatus status)
{
    return static_cast<double>(status);
}

}  // namespace

void write_entry(hid_t root, Results const& results)
{
    int next_dimension = 0;
    GroupWriter entry(root, "entry", "NXentry", next_dimension);
    set_attribute(entry.id(), "default", std::string("headline"));
    entry.texts(output("", "title"), {}, {results.title});
    entry.texts(output("", "kind"), {}, {results.kind});
    entry.numbers(output("", "status"), {}, {number_of(results.status)});
    if (!results.notes.empty()) {
        entry.positions("note", results.notes.size(), "number of the note");
        entry.texts(output("", "notes"), {"note"}, results.notes);
    }
    write_headline(entry.id(), results, next_dimension);
    write_sweep(entry.id(), results, next_dimension);
    write_timelines(entry.id(), results, FabricIndex(results), next_dimension);
    write_topology(entry.id(), results, next_dimension);
    write_marks(entry.id(), results, next_dimension);
    write_inputs(entry.id(), results, next_dimension);
    write_run(entry.id(), results, next_dimension);
}

}  // namespace copperwall
