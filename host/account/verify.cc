#include "host/account/verify.h"

#include <sstream>
#include <stdexcept>

namespace copperwall {

namespace {

//! Of the doubles that both sides went through.
constexpr double kRounding = 1e-12;

}  // namespace

void verify_bytes(Fabric const& fabric, Traffic const& scheduled, std::vector<std::int64_t> const& carried)
{
    for (std::size_t c = 0; c < carried.size(); ++c) {
        if (carried[c] == scheduled.wire_bytes[c]) continue;
        throw std::runtime_error("bytes are not conserved: links '" + fabric.classes[c].name + "' carried " +
                                 std::to_string(carried[c]) + " B, the schedule sends " +
                                 std::to_string(scheduled.wire_bytes[c]) + " B over them");
    }
}

void verify_bound(Cell const& cell)
{
    if (cell.time_us >= cell.lower_bound_us * (1 - kRounding)) return;
    std::ostringstream text;
    text << "time of " << cell.time_us << " us beats the lower bound of " << cell.lower_bound_us << " us";
    throw std::runtime_error(text.str());
}

}  // namespace copperwall
