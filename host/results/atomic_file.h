//! Writes a file whole or not at all.
#pragma once

#include <filesystem>
#include <span>

namespace copperwall {

//! Writes FILE.PID.N.part, syncs it to disk, renames it to FILE. Throws std::runtime_error "cannot write
//! FILE: the system's words"; then the part is gone and FILE as it was.
void write_whole(std::filesystem::path const& file, std::span<char const> bytes);

}  // namespace copperwall
