//! Finds the word a user meant, and how words are listed in messages.
#pragma once

#include <string>
#include <vector>

namespace copperwall {

//! The nearest of `words` to `written`, or "" where none is near: insert, delete, replace or swap of one
//! letter each count 1, capitals count 0, and a third of the letters may be wrong; the start of a word is
//! near.
std::string nearest(std::string const& written, std::vector<std::string> const& words);

//! "did you mean 'x'?", or "" where nothing is near.
std::string did_you_mean(std::string const& written, std::vector<std::string> const& words);

//! "a, b, c"
std::string listed(std::vector<std::string> const& words);

//! The shortest decimal text that reads back as the same number; with an exponent only below 1e-4 and from
//! 1e15 on.
std::string shortest(double number);

}  // namespace copperwall
