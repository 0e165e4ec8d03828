#include <cmath>
#include <nlohmann/json.hpp>
#include <ostream>

#include "host/input/csv.h"
#include "host/results/notes.h"
#include "host/results/table_cells.h"

namespace copperwall {

namespace {

bool is_number(Column<Cell> const& column)
{
    return column.type != ValueType::text && column.flags.empty();
}

std::string words_of(Column<Cell> const& column, Cell const& c)
{
    return column.type == ValueType::text ? column.text(c)
                                          : flag_meaning(column, static_cast<int>(column.get(c)));
}

std::string csv_value(Column<Cell> const& column, Cell const& c)
{
    if (!is_number(column)) return csv_field(words_of(column, c));
    double const value = column.get(c);
    return std::isnan(value) ? "" : exact(value);
}

nlohmann::ordered_json json_cell(Results const& results, std::size_t position)
{
    Cell const& c = results.cells[position];
    nlohmann::ordered_json cell;
    for (auto const& [axis, text, number] : axis_values(results, position)) {
        auto& value = cell[column_name(axis->name, axis->units)];
        if (axis->labels.empty())
            value = number;
        else
            value = text;
    }
    for (auto const& column : cell_columns()) {
        auto& value = cell[column_name(column.name, column.units)];
        if (is_number(column))
            value = column.get(c);
        else
            value = words_of(column, c);
    }
    return cell;
}

}  // namespace

void print_csv(std::ostream& out, Results const& results)
{
    char const* comma = "";
    for (auto const& axis : results.axes) {
        out << comma << csv_field(column_name(axis.name, axis.units));
        comma = ",";
    }
    for (auto const& column : cell_columns()) out << ',' << column_name(column.name, column.units);
    out << '\n';
    for (std::size_t i = 0; i != results.cells.size(); ++i) {
        if (results.cells[i].status == CellStatus::not_run) continue;
        comma = "";
        for (auto const& value : axis_values(results, i)) {
            out << comma << csv_field(value.text);
            comma = ",";
        }
        for (auto const& column : cell_columns()) out << ',' << csv_value(column, results.cells[i]);
        out << '\n';
    }
}

void print_json(std::ostream& out, Results const& results)
{
    nlohmann::ordered_json cells = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i != results.cells.size(); ++i)
        if (results.cells[i].status != CellStatus::not_run) cells.push_back(json_cell(results, i));
    nlohmann::ordered_json all;
    all["title"] = results.title;
    all["notes"] = all_notes(results);
    all["cells"] = std::move(cells);
    out << all.dump(2) << '\n';
}

}  // namespace copperwall
