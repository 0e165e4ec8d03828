//! First in, first out service of equally spaced packets at a port, in closed form.
#pragma once

#include "cuda/hd.h"
#include "cuda/types.h"

namespace copperwall {

//! time, time + spacing, ...: `count` of them.
struct Instants {
    Time time = 0;
    Time spacing_fs = 0;
    std::uint32_t count = 0;

    CW_HD Time last() const { return time + spacing_fs * (count - 1); }
    CW_HD std::uint32_t before(Time end) const
    {
        if (time >= end) return 0;
        if (count == 1 || last() < end) return count;
        return static_cast<std::uint32_t>((end - time - 1) / spacing_fs) + 1;
    }
    CW_HD void drop(std::uint32_t n)
    {
        time += spacing_fs * n;
        count -= n;
    }
};

//! start_k = max(a_k, d_(k-1)), d_k = start_k + s, with the arrivals a_k and d_(-1) = free_at, is a
//! back-to-back part and then the arrivals themselves.
struct Service {
    Time start = 0;
    std::uint32_t back_to_back = 0;  //!< packets at start, start + s, ...; the rest start when they arrive
};

CW_HD inline Service serve(Instants const& a, Time free_at, Time s)
{
    if (a.count == 1 || a.spacing_fs <= s) return {a.time > free_at ? a.time : free_at, a.count};
    Time const lag = free_at - a.time;
    if (lag <= 0) return {a.time, 0};
    Time const n = (lag - 1) / (a.spacing_fs - s) + 1;
    return {free_at, n < static_cast<Time>(a.count) ? static_cast<std::uint32_t>(n) : a.count};
}

//! Starts the packets that can start before `end` and drops them from `a`, moving free_at on. Calls
//! start(first, spacing, n) up to twice, from one place: it is large. Returns how many it started.
template <class Start>
CW_HD std::uint32_t serve_until(Instants& a, Time& free_at, Time s, Time end, Start const& start)
{
    std::uint32_t started = 0;
    while (a.count != 0) {
        Service const service = serve(a, free_at, s);
        bool const waits = service.back_to_back != 0;
        Instants next{service.start, s, service.back_to_back};
        if (!waits) next = a;
        std::uint32_t const n = next.before(end);
        if (n == 0) break;
        start(next.time, next.spacing_fs, n);
        free_at = next.time + next.spacing_fs * (n - 1) + s;
        a.drop(n);
        started += n;
        if (n != next.count) break;
    }
    return started;
}

//! The first packets of max(a_k, c_k), as long as they are equally spaced; at least one, of at most as many
//! as both have.
CW_HD inline Instants later_of(Instants const& a, Instants const& c)
{
    Instants const& late = a.time >= c.time ? a : c;
    Instants const& early = a.time >= c.time ? c : a;
    std::uint32_t n = a.count < c.count ? a.count : c.count;
    Time const gain = early.spacing_fs - late.spacing_fs;
    if (n > 1 && gain > 0) {
        Time const overtaken = (late.time - early.time) / gain + 1;
        if (overtaken < static_cast<Time>(n)) n = static_cast<std::uint32_t>(overtaken);
    }
    return {late.time, n > 1 ? late.spacing_fs : 0, n};
}

//! End of the run from i on of which each begins before an earlier one has ended; at(i): Instants, ascending.
template <class At>
CW_HD std::uint32_t overlapping(At const& at, std::uint32_t i, std::uint32_t n)
{
    Time last = at(i).last();
    for (++i; i != n; ++i) {
        Instants const next = at(i);
        if (next.time > last) break;
        if (next.last() > last) last = next.last();
    }
    return i;
}

}  // namespace copperwall
