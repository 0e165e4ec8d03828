#include <algorithm>
#include <stdexcept>
#include <string>

#include "cuda/check.h"

namespace copperwall {
namespace {

constexpr std::int64_t kMostBytes = std::int64_t{1} << 60;  //!< of one message

//! Says what is wrong with one family.
class FamilyCheck {
public:
    FamilyCheck(Schedule const& schedule, std::size_t index)
        : schedule_(schedule), family_(schedule.families[index]), index_(index)
    {
    }

    void run() const
    {
        check_release();
        check_steps();
        check_senders();
        if (family_.table == kNone) {
            check_groups();
            check_peers();
            check_bytes();
        } else {
            check_table();
        }
    }

private:
    [[noreturn]] void fail(std::string const& problem) const
    {
        throw std::invalid_argument("family " + std::to_string(index_) + ": " + problem);
    }

    std::uint64_t last_k() const { return family_.count == 0 ? 0 : family_.count - 1; }

    void check_release() const
    {
        std::string const of = " of " + std::to_string(schedule_.counters);
        if (family_.wait != kNone && family_.wait >= schedule_.counters) {
            fail("wait on counter " + std::to_string(family_.wait) + of);
        }
        if (family_.signal != kNone && family_.signal >= schedule_.counters) {
            fail("signal to counter " + std::to_string(family_.signal) + of);
        }
        if (family_.wait != kNone && family_.need_0 == 0) {
            fail("waits with need_0 = 0; what needs nothing has no wait");
        }
        if (family_.need_0 + family_.need_k * last_k() >= kNone) fail("need passes 2^32 - 2");
        if (family_.delay_fs < 0 || family_.delay_fs >= kLatest) fail("delay_fs is not in [0, 2^62)");
        if (family_.spacing_fs < 0 || family_.spacing_fs >= kLatest) fail("spacing_fs is not in [0, 2^62)");
    }

    void check_steps() const
    {
        std::uint64_t const last = family_.step_0 + family_.step_k * last_k();
        if (family_.count != 0 && last >= schedule_.steps) {
            fail("step " + std::to_string(last) + " of " + std::to_string(schedule_.steps));
        }
    }

    std::uint32_t width() const { return family_.width(schedule_.gpus); }

    void check_senders() const
    {
        std::uint64_t const end = std::uint64_t{family_.first} + width();
        if (end > schedule_.gpus) {
            fail("senders " + std::to_string(family_.first) + " to " + std::to_string(end) + " of " +
                 std::to_string(schedule_.gpus) + " gpus");
        }
        if (family_.table != kNone && (width() != schedule_.gpus || family_.shift != 0)) {
            fail("a table is of all gpus as senders, without shift");
        }
        if (family_.shift == 0) return;
        std::int64_t const first = std::int64_t{family_.first} + family_.shift;
        bool const apart = first >= static_cast<std::int64_t>(end) || first + width() <= family_.first;
        if (first < 0 || first + width() > schedule_.gpus || !apart) {
            fail("shift = " + std::to_string(family_.shift) + " leads to senders or past the gpus");
        }
    }

    void check_groups() const
    {
        if (family_.group < 2) fail("group = " + std::to_string(family_.group) + ", not 2 or more");
        if (family_.stride == 0) fail("stride = 0");
        if (width() % (std::uint64_t{family_.group} * family_.stride) != 0) {
            fail(std::to_string(width()) + " gpus are no multiple of group " + std::to_string(family_.group) +
                 " x stride " + std::to_string(family_.stride));
        }
    }

    //! The receiver's distance from the sender repeats after `group` values of k.
    void check_peers() const
    {
        if (family_.shift != 0) return;
        for (std::uint32_t k = 0; k != std::min(family_.count, family_.group); ++k) {
            std::int64_t const distance = std::int64_t{family_.peer_k} * k + family_.peer_0;
            if (affine_mod(distance, family_.group) == 0) {
                fail("k " + std::to_string(k) + " sends to its own sender");
            }
        }
    }

    void check_bytes() const
    {
        if (family_.bytes < 0 || family_.bytes > kMostBytes) {
            fail("bytes = " + std::to_string(family_.bytes) + ", not in [0, 2^60]");
        }
        if (family_.shares == 0) fail("shares = 0");
    }

    void check_table() const
    {
        if (family_.table_k > 1) fail("table_k = " + std::to_string(family_.table_k) + ", not 0 or 1");
        std::uint64_t const rows = table_rows(family_, schedule_.gpus);
        if (family_.table + rows > schedule_.table.size()) {
            fail("table rows " + std::to_string(family_.table) + " to " +
                 std::to_string(family_.table + rows) + " of " + std::to_string(schedule_.table.size()));
        }
        for (std::uint64_t row = 0; row != rows; ++row) check_row(row);
    }

    void check_row(std::uint64_t i) const
    {
        TableRow const& row = schedule_.table[family_.table + i];
        std::string const name = "table row " + std::to_string(family_.table + i) + ": ";
        if (row.receiver != kNone) {
            if (row.receiver >= schedule_.gpus) fail(name + "no gpu " + std::to_string(row.receiver));
            if (row.receiver == i % schedule_.gpus) fail(name + "sends to its own sender");
        }
        if (row.bytes < 0 || row.bytes > kMostBytes) {
            fail(name + "bytes = " + std::to_string(row.bytes) + ", not in [0, 2^60]");
        }
        Time const before =
            i < schedule_.gpus ? 0 : schedule_.table[family_.table + i - schedule_.gpus].offset_fs;
        if (row.offset_fs < before || row.offset_fs >= kLatest) {
            fail(name + "offset_fs = " + std::to_string(row.offset_fs) + " is below " +
                 std::to_string(before) + ", that of the transfer before, or not below 2^62");
        }
    }

    Schedule const& schedule_;
    Family const& family_;
    std::size_t index_;
};

}  // namespace

void check(Schedule const& schedule)
{
    if (schedule.gpus == 0 || schedule.gpus > kMaxGpus) {
        throw std::invalid_argument("schedule: " + std::to_string(schedule.gpus) + " gpus, not 1 to " +
                                    std::to_string(kMaxGpus));
    }
    if (schedule.launch_fs < 0 || schedule.launch_fs >= kLatest) {
        throw std::invalid_argument("schedule: launch_fs is not in [0, 2^62)");
    }
    if (schedule.at_once == 0 || schedule.at_once > kMostAtOnce) {
        throw std::invalid_argument("schedule: " + std::to_string(schedule.at_once) +
                                    " transfers of a gpu at once, not 1 to " + std::to_string(kMostAtOnce));
    }
    if (schedule.families.size() >= kNone)
        throw std::invalid_argument("schedule: more than 2^32 - 2 families");
    std::uint64_t messages = 0;
    for (std::size_t f = 0; f != schedule.families.size(); ++f) {
        FamilyCheck(schedule, f).run();
        messages += std::uint64_t{schedule.families[f].count} * schedule.families[f].width(schedule.gpus);
        if (messages >= kNone) throw std::invalid_argument("schedule: more than 2^32 - 2 messages");
    }
}

}  // namespace copperwall
