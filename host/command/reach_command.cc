// reach: how far copper carries a lane, for every rate, modulation, host and conductor of channel.toml.
#include <cstdio>

#include "host/command/commands.h"
#include "host/command/exit_code.h"
#include "host/fabric/copper_reach.h"
#include "host/results/reach_table.h"

namespace copperwall {

int reach_command(ReachOptions const& options, Terminal const& terminal)
{
    ChannelSpec const channel = load_channel(options.channel);
    if (options.csv)
        terminal.out
            << "lane_rate(Gb/s),modulation,host,conductor,nyquist(GHz),reach(m),reach_low(m),reach_high(m)\n";
    else
        terminal.out << "# reach of one lane by its loss budget, m (low .. high); source of every loss: "
                     << options.channel.string()
                     << "\n# Gb/s  modulation  host                conductor   GHz     reach\n";
    for (auto const& row : reach_table(channel)) {
        Lane const lane{row.lane_rate_Gbps, row.modulation, row.host, row.conductor, 0};
        double const f = nyquist_GHz(reach_input(channel, lane, Bound::typical));
        char line[160];
        std::snprintf(line, sizeof line,
                      options.csv ? "%g,%s,%s,%s,%.6g,%.6g,%.6g,%.6g\n"
                                  : "%6g  %-10s  %-18s  %-9s  %6.2f  %5.2f (%.2f .. %.2f)\n",
                      row.lane_rate_Gbps, row.modulation.c_str(), row.host.c_str(), row.conductor.c_str(), f,
                      row.typical_m, row.low_m, row.high_m);
        terminal.out << line;
    }
    return kDone;
}

}  // namespace copperwall
