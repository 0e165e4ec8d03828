//! Rows of the schema's table for the risks of a fabric, wherever they stand.
#pragma once

#include <string>
#include <vector>

#include "host/results/column.h"

namespace copperwall {

struct RiskColumns {
    std::string group, dims;
    std::string suffix;  //!< of their names: "_difference"
    std::string what;    //!< before their descriptions: "less the baseline's: "
};

struct RiskColumn {
    std::string name, units, description;
};

template <class Row, RiskBands Row::*Risks, int F, double Band::*Part>
Column<Row> risk_column(RiskColumns const& c, RiskColumn const& of)
{
    Column<Row> column{{c.group, of.name, of.units, c.dims, ValueType::float64, of.name, of.description}};
    column.get = [](Row const& row) { return (row.*Risks).of[F].*Part; };
    column.set = [](Row& row, double value) { (row.*Risks).of[F].*Part = value; };
    return column;
}

//! Typical value and band.
template <class Row, RiskBands Row::*Risks, int F>
void add_band(RiskColumns const& c, RiskColumn const& of, std::vector<Column<Row>>& columns)
{
    std::string const name = of.name + c.suffix;
    std::string const text = c.what + of.description;
    columns.push_back(risk_column<Row, Risks, F, &Band::typical>(c, {name, of.units, text}));
    columns.push_back(risk_column<Row, Risks, F, &Band::low>(
        c, {name + "_low", of.units, text + "; 5 % of all draws are below"}));
    columns.push_back(risk_column<Row, Risks, F, &Band::high>(
        c, {name + "_high", of.units, text + "; 95 % of all draws are below"}));
}

//! Of the whole fabric; cuda/risk.h has the laws.
template <class Row, RiskBands Row::*Risks>
void add_risk_columns(RiskColumns const& c, std::vector<Column<Row>>& columns)
{
    add_band<Row, Risks, kCost>(
        c, {"cost", "USD", "price of all link ends and switch cores, front end and NICs aside"}, columns);
    add_band<Row, Risks, kFailures>(c, {"failures", "1/year", "ends of links and switch chips that fail"},
                                    columns);
    add_band<Row, Risks, kAvailability>(
        c, {"availability", "1", "share of a year in which every gpu has a way to every other"}, columns);
    add_band<Row, Risks, kGoodput>(
        c, {"goodput", "1", "share of a year's collectives done and kept, while links and switches fail"},
        columns);
    add_band<Row, Risks, kGoodputWithGpus>(
        c, {"goodput_with_gpus", "1", "share of a year's collectives done and kept, while gpus fail, too"},
        columns);
}

}  // namespace copperwall
