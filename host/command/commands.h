//! The subcommands: what each is asked (filled by cli.cc) and the function that does it. Each returns an exit
//! code and throws InputError for users' mistakes; stdout carries results only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cuda/engine.h"
#include "host/command/sizes.h"
#include "host/command/terminal.h"
#include "host/input/load.h"
#include "host/results/results.h"

namespace copperwall {

enum class Fidelity : std::uint8_t { packets, bound };

//! How cells are run, the same for `run` and `study`.
struct ExecutionOptions {
    Engine engine = Engine::windows;
    Backend backend = Backend::automatic;
    unsigned threads = 0;  //!< 0: as many as the machine has cores
    Fidelity fidelity = Fidelity::packets;
    std::vector<unsigned> devices = {0};  //!< that --backend cuda shares the cells among
    bool strict = false;                  //!< infeasible cells give exit code 3
    std::optional<std::uint64_t> memory_bytes =
        std::nullopt;  //!< cells together stay below; empty: 80 % of what is free; 0: all
};

struct RunOptions {
    std::filesystem::path scenario;
    Settings settings;
    SizeRange sizes;
    ExecutionOptions execution;
    std::filesystem::path output;  //!< empty: table only
    TableFormat format = TableFormat::table;
    std::string command_line;
};

//! --vary key=a,b,c: one more axis, or other values for an axis that sets this key alone.
struct Variation {
    std::string key;
    std::vector<std::string> values;
};

struct Shard {
    std::size_t index = 1;  //!< 1 .. count
    std::size_t count = 1;
};

struct StudyOptions {
    std::filesystem::path study;
    Settings settings;
    std::vector<Variation> variations;
    ExecutionOptions execution;
    std::filesystem::path output;
    bool resume = false;
    Shard shard;
    bool dry_run = false;
    TableFormat format = TableFormat::table;
    std::string command_line;
};

struct ExplainOptions {
    std::filesystem::path scenario;
    Settings settings;
    bool json = false;
};

struct ReportOptions {
    std::filesystem::path results;
    std::filesystem::path html;  //!< empty: beside the results, .html; none where only --svg is given
    std::filesystem::path svg;   //!< empty: none
};

struct ReachOptions {
    std::filesystem::path channel = "topologies/channel.toml";
    bool csv = false;
};

struct ValidateOptions {
    std::filesystem::path data = "workloads/measured/collectives.csv";
    std::filesystem::path rules = "workloads/validation/machines.toml";
    ExecutionOptions execution;
    std::filesystem::path output;  //!< empty: the table alone
};

struct CalibrateOptions {
    std::filesystem::path data = "workloads/measured/collectives.csv";
    std::filesystem::path rules = "workloads/validation/machines.toml";
    std::string library;
    unsigned threads = 0;          //!< 0: as many as the machine has cores
    std::filesystem::path output;  //!< empty: the table alone
};

struct CompareOptions {
    std::filesystem::path results;
    std::filesystem::path log;
    std::string op;  //!< empty: as the log says
};

struct DiffOptions {
    std::filesystem::path first;
    std::filesystem::path second;
    double tolerance = 0;  //!< relative
};

struct ExportOptions {
    std::filesystem::path results;
    std::filesystem::path trace;  //!< Trace Event JSON; "-": stdout
};

struct BenchOptions {
    Backend backend = Backend::cpu;  //!< of the window engine; the reference runs on the CPU
    std::string only;                //!< name of a case; empty: all
    bool json = false;
};

std::vector<std::string> listable();

int run_command(RunOptions const& options, Terminal const& terminal);
int study_command(StudyOptions const& options, Terminal const& terminal);
int explain_command(ExplainOptions const& options, Terminal const& terminal);
//! `what` is one of listable().
int list_command(std::string const& what, Terminal const& terminal);
int check_command(std::vector<std::filesystem::path> const& files, Terminal const& terminal);
int report_command(ReportOptions const& options, Terminal const& terminal);
int reach_command(ReachOptions const& options, Terminal const& terminal);
int validate_command(ValidateOptions const& options, Terminal const& terminal);
int calibrate_command(CalibrateOptions const& options, Terminal const& terminal);
int compare_command(CompareOptions const& options, Terminal const& terminal);
//! kScenarioFailed where they differ.
int diff_command(DiffOptions const& options, Terminal const& terminal);
int export_command(ExportOptions const& options, Terminal const& terminal);
int bench_command(BenchOptions const& options, Terminal const& terminal);

}  // namespace copperwall
