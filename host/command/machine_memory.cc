#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>

#include "host/command/machine.h"

namespace copperwall {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

//! The number behind `key` in a file of lines "key: number kB" or "key number".
std::optional<std::uint64_t> number_of(fs::path const& file, std::string const& key)
{
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name, unit;
        std::uint64_t number = 0;
        if (!(words >> name >> number) || (name != key && name != key + ":")) continue;
        return words >> unit && unit == "kB" ? 1024 * number : number;
    }
    return std::nullopt;
}

//! A file of one number; "max" and what is not there are no limit.
std::uint64_t limit_in(fs::path const& file)
{
    std::uint64_t number = 0;
    return std::ifstream(file) >> number ? number : kUnlimited;
}

//! What a cgroup leaves: its limit less what it holds and could not drop.
std::uint64_t room_in(fs::path const& folder, char const* limit, char const* usage, char const* droppable)
{
    std::uint64_t const most = limit_in(folder / limit);
    std::uint64_t const held = limit_in(folder / usage);
    if (most == kUnlimited || held == kUnlimited) return kUnlimited;
    std::uint64_t const cache = std::min(held, number_of(folder / "memory.stat", droppable).value_or(0));
    return most - std::min(most, held - cache);
}

//! The least room of a cgroup and all above it.
template <class Room>
std::uint64_t room_up(fs::path const& mount, fs::path at, Room room)
{
    std::uint64_t least = kUnlimited;
    for (;; at = at.parent_path()) {
        least = std::min(least, room(mount / at.relative_path()));
        if (at == at.parent_path()) return least;
    }
}

std::uint64_t cgroup_room(fs::path const& root)
{
    std::uint64_t least = kUnlimited;
    std::ifstream groups(root / "proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {  // number:controllers:path
        std::size_t const first = line.find(':');
        std::size_t const second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        std::string const controllers = line.substr(first + 1, second - first - 1);
        fs::path const path = line.substr(second + 1);
        if (controllers == "memory") {
            least = std::min(least, room_up(root / "sys/fs/cgroup/memory", path, [](fs::path const& f) {
                                 return room_in(f, "memory.limit_in_bytes", "memory.usage_in_bytes",
                                                "total_inactive_file");
                             }));
        } else if (controllers.empty()) {
            least = std::min(least, room_up(root / "sys/fs/cgroup", path, [](fs::path const& f) {
                                 return room_in(f, "memory.max", "memory.current", "inactive_file");
                             }));
        }
    }
    return least;
}

std::uint64_t of_self(char const* key)
{
    return number_of("/proc/self/status", key).value_or(0);
}

}  // namespace

std::uint64_t free_memory(fs::path const& root)
{
    std::uint64_t const available = number_of(root / "proc/meminfo", "MemAvailable").value_or(kUnlimited);
    std::uint64_t const room = std::min(available, cgroup_room(root));
    return room == kUnlimited ? kUnlimited : room + resident_memory();
}

std::uint64_t resident_memory()
{
    return of_self("VmRSS");
}

MemoryWatch::MemoryWatch()
{
    std::ofstream("/proc/self/clear_refs") << "5";  // proc(5): resets the peak resident set size
    start_ = resident_memory();
}

std::uint64_t MemoryWatch::peak_bytes() const
{
    std::uint64_t const peak = of_self("VmHWM");
    return peak - std::min(peak, start_);
}

}  // namespace copperwall
