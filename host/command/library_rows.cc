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
        std::string const key = command_of(asked.scenario, candidate.settings);
        if (auto const at = known.find(key); at != known.end()) return at->second;
        RowModel const& model = models.get(asked.scenario, candidate.settings);
        models_.push_back({*model.scenario, model.fabric, candidate.library == library});
        if (candidate.library == library) {
            library_ = model.scenario->library;
            library_text_ = model.scenario->files.at(library_.place.file);
        }
        return known.emplace(key, models_.size() - 1).first->second;
    };
    for (auto const& row : table.rows) {
        std::optional<AskedRow> const asked = asked_of(row, rules, models);
        if (!asked || !runs(*asked, library)) continue;
        Row fitted{{}, asked->bytes, asked->measured_us};
        try {
            for (auto const& candidate : asked->candidates)
                fitted.models.push_back(model_of(*asked, candidate));
        } catch (InputError const&) {
            continue;  // validate says why
        }
        if (!std::isfinite(fastest(fitted).us)) continue;
        rows_.push_back(std::move(fitted));
        series_.push_back(
            series.try_emplace({row.source_id, row.collective, row.gpus}, series.size()).first->second);
    }
    own_.resize(rows_.size());
    if (rows_.empty())
        throw InputError("no row of the table is run with library '" + library +
                         "' by the rules; name another with --library, or add a rule");
}

LibraryRows::Fastest LibraryRows::fastest(Row const& row) const
{
    Fastest least{std::numeric_limits<double>::infinity(), false};
    for (std::size_t const at : row.models) {
        Model const& model = models_[at];
        try {
            auto const plans =
                ranked_plans(model.scenario, *model.fabric, model.scenario.collectives.front(), row.bytes);
            double const us = plans.front().closed_form_ns * 1e-3;
            if (us < least.us) least = {us, model.of_library};
        } catch (InputError const&) {
            continue;  // that algorithm cannot do it; another can
        }
    }
    return least;
}

std::vector<double> LibraryRows::log_errors(LibrarySpec const& changed, std::vector<std::size_t> const& of)
{
    for (Model& model : models_)
        if (model.of_library) model.scenario.library = changed;
    std::vector<double> errors(of.size());
    for_each_in_parallel(of.size(), threads_, [&](std::size_t i) {
        Fastest const least = fastest(rows_[of[i]]);
        errors[i] = std::log(least.us / rows_[of[i]].measured_us);
        own_[of[i]] = least.of_library;
    });
    return errors;
}

}  // namespace copperwall
