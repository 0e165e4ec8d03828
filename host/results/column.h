//! Makes rows of the schema's table from members: number<Cell, &Cell::time_us>({...}).
#pragma once

#include <type_traits>
#include <utility>

#include "host/results/schema.h"

namespace copperwall {

template <class Row, auto... Member>
Column<Row> number(Output output)
{
    Column<Row> column{std::move(output)};
    column.get = [](Row const& row) { return static_cast<double>((row.*....*Member)); };
    column.set = [](Row& row, double value) {
        auto& field = (row.*....*Member);
        using Field = std::remove_reference_t<decltype(field)>;
        if constexpr (std::is_same_v<Field, bool>) {
            field = value != 0;
        } else if constexpr (std::is_enum_v<Field>) {
            field = static_cast<Field>(static_cast<int>(value));
        } else {
            field = static_cast<Field>(value);
        }
    };
    return column;
}

template <class Row>
Column<Row> derived(Output output, double (*get)(Row const&))
{
    Column<Row> column{std::move(output)};
    column.get = get;
    return column;
}

template <class Row, auto... Member>
Column<Row> text(Output output)
{
    Column<Row> column{std::move(output)};
    column.text = [](Row const& row) -> std::string { return (row.*....*Member); };
    column.set_text = [](Row& row, std::string const& value) { (row.*....*Member) = value; };
    return column;
}

}  // namespace copperwall
