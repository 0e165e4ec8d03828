#include "host/command/unfinished_list.h"

#include <sstream>

#include "host/results/atomic_file.h"

namespace copperwall {
namespace {

void add(Cell const& cell, std::ostream& text)
{
    for (UnfinishedTransfer const& t : cell.unfinished) {
        text << '"' << cell.fabric << "\",\"" << cell.interconnect << "\",\"" << cell.collective_name()
             << "\",\"" << cell.algorithm_name() << "\"," << cell.bytes << ',' << t.step << ',' << t.sender
             << ',' << t.receiver << ',' << t.bytes << ',' << t.packets_left << ',';
        if (t.ready_fs != kNever) text << static_cast<double>(t.ready_fs) / static_cast<double>(kFsPerUs);
        text << '\n';
    }
}

}  // namespace

void list_unfinished(std::vector<Cell> const& cells, std::filesystem::path const& output,
                     Terminal const& terminal)
{
    std::size_t count = 0;
    for (Cell const& cell : cells) count += cell.unfinished.size();
    if (count == 0) return;
    std::string const what = "all " + std::to_string(count) + " transfers that never completed";
    if (output.empty())
        return log(terminal, "with -o FILE.h5 " + what + " are listed in FILE.unfinished.csv");
    std::ostringstream text;
    text.precision(12);
    text << "# sender, receiver: gpus of the fabric; packets_left: of simulated planes; ready_us: empty "
            "where it was "
            "never released\n"
            "fabric,interconnect,collective,algorithm,size_B,step,sender,receiver,bytes,packets_left,ready_"
            "us\n";
    for (Cell const& cell : cells) add(cell, text);
    auto file = output;
    file.replace_extension(".unfinished.csv");
    write_whole(file, text.view());
    log(terminal, "wrote " + file.string() + ": " + what);
}

}  // namespace copperwall
