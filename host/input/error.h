//! The one way users' mistakes are reported: file:line:column: error: PROBLEM (WHY); WHAT TO DO, all at once.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "host/input/spec.h"

namespace copperwall {

struct Diagnostic {
    Place place;
    std::string message;
    std::string line;  //!< the line's text, for the caret; may be empty
    std::string hint;  //!< printed behind the caret: "did you mean 'latency_ns'?"
};

//! Ends with exit code 2. what() is the whole report, one block a diagnostic.
class InputError : public std::runtime_error {
public:
    explicit InputError(std::vector<Diagnostic> diagnostics);
    explicit InputError(std::string const& message);  //!< no place: a command-line mistake

    std::vector<Diagnostic> const& diagnostics() const { return diagnostics_; }

private:
    std::vector<Diagnostic> diagnostics_;
};

}  // namespace copperwall
