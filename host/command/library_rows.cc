#include "host/command/library_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <tuple>

#include "host/account/parallel.h"
#include "host/account/plan.h"
#include "host/command/asked_rows.h"
#include "host/input/error.h"

namespace copperwall {
namespace {

bool runs(AskedRow const& asked, std::string const& library)
{
    return std::any_of(asked.candidates.begin(), asked.candidates.end(),
                       [&](RowCandidate const& c) { return c.library == library; });
}

//! Nothing where the row is skipped.
std::optional<AskedRow> asked_of(MeasuredTableRow const& row, ValidationSpec const& rules, RowModels& models)
{
    try {
        return asked_row(row, rules, models);
    } catch (SkippedRow const&) {
        return std::nullopt;
    }
}

}  // namespace

LibraryRows::LibraryRows(MeasuredTable const& table, ValidationSpec const& rules, std::string const& library,
                         unsigned threads)
    : threads_(threads)
{
    check_rules(rules);
    RowModels models;
    std::map<std::string, std::size_t> known;
    std::map<std::tuple<std::string, std::string, std::uint32_t>, std::size_t> series;
    auto const model_of = [&](AskedRow const& asked, RowCandidate const& candidate) {
        auto const [at, is_new] =
            known.try_emplace(command_of(asked.scenario, candidate.settings), models_.size());
        if (!is_new) return at->second;
        RowModel const& model = models.get(asked.scenario, candidate.settings);
        models_.push_back({*model.scenario, model.fabric, candidate.library == library});
        if (candidate.library == library) {
            library_ = model.scenario->library;
            library_text_ = model.scenario->files.at(library_.place.file);
        }
        return at->second;
    };
    for (auto const& row : table.rows) {
        std::optional<AskedRow> const asked = asked_of(row, rules, models);
        if (!asked || !runs(*asked, library)) continue;
        Row fitted{{}, asked->bytes, asked->measured_us};
        for (auto const& candidate : asked->candidates) fitted.models.push_back(model_of(*asked, candidate));
        rows_.push_back(std::move(fitted));
        series_.push_back(
            series.try_emplace({row.source_id, row.collective, row.gpus}, series.size()).first->second);
    }
    if (rows_.empty())
        throw InputError("no row of the table is run with library '" + library +
                         "' by the rules; name another with --library, or add a rule");
}

double LibraryRows::closed_form_us(Row const& row) const
{
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t const at : row.models) {
        Model const& model = models_[at];
        try {
            auto const plans =
                ranked_plans(model.scenario, *model.fabric, model.scenario.collectives.front(), row.bytes);
            least = std::min(least, plans.front().closed_form_ns * 1e-3);
        } catch (InputError const&) {
            continue;  // that algorithm cannot do it; another can
        }
    }
    return least;
}

std::vector<double> LibraryRows::log_errors(LibrarySpec const& changed)
{
    for (Model& model : models_)
        if (model.of_library) model.scenario.library = changed;
    std::vector<double> errors(rows_.size());
    for_each_in_parallel(rows_.size(), threads_, [&](std::size_t i) {
        errors[i] = std::log(closed_form_us(rows_[i]) / rows_[i].measured_us);
    });
    return errors;
}

}  // namespace copperwall
