// reach: how far copper carries a lane, for every rate, modulation, host and conductor of channel.toml.
#include <cstdio>

#include "host/command/commands.h"
#include "host/command/exit_code.h"
#include "host/fabric/copper_reach.h"

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
    for (double const rate : {50.0, 100.0, 200.0, 400.0}) {
        for (auto const& [modulation, m] : channel.modulations) {
            for (auto const& [host, h] : channel.hosts) {
                for (auto const& [conductor, c] : channel.conductors) {
                    Lane const lane{rate, modulation, host, conductor, 0};
                    CopperReach const r = copper_reach(channel, lane, 0);
                    double const f = nyquist_GHz(reach_input(channel, lane, Bound::typical));
                    char line[160];
                    std::snprintf(line, sizeof line,
                                  options.csv ? "%g,%s,%s,%s,%.6g,%.6g,%.6g,%.6g\n"
                                              : "%6g  %-10s  %-18s  %-9s  %6.2f  %5.2f (%.2f .. %.2f)\n",
                                  rate, modulation.c_str(), host.c_str(), conductor.c_str(), f, r.typical_m,
                                  r.low_m, r.high_m);
                    terminal.out << line;
                }
            }
        }
    }
    return kDone;
}

}  // namespace copperwall
