#include "host/results/write_groups.h"

namespace copperwall {

void write_inputs(hid_t entry, Results const& results, int& next_dimension)
{
    GroupWriter inputs(entry, "inputs", "NXcollection", next_dimension);
    inputs.whole_number(output("inputs", "seed"), results.seed);
    int number = 0;
    for (auto const& [path, text] : results.files) {
        Output row = output("inputs", "<file>");
        row.name = "file_" + std::to_string(number++);
        inputs.texts(row, {}, {text});
        Hdf5 const dataset = open_dataset(inputs.id(), row.name);
        set_attribute(dataset, "path", path);
        set_attribute(dataset, "fnv1a_64", fingerprint(text));
    }
}

void write_run(hid_t entry, Results const& results, int& next_dimension)
{
    GroupWriter run(entry, "run", "NXcollection", next_dimension);
    run.columns(run_columns(), {}, std::vector<RunInfo>{results.run});
    run.positions("cell", results.cells.size(), "position in sweep, row-major");
    run.columns(cell_run_columns(), {"cell"}, results.cells);
}

}  // namespace copperwall
