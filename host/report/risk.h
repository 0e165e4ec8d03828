//! What fabrics cost and how often they fail.
#pragma once

#include <string>

#include "host/results/results.h"

namespace copperwall {

//! Against the baseline: whether 90 % of the draws agree.
enum class Verdict { baseline, same, better, worse, undecided };

//! Of a difference, more of which is better: same where all draws agree to 1e-9, undecided where the band
//! holds zero.
Verdict verdict_of(RiskRow const& row, RiskFigure figure);

//! Against world size, one curve an interconnect: price for a gpu, and what failures take. Empty where no
//! fabric file has more than one world size of the same gpus and setting.
std::string risk_svg(Results const& results);

//! One row a fabric and interconnect, with its difference to the baseline; well-formed XHTML.
std::string risk_table_html(Results const& results);

}  // namespace copperwall
