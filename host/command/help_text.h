//! Words of --help that are longer than a line.
#pragma once

namespace copperwall {

inline constexpr char kSummary[] =
    "Copperwall simulates collectives packet by packet on large GPU clusters and says\n"
    "how long they take, what they cost in energy, and what bounds them.";

inline constexpr char kExamplesAndExitCodes[] =
    "Examples:\n"
    "  copperwall run workloads/all_reduce_ring_nvl72.toml -b 1K -e 1G -f 4\n"
    "  copperwall run workloads/all_reduce_ring_nvl72.toml --set fabric.ends.rack=cpo -o out/cpo.h5\n"
    "  copperwall study workloads/studies/hgx_and_nvl72.toml -o out/hgx_and_nvl72.h5\n"
    "  copperwall report out/hgx_and_nvl72.h5\n"
    "  copperwall explain workloads/all_reduce_ring_hgx_h100.toml\n"
    "  copperwall check topologies/*.toml\n"
    "  copperwall validate -o out/residuals.csv\n"
    "  copperwall compare out/results.h5 all_reduce_perf.log\n"
    "\n"
    "Exit codes:\n"
    "  0    done\n"
    "  1    a scenario failed, results could not be written, or those of diff differ\n"
    "  2    bad usage or input\n"
    "  3    a cell is infeasible (with --strict only)\n"
    "  130  interrupted; finished results are kept\n"
    "\n"
    "Results go to stdout, progress and errors to stderr. NO_COLOR is honoured.";

inline constexpr char kRunExamples[] =
    "Examples:\n"
    "  copperwall run workloads/all_reduce_ring_nvl72.toml\n"
    "  copperwall run workloads/all_reduce_ring_nvl72.toml -b 256 -e 1G -f 4 -o out/nvl72.h5\n"
    "  copperwall run workloads/all_reduce_ring_nvl72.toml --set library.name=ideal --format csv";

inline constexpr char kStudyExamples[] =
    "Examples:\n"
    "  copperwall study workloads/studies/hgx_and_nvl72.toml --dry-run\n"
    "  copperwall study workloads/studies/hgx_and_nvl72.toml -o out/hgx_and_nvl72.h5\n"
    "  copperwall study workloads/studies/hgx_and_nvl72.toml -o out/hgx_and_nvl72.h5 --resume\n"
    "  copperwall study workloads/studies/hgx_and_nvl72.toml -o out/hgx_and_nvl72.h5 --shard 1/4\n"
    "\n"
    "Finished cells are kept in FILE.h5.cells/, one file a scenario and collective, named by a\n"
    "hash of its inputs; --resume and shards read them there. Ctrl-C loses none, a killed process\n"
    "at most the last second or a tenth of its time. The folder may be removed once FILE.h5 is whole.\n"
    "Bounds (--fidelity bound) take longer to keep than to compute and are kept for shards only.";

}  // namespace copperwall
