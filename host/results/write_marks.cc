#include "host/results/write_groups.h"

namespace copperwall {

namespace {

template <class Row>
void write_table(hid_t entry, std::string const& name, std::string const& dimension,
                 std::span<Column<Row> const> columns, std::vector<Row> const& rows, int& next_dimension)
{
    if (rows.empty()) return;
    GroupWriter group(entry, name, "NXcollection", next_dimension);
    group.positions(dimension, rows.size(), "number of the row");
    group.columns(columns, {dimension}, rows);
}

}  // namespace

void write_marks(hid_t entry, Results const& results, int& next_dimension)
{
    write_table(entry, "risk", "fabric_built", risk_columns(), results.risk, next_dimension);
    write_table(entry, "reach", "lane", reach_columns(), results.reach, next_dimension);
    write_table(entry, "measured", "point", measured_columns(), results.measured, next_dimension);
}

}  // namespace copperwall
