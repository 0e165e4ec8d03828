#include "host/command/terminal.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

namespace copperwall {

Terminal process_terminal()
{
    char const* no_colour = std::getenv("NO_COLOR");
    bool const tty = isatty(STDERR_FILENO) == 1;
    bool const colour = tty && (no_colour == nullptr || *no_colour == '\0');
    return {std::cout, std::cerr, false, tty, colour};
}

void log(Terminal const& terminal, std::string const& line)
{
    if (!terminal.quiet) terminal.err << line << '\n' << std::flush;
}

void print_error(Terminal const& terminal, std::string const& report)
{
    static constexpr char kWord[] = "error:";
    static constexpr char kRed[] = "\033[1;31merror:\033[0m";
    std::string text = report;
    if (text.empty() || text.back() != '\n') text += '\n';
    if (terminal.colour) {
        for (std::size_t at = text.find(kWord); at != std::string::npos; at = text.find(kWord, at)) {
            text.replace(at, sizeof kWord - 1, kRed);
            at += sizeof kRed - 1;
        }
    }
    terminal.err << text << std::flush;
}

}  // namespace copperwall
