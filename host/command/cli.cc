#include "host/command/cli.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/command/arguments.h"
#include "host/command/cli_options.h"
#include "host/command/commands.h"
#include "host/command/exit_code.h"
#include "host/command/help_text.h"
#include "host/input/suggest.h"
#include "host/results/version.h"

namespace copperwall {
namespace {

using Action = std::function<int(Terminal const&)>;

//! What the options of all subcommands write into while the line is parsed.
struct Parsed {
    Action action;
    std::string line;
    std::vector<std::string> settings, variations;
    std::string shard;
    RunOptions run;
    StudyOptions study;
    ExplainOptions explain;
    ReportOptions report;
    ReachOptions reach;
    ValidateOptions validate;
    CalibrateOptions calibrate;
    CompareOptions compare;
    DiffOptions diff;
    ExportOptions exported;
    BenchOptions bench;
    std::vector<std::filesystem::path> files;
    std::string listed;
};

void add_run(CLI::App& top, Parsed& parsed)
{
    auto* app = top.add_subcommand("run", "simulate one scenario, print its table");
    auto& options = parsed.run;
    app->add_option("scenario", options.scenario,
                    "scenario file, for example workloads/all_reduce_ring_nvl72.toml")
        ->required()
        ->type_name("SCENARIO.toml");
    add_settings(*app, parsed.settings, "change one key of the scenario; may be repeated");
    auto* smallest = app->add_option("-b", options.sizes.smallest, "smallest message size, K M G = 1024")
                         ->type_name("MIN");
    app->add_option("-e", options.sizes.largest, "largest message size (only MIN)")
        ->type_name("MAX")
        ->needs(smallest);
    app->add_option("-f", options.sizes.factor, "factor between sizes (2)")
        ->type_name("FACTOR")
        ->needs(smallest);
    add_execution(*app, options.execution);
    app->add_option("-o,--output", options.output, "results as HDF5")->type_name("FILE.h5");
    add_format(*app, options.format);
    app->footer(kRunExamples);
    app->callback([&parsed] {
        parsed.run.settings = parse_settings(parsed.settings);
        parsed.run.command_line = parsed.line;
        parsed.action = [&parsed](Terminal const& t) { return run_command(parsed.run, t); };
    });
}

void add_study(CLI::App& top, Parsed& parsed)
{
    auto* app = top.add_subcommand("study", "simulate a scenario along the axes of a study");
    auto& options = parsed.study;
    app->add_option("study", options.study, "study file, for example workloads/studies/hgx_and_nvl72.toml")
        ->required()
        ->type_name("STUDY.toml");
    app->add_option("--vary", parsed.variations, "one more axis, or other values for one; may be repeated")
        ->allow_extra_args(false)
        ->type_name("KEY=A,B,C");
    add_settings(*app, parsed.settings, "change one key of every scenario; may be repeated");
    add_execution(*app, options.execution);
    auto* output =
        app->add_option("-o,--output", options.output, "results as HDF5; FILE.h5.cells/ keeps finished cells")
            ->type_name("FILE.h5");
    app->add_flag("--resume", options.resume, "take over what FILE.h5.cells/ holds already")->needs(output);
    app->add_option("--shard", parsed.shard, "only every n-th cell; the last shard to end merges")
        ->type_name("I/N")
        ->needs(output);
    app->add_flag("--dry-run", options.dry_run, "list what would run, run nothing");
    add_format(*app, options.format);
    app->footer(kStudyExamples);
    app->callback([&parsed] {
        parsed.study.settings = parse_settings(parsed.settings);
        parsed.study.variations = parse_variations(parsed.variations);
        if (!parsed.shard.empty()) parsed.study.shard = parse_shard(parsed.shard);
        parsed.study.command_line = parsed.line;
        parsed.action = [&parsed](Terminal const& t) { return study_command(parsed.study, t); };
    });
}

void add_explain(CLI::App& top, Parsed& parsed)
{
    auto* app = top.add_subcommand("explain", "count a scenario's fabric, show where each number comes from");
    app->add_option("scenario", parsed.explain.scenario, "scenario file")
        ->required()
        ->type_name("SCENARIO.toml");
    add_settings(*app, parsed.settings, "change one key of the scenario; may be repeated");
    add_choice<bool>(*app, "--format", parsed.explain.json, {{"text", false}, {"json", true}}, "(text)");
    app->callback([&parsed] {
        parsed.explain.settings = parse_settings(parsed.settings);
        parsed.action = [&parsed](Terminal const& t) { return explain_command(parsed.explain, t); };
    });
}

void add_list(CLI::App& top, Parsed& parsed)
{
    auto* app = top.add_subcommand("list", "name what there is, one line each");
    restrict_to(app->add_option("what", parsed.listed, "what to name")->required(), listable());
    app->callback([&parsed] {
        parsed.action = [&parsed](Terminal const& t) { return list_command(parsed.listed, t); };
    });
}

void add_check(CLI::App& top, Parsed& parsed)
{
    auto* app = top.add_subcommand("check", "check input files and HDF5 results, report every error");
    app->add_option("files", parsed.files, "TOML inputs, CSV tables of measured collectives or HDF5 results")
        ->required()
        ->type_name("FILE...");
    app->callback([&parsed] {
        parsed.action = [&parsed](Terminal const& t) { return check_command(parsed.files, t); };
    });
}

void add_report(CLI::App& top, Parsed& parsed)
{
    auto* app = top.add_subcommand("report", "draw the pictures of a results file");
    auto& options = parsed.report;
    app->add_option("results", options.results, "results of run or study")->required()->type_name("FILE.h5");
    app->add_option("-o,--output", options.html, "HTML report (FILE.html beside the results)")
        ->type_name("FILE.html");
    app->add_option("--svg", options.svg, "the picture of bus bandwidth alone")->type_name("FILE.svg");
    app->callback([&parsed] {
        parsed.action = [&parsed](Terminal const& t) { return report_command(parsed.report, t); };
    });
}

void add_reach(CLI::App& top, Parsed& parsed)
{
    auto* app =
        top.add_subcommand("reach", "how far copper carries a lane, by rate, modulation, host and conductor");
    app->add_option("channel", parsed.reach.channel, "loss budget (topologies/channel.toml)")
        ->type_name("CHANNEL.toml");
    add_choice<bool>(*app, "--format", parsed.reach.csv, {{"table", false}, {"csv", true}}, "(table)");
    app->callback([&parsed] {
        parsed.action = [&parsed](Terminal const& t) { return reach_command(parsed.reach, t); };
    });
}

void add_validate(CLI::App& top, Parsed& parsed)
{
    auto* app = top.add_subcommand("validate", "simulate what was measured on machines, show the errors");
    auto& options = parsed.validate;
    app->add_option("--data", options.data,
                    "table of measured collectives (workloads/measured/collectives.csv)")
        ->type_name("FILE.csv");
    add_rules(*app, options.rules);
    add_execution(*app, options.execution);
    app->add_option("-o,--output", options.output,
                    "the table with scenario, simulated_us, error and skipped_because")
        ->type_name("FILE.csv");
    app->callback([&parsed] {
        parsed.action = [&parsed](Terminal const& t) { return validate_command(parsed.validate, t); };
    });
}

void add_calibrate(CLI::App& top, Parsed& parsed)
{
    auto* app = top.add_subcommand("calibrate", "fit a library's numbers to measured collectives");
    auto& options = parsed.calibrate;
    app->add_option("data", options.data,
                    "table of measured collectives (workloads/measured/collectives.csv)")
        ->type_name("FILE.csv");
    app->add_option("--library", options.library, "whose numbers, each within its low and high")
        ->required()
        ->type_name("NAME");
    add_rules(*app, options.rules);
    app->add_option("--threads", options.threads, "cores to use (all)")
        ->check(CLI::Range(1u, 1024u))
        ->type_name("N");
    app->add_option("-o,--output", options.output, "the library's file with the fitted numbers")
        ->type_name("NAME.toml");
    app->callback([&parsed] {
        parsed.action = [&parsed](Terminal const& t) { return calibrate_command(parsed.calibrate, t); };
    });
}

void add_compare(CLI::App& top, Parsed& parsed)
{
    auto* app = top.add_subcommand("compare", "results beside what nccl-tests printed on a machine");
    auto& options = parsed.compare;
    app->add_option("results", options.results, "results of run or study")->required()->type_name("FILE.h5");
    app->add_option("log", options.log, "output of all_reduce_perf or another of nccl-tests")
        ->required()
        ->type_name("LOG");
    app->add_option("--op", options.op, "collective of the log, where it does not say (all_reduce, ...)")
        ->type_name("OP");
    app->callback([&parsed] {
        parsed.action = [&parsed](Terminal const& t) { return compare_command(parsed.compare, t); };
    });
}

void add_diff(CLI::App& top, Parsed& parsed)
{
    auto* app =
        top.add_subcommand("diff", "cells of two results files that differ; exit code 1 where any do");
    auto& options = parsed.diff;
    app->add_option("first", options.first, "results of run or study")->required()->type_name("A.h5");
    app->add_option("second", options.second, "results of run or study")->required()->type_name("B.h5");
    app->add_option("--tolerance", options.tolerance, "relative difference that counts as none (0)")
        ->check(CLI::Range(0.0, 1.0))
        ->type_name("SHARE");
    app->callback(
        [&parsed] { parsed.action = [&parsed](Terminal const& t) { return diff_command(parsed.diff, t); }; });
}

void add_export(CLI::App& top, Parsed& parsed)
{
    auto* app = top.add_subcommand("export", "the timelines of a results file for a trace viewer");
    app->add_option("results", parsed.exported.results, "results of run or study")
        ->required()
        ->type_name("FILE.h5");
    app->add_option("--trace", parsed.exported.trace, "Trace Event JSON, for Perfetto; - for stdout")
        ->required()
        ->type_name("FILE.json");
    app->callback([&parsed] {
        parsed.action = [&parsed](Terminal const& t) { return export_command(parsed.exported, t); };
    });
}

void add_bench(CLI::App& top, Parsed& parsed)
{
    auto* app =
        top.add_subcommand("bench", "engine rates beside the reference engine's, same work, same run");
    add_choice<bool>(*app, "--format", parsed.bench.json, {{"table", false}, {"json", true}}, "(table)");
    add_choice<Backend>(*app, "--backend", parsed.bench.backend,
                        {{"cpu", Backend::cpu}, {"cuda", Backend::cuda}},
                        "where the window engine runs (cpu)");
    app->add_option("--case", parsed.bench.only, "one case only")->type_name("NAME");
    app->callback([&parsed] {
        parsed.action = [&parsed](Terminal const& t) { return bench_command(parsed.bench, t); };
    });
}

std::string usage_error(CLI::App const* app, CLI::Error const& error)
{
    std::string command = "copperwall";
    for (auto const* used : app->get_subcommands()) command += " " + used->get_name();
    return "error: " + std::string(error.what()) + "; see " + command + " --help\n";
}

//! The first word, where it should name a subcommand and does not: CLI11 would only miss one.
void refuse_unknown_command(CLI::App const& app, int argc, char const* const* argv)
{
    std::vector<std::string> names;
    for (auto const* command : app.get_subcommands({})) names.push_back(command->get_name());
    for (int i = 1; i < argc; ++i) {
        std::string const word = argv[i];
        if (word.rfind('-', 0) == 0) continue;
        if (std::find(names.begin(), names.end(), word) != names.end()) return;
        std::string const hint = did_you_mean(word, names);
        throw InputError("there is no command '" + word + "'; use one of " + joined(names, ", ") +
                         (hint.empty() ? "" : "; " + hint));
    }
}

//! Runs `action`; what it throws becomes a report and an exit code.
int guarded(Action const& action, Terminal const& terminal)
{
    try {
        return action(terminal);
    } catch (InputError const& error) {
        print_error(terminal, error.what());
        return kBadInput;
    } catch (Interrupted const&) {
        print_error(terminal, "error: interrupted");
        return kInterrupted;
    } catch (std::bad_alloc const&) {
        print_error(terminal, "error: out of memory; use fewer --threads or smaller messages");
        return kScenarioFailed;
    } catch (std::exception const& error) {
        print_error(terminal, std::string("error: ") + error.what());
        return kScenarioFailed;
    }
}

}  // namespace

int command_line(int argc, char const* const* argv, Terminal terminal)
{
    Parsed parsed;
    parsed.line = quoted_line(argc, argv);
    CLI::App app(kSummary, "copperwall");
    app.set_version_flag("--version", std::string("copperwall ") + full_version());
    app.add_flag("--quiet", terminal.quiet, "no progress and no log on stderr");
    app.require_subcommand(1);
    app.fallthrough();
    app.failure_message(usage_error);
    add_run(app, parsed);
    add_study(app, parsed);
    add_explain(app, parsed);
    add_list(app, parsed);
    add_check(app, parsed);
    add_report(app, parsed);
    add_reach(app, parsed);
    add_validate(app, parsed);
    add_calibrate(app, parsed);
    add_compare(app, parsed);
    add_diff(app, parsed);
    add_export(app, parsed);
    add_bench(app, parsed);
    app.footer(kExamplesAndExitCodes);  // last: a subcommand would take it over
    try {
        refuse_unknown_command(app, argc, argv);
        app.parse(argc, argv);
    } catch (CLI::ParseError const& error) {
        return app.exit(error, terminal.out, terminal.err) == 0 ? kDone : kBadInput;
    } catch (InputError const& error) {
        print_error(terminal, error.what());
        return kBadInput;
    }
    return guarded(parsed.action, terminal);
}

}  // namespace copperwall
