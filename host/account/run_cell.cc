#include "host/account/run_cell.h"

#include <chrono>
#include <ctime>
#include <sstream>

#include "cuda/device.h"
#include "host/account/blank_cell.h"
#include "host/account/bounds.h"
#include "host/account/breakdown.h"
#include "host/account/energy.h"
#include "host/account/library.h"
#include "host/account/timeline.h"
#include "host/account/verify.h"
#include "host/input/error.h"
#include "host/schedule/in_network_all_reduce.h"

namespace copperwall {

namespace {

class Stopwatch {
public:
    double wall_s() const
    {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }
    double cpu_s() const { return thread_s() - cpu_start_; }

private:
    static double thread_s()
    {
        timespec t{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
    }

    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    double cpu_start_ = thread_s();
};

//! Empty where every link reaches.
std::string links_too_long(Fabric const& fabric)
{
    std::ostringstream text;
    for (auto const& c : fabric.classes) {
        if (c.reaches) continue;
        text << (text.tellp() == 0 ? "" : "; ");
        if (!c.why_not.empty()) {
            text << c.why_not;
            continue;
        }
        text << "links '" << c.name << "' are up to " << c.longest_m << " m long, past the reach of "
             << c.reach_m << " m of " << c.a.technology;
        if (c.b.technology != c.a.technology) text << " and " << c.b.technology;
    }
    return text.str();
}

void put_time(double time_us, Plan const& plan, Cell& cell)
{
    cell.time_us = time_us;
    cell.algbw_GBps = static_cast<double>(cell.bytes) / (1e3 * time_us);
    cell.busbw_GBps = cell.algbw_GBps * busbw_factor(cell.op, plan.call.ranks);
}

//! Everything that follows from time, breakdown and traffic, simulated or not.
void put_accounts(Plan const& plan, ScenarioSpec const& scenario, Fabric const& fabric,
                  Traffic const& traffic, Cell& cell)
{
    put_bounds(bounds_of(plan, scenario.library, fabric), cell);
    cell.bound_by = largest_part(cell.breakdown);
    cell.risk = fabric.risk;
    cell.energy = energy_of(fabric, traffic, cell.time_us * 1e-6);
    cell.energy_low_J = energy_of(fabric, traffic, cell.low_us * 1e-6, Bound::low).always_on_total_J();
    cell.energy_high_J = energy_of(fabric, traffic, cell.high_us * 1e-6, Bound::high).always_on_total_J();
    cell.pJ_per_bit =
        cell.energy.always_on_total_J() * 1e12 / (8 * static_cast<double>(traffic.payload_bytes));
    cell.steps = plan.schedule.steps;
    cell.messages = traffic.messages;
}

void put_engine_figures(EngineResult const& result, Cell& cell)
{
    cell.hops = result.hops;
    cell.effective_hops = result.effective_hops;
    cell.windows = result.windows;
    cell.window_ns = static_cast<double>(result.window_fs) / static_cast<double>(kFsPerNs);
    cell.memory_bytes = result.memory_bytes;
}

void simulate(Plan const& plan, ScenarioSpec const& scenario, Fabric const& fabric,
              EngineOptions const& options, EngineRun engine, Cell& cell)
{
    EngineInput const input = engine_input(plan, scenario, fabric);
    EngineResult const result = engine(input, options);
    Traffic const traffic = scheduled_traffic(input, fabric.classes.size());
    verify_acks(input, traffic, result);
    verify_links(input, result);
    verify_bytes(fabric, traffic, carried_bytes(input.network, result));
    put_time(static_cast<double>(result.finish_fs) / static_cast<double>(kFsPerUs), plan, cell);
    cell.breakdown = break_down(fabric, input, result, plan.call.nic_ns);
    take_ways_off_software(plan, fabric, cell.breakdown);
    cell.timeline = timeline_of(fabric, input.network, result);
    cell.folded = plan.folded[kInside] || plan.folded[kOutside];
    put_engine_figures(result, cell);
    put_accounts(plan, scenario, fabric, traffic, cell);
    verify_bound(cell);
}

void evaluate(Plan const& plan, ScenarioSpec const& scenario, Fabric const& fabric, Cell& cell)
{
    put_time(plan.closed_form_ns * 1e-3, plan, cell);
    cell.breakdown = closed_form_parts(plan, fabric);
    EngineInput const input = engine_input(plan, scenario, fabric);
    Traffic const traffic =
        plan.algorithm->law ? in_network_traffic(input, plan.call.ranks * plan.call.groups,
                                                 in_network_bytes(plan.call), in_network_nic_bytes(plan.call))
                            : scheduled_traffic(input, fabric.classes.size());
    put_accounts(plan, scenario, fabric, traffic, cell);
    verify_bound(cell);
}

Cell failed(Cell cell, std::exception const& error)
{
    cell.status = CellStatus::failed;
    cell.reason = error.what();
    return cell;
}

//! With the fabric's numbers of gpus in place of the schedule's.
std::vector<UnfinishedTransfer> on_fabric(std::vector<UnfinishedTransfer> transfers,
                                          std::vector<std::uint32_t> const& gpus)
{
    for (UnfinishedTransfer& t : transfers) {
        t.sender = gpus.at(t.sender);
        t.receiver = gpus.at(t.receiver);
    }
    return transfers;
}

//! One way to run the cell; what goes wrong in `fill` fails it alone, but for a DeviceError.
template <class Fill>
Cell try_plan(Plan& plan, ScenarioSpec const& scenario, Fabric const& fabric, Cell const& blank, Fill fill)
{
    Cell cell = blank;
    cell.ran = plan.algorithm->name;
    cell.chunks = plan.call.chunks;
    bool const by_row = by_in_network_row(scenario.library, *plan.algorithm);
    cell.protocol = plan.algorithm->law ? "law" : plan.protocol.name;
    cell.extrapolated =
        by_row ? cell.op != "all_reduce" ||
                     extrapolated_in_network(scenario.library, plan.call.ranks, fabric.domain_gpus)
               : extrapolated(scenario.library, plan.protocol, plan.call.ranks, fabric.domain_gpus);
    Cell const asked = cell;
    try {
        complete(plan, scenario, fabric);
        fill(plan, cell);
        cell.status = CellStatus::done;
    } catch (Unfinished const& error) {
        cell = failed(asked, error);
        cell.unfinished = on_fabric(error.transfers, plan.placement.gpus);
    } catch (DeviceError const&) {
        throw;  // no cell's own fault
    } catch (std::exception const& error) {
        cell = failed(asked, error);
    }
    return cell;
}

//! Goes through the plans, the least closed form first, and keeps the fastest. No plan is faster than its
//! closed form, so those whose closed form is not below the fastest so far are left out.
template <class Fill>
Cell fastest_of(std::vector<Plan> plans, ScenarioSpec const& scenario, Fabric const& fabric,
                Cell const& blank, Fill fill)
{
    Cell fastest;
    for (Plan& plan : plans) {
        bool const first = &plan == &plans.front();
        if (!first && plan.closed_form_ns * 1e-3 >= fastest.time_us) break;
        Cell cell = try_plan(plan, scenario, fabric, blank, fill);
        if (cell.status == CellStatus::failed) return cell;
        if (first || cell.time_us < fastest.time_us) fastest = std::move(cell);
        plan.schedule = {};
    }
    return fastest;
}

template <class Fill>
Cell make_cell(ScenarioSpec const& scenario, Fabric const& fabric, CollectiveSpec const& collective,
               std::int64_t bytes, Fill fill)
{
    Stopwatch const watch;
    auto plans = ranked_plans(scenario, fabric, collective, bytes);
    Cell blank = blank_cell(scenario, fabric, collective, bytes);
    blank.reason = links_too_long(fabric);
    if (blank.reason.empty()) blank.reason = fabric.unreachable;
    if (!blank.reason.empty()) {
        blank.status = CellStatus::infeasible;
        return blank;
    }
    Cell cell = fastest_of(std::move(plans), scenario, fabric, blank, fill);
    cell.wall_s = watch.wall_s();
    cell.cpu_s = watch.cpu_s();
    return cell;
}

}  // namespace

Cell run_cell(ScenarioSpec const& scenario, Fabric const& fabric, CollectiveSpec const& collective,
              std::int64_t bytes, EngineOptions const& options, EngineRun engine)
{
    return make_cell(scenario, fabric, collective, bytes, [&](Plan const& plan, Cell& cell) {
        if (plan.algorithm->law)
            evaluate(plan, scenario, fabric, cell);
        else
            simulate(plan, scenario, fabric, options, engine, cell);
    });
}

Cell bound_cell(ScenarioSpec const& scenario, Fabric const& fabric, CollectiveSpec const& collective,
                std::int64_t bytes)
{
    return make_cell(scenario, fabric, collective, bytes,
                     [&](Plan const& plan, Cell& cell) { evaluate(plan, scenario, fabric, cell); });
}

}  // namespace copperwall
