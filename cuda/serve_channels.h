//! Service of a port with several channels, see channels.h: in closed form as long as one of them alone can
//! start packets, else up to the next packet of another.
#pragma once

#include "cuda/channels.h"
#include "cuda/credits.h"
#include "cuda/outage.h"

namespace copperwall {

//! What waits at a port, as `Heads` with
//!   load(c)            when the first packet of channel c may leave, no sooner than the window begins;
//!   kNever:
//!                      none is known
//!   due(c)             the instants of the first ones, alike
//!   before(c, d)       the first of c comes before that of d
//!   lead(c, d)         how many of due(c) do
//!   serialisation(c, now)   of the first, if it starts now
//!   start(c, time, spacing, n, s)   they start, and take s each
//!   drop(c, n)         and are taken off, after all calls of start()
template <class Heads>
class ChannelService {
public:
    //! `credits`: null for an infinite buffer, of one channel; `outages`: null where it is never down.
    CW_HD ChannelService(Heads& heads, CreditInbox* credits, std::uint32_t channels, Outage const* outages,
                         Time& free_at)
        : heads_(heads), credits_(credits), channels_(channels), outages_(outages), free_at_(free_at)
    {
    }

    //! Starts all that can start before `end`. Returns when the port may go on; kNever: nothing waits, or
    //! only for credits that are not known.
    CW_HD Time run(Time end)
    {
        for (std::uint32_t c = 0; c != channels_; ++c) look_at(c);
        for (;;) {
            Time first = kNever;
            for (std::uint32_t c = 0; c != channels_; ++c)
                if (may_start_[c] < first) first = may_start_[c];
            if (first == kNever) return kNever;
            Time const now = first > free_at_ ? first : free_at_;
            if (now >= end) return now;
            Time const up = outages_ != nullptr ? up_from(outages_, now) : now;
            if (up != now)
                free_at_ = up;
            else
                look_at(serve(now, end));
        }
    }

private:
    //! When the channel may start its first packet, but for the port.
    CW_HD void look_at(std::uint32_t c)
    {
        Time const eligible = heads_.load(c);
        may_start_[c] = eligible == kNever ? kNever : with_credit(c, eligible);
    }

    CW_HD Time with_credit(std::uint32_t c, Time eligible)
    {
        if (credits_ == nullptr) return eligible;
        Time const credit = credits_[c].next();
        if (credit == kNever) credits_[c].starved = true;
        return credit > eligible ? credit : eligible;
    }

    //! The port is free, up and has something to start. Returns the channel that did.
    CW_HD std::uint32_t serve(Time now, Time end)
    {
        std::uint32_t const c = first_of(now);
        Instants due = heads_.due(c);
        std::uint32_t const waiting = due.count;
        Time const until = restrict(c, now, outages_ != nullptr ? down_or(now, end) : end, due);
        std::uint32_t const left_out = waiting - due.count;
        Time const s = heads_.serialisation(c, now);  // until the next outage
        auto const started = [&](Time time, Time spacing, std::uint32_t n) {
            heads_.start(c, time, spacing, n, s);
        };
        if (credits_ != nullptr)
            serve_with_credits(due, credits_[c], free_at_, s, until, started);
        else
            serve_until(due, free_at_, s, until, started);
        heads_.drop(c, waiting - left_out - due.count);
        return c;
    }

    CW_HD Time down_or(Time now, Time end) const
    {
        Time const down = down_after(outages_, now);
        return down < end ? down : end;
    }

    CW_HD std::uint32_t first_of(Time now)
    {
        std::uint32_t first = kNone;
        for (std::uint32_t c = 0; c != channels_; ++c)
            if (may_start_[c] <= now && (first == kNone || heads_.before(c, first))) first = c;
        return first;
    }

    //! Leaves in `due` what c may start until the time returned without a look at the others: of those that
    //! could start now as well c has only so many packets before them, and only those that never let the
    //! port wait.
    CW_HD Time restrict(std::uint32_t c, Time now, Time until, Instants& due)
    {
        std::uint32_t lead = kNone;
        for (std::uint32_t d = 0; d != channels_; ++d) {
            if (d == c) continue;
            if (may_start_[d] > now) {
                if (may_start_[d] < until) until = may_start_[d];
                continue;
            }
            std::uint32_t const n = heads_.lead(c, d);
            if (n < lead) lead = n;
        }
        if (lead == kNone) return until;
        std::uint32_t const credits = credits_[c].at(now);
        std::uint32_t const here = due.before(now + 1);
        std::uint32_t const least = credits < here ? credits : here;
        due = {now, 0, lead < least ? lead : least};
        return until;
    }

    Heads& heads_;
    CreditInbox* credits_;
    std::uint32_t channels_;
    Outage const* outages_;
    Time& free_at_;
    Time may_start_[kMostChannels];
};

}  // namespace copperwall
