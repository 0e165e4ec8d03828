//! The machine: what a rate was measured on, and how much memory there is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace copperwall {

//! "AMD EPYC ..." as the system names it; "unknown" where it does not.
std::string cpu_model();

//! "g++ 12.2.0"
std::string compiler();

//! Memory that this process may come to hold, what it holds already included, B: MemAvailable, or less where
//! a cgroup (version 1 or 2) of the process, or one above it, allows less. `root` stands for / in tests.
std::uint64_t free_memory(std::filesystem::path const& root = "/");

//! Memory of this process that is resident now, B; 0 where the system does not say.
std::uint64_t resident_memory();

//! The most that was resident since the start of this object, less what was then. Where the system does not
//! forget an older peak, that counts too.
class MemoryWatch {
public:
    MemoryWatch();
    std::uint64_t peak_bytes() const;

private:
    std::uint64_t start_;
};

}  // namespace copperwall
