#include "host/command/row_plans.h"

#include <map>
#include <optional>

#include "host/account/plan.h"
#include "host/command/asked_rows.h"
#include "host/input/error.h"

namespace copperwall {
namespace {

constexpr double kMostHops = 2e7;  //!< with more, packets get larger
constexpr std::uint32_t kLargestPacket = 256 << 10;
constexpr double kMostHopsAtAll = 1e9;

struct Chosen {
    Settings settings;
    Plan plan;
};

class Planner {
public:
    Planner(ValidationSpec const& rules, ExecutionOptions const& options) : rules_(rules), options_(options)
    {
    }

    ValidationWork work;

    void add(MeasuredTableRow const& row)
    {
        RowPlan plan;
        try {
            plan = planned(asked_row(row, rules_, models_));
        } catch (SkippedRow const& reason) {
            plan.skipped = reason.why;
        }
        work.rows.push_back(std::move(plan));
    }

private:
    RowPlan planned(AskedRow const& asked)
    {
        Chosen const chosen = best_of(asked);
        Settings const settings = with_packets(asked, chosen);
        RowPlan plan;
        plan.measured_us = asked.measured_us;
        plan.scenario = command_of(asked.scenario, settings) + " -b " + std::to_string(asked.bytes);
        plan.job = job(asked, settings, plan.scenario);
        return plan;
    }

    //! A row whose scenario cannot be is skipped, whatever its other candidates.
    RowModel const& model_of(AskedRow const& asked, Settings const& settings)
    {
        try {
            return models_.get(asked.scenario, settings);
        } catch (InputError const& impossible) {
            throw SkippedRow{impossible.diagnostics().front().message};
        }
    }

    //! The one with the least closed form, as a library chooses among its algorithms.
    Chosen best_of(AskedRow const& asked)
    {
        std::optional<Chosen> best;
        std::string why_not;
        for (auto const& candidate : asked.candidates) {
            RowModel const& model = model_of(asked, candidate.settings);
            try {
                Plan plan =
                    ranked_plans(*model.scenario, *model.fabric, model.collective(), asked.bytes).front();
                if (!best || plan.closed_form_ns < best->plan.closed_form_ns)
                    best = Chosen{candidate.settings, std::move(plan)};
            } catch (InputError const& impossible) {
                why_not = impossible.diagnostics().front().message;
            }
        }
        if (!best) throw SkippedRow{why_not};
        return std::move(*best);
    }

    //! Larger packets where there would be very many.
    Settings with_packets(AskedRow const& asked, Chosen const& chosen)
    {
        RowModel const& model = model_of(asked, chosen.settings);
        Plan plan = chosen.plan;
        complete(plan, *model.scenario, *model.fabric);
        double hops = expected_hops(plan);
        std::uint32_t bytes = plan.format.payload_bytes;
        for (; hops > kMostHops && bytes < kLargestPacket; hops /= 2) bytes *= 2;
        if (hops > kMostHopsAtAll) throw SkippedRow{"too many packets to simulate"};
        Settings settings = chosen.settings;
        if (bytes != plan.format.payload_bytes)
            settings.emplace_back("simulation.packet_bytes", std::to_string(bytes));
        return settings;
    }

    std::size_t job(AskedRow const& asked, Settings const& settings, std::string const& command)
    {
        auto const [at, is_new] = known_.try_emplace(command, work.jobs.size());
        if (is_new) {
            RowModel const& model = model_of(asked, settings);
            CellJob made{model.scenario, model.fabric, model.collective(),
                         asked.bytes,    {},           options_.fidelity == Fidelity::bound};
            made.options.engine = options_.engine;
            work.jobs.push_back(std::move(made));
        }
        return at->second;
    }

    ValidationSpec const& rules_;
    ExecutionOptions options_;
    RowModels models_;
    std::map<std::string, std::size_t> known_;
};

}  // namespace

ValidationWork plan_rows(MeasuredTable const& table, ValidationSpec const& rules,
                         ExecutionOptions const& options)
{
    check_rules(rules);
    Planner planner(rules, options);
    for (auto const& row : table.rows) planner.add(row);
    return std::move(planner.work);
}

}  // namespace copperwall
