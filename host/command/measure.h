//! Times a piece of work in a child process of its own, so that its peak memory is its own.
#pragma once

#include <cstdint>
#include <functional>

namespace copperwall {

//! What the work itself counted.
struct Work {
    std::int64_t hops = 0;
    std::int64_t effective_hops = 0;
    std::uint64_t windows = 0;
    double kernel_s = 0;  //!< on a device: of its kernels
};

struct Measurement {
    Work work;
    double cpu_s = 0;  //!< user + system, of the timed part
    double wall_s = 0;
    std::int64_t peak_rss_bytes = 0;  //!< of the whole child
};

//! Forks; the child calls prepare() untimed, then what it returned, timed. Throws std::runtime_error with the
//! child's words where it fails.
Measurement measure_in_child(std::function<std::function<Work()>()> const& prepare);

}  // namespace copperwall
