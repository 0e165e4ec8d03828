//! The command line: parses it, runs the subcommand, turns every error into a report and an exit code.
#pragma once

#include "host/command/terminal.h"

namespace copperwall {

//! Never throws. Exit codes: exit_code.h.
int command_line(int argc, char const* const* argv, Terminal terminal);

}  // namespace copperwall
