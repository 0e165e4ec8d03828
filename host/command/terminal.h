//! Where a command writes: results on out, everything else on err.
#pragma once

#include <ostream>
#include <string>

namespace copperwall {

struct Terminal {
    std::ostream& out;
    std::ostream& err;
    bool quiet = false;       //!< no progress, no log; errors still come
    bool err_is_tty = false;  //!< err redraws a line: a bar instead of heartbeat lines
    bool colour = false;      //!< of err; never with NO_COLOR
};

//! The terminal of this process.
Terminal process_terminal();

//! One line of log on err, unless quiet.
void log(Terminal const& terminal, std::string const& line);

//! A report that begins with "error: " or "file:line:column: error: ", whole, ending in a newline.
void print_error(Terminal const& terminal, std::string const& report);

}  // namespace copperwall
