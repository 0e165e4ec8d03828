#include "host/command/cell_name.h"

#include "host/report/panels.h"

namespace copperwall {

std::string cell_name(Results const& results, std::size_t at)
{
    Cell const& cell = results.cells[at];
    std::string const more = further_settings(results, at);
    return cell.fabric + ", " + cell.interconnect + ", " + std::to_string(cell.ranks) +
           " ranks, domains of " + std::to_string(cell.world_size) + ", " + cell.collective_name() + " " +
           cell.algorithm + ", library " + cell.library + (more.empty() ? "" : ", " + more);
}

}  // namespace copperwall
