#include "host/input/nccl_log.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

#include "host/input/error_list.h"
#include "host/input/text_file.h"

namespace copperwall {
namespace {

constexpr std::size_t kLargestLogBytes = std::size_t{256} << 20;
constexpr std::size_t kLongestLine = 4096;  //!< of what nccl-tests print

using Words = std::vector<std::string>;

template <class Number>
std::optional<Number> number(std::string const& text)
{
    Number value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

//! Without a tag such as "[1,0]<stdout>:" or "0:".
Words words_of(std::string const& line)
{
    std::istringstream in(line);
    Words words;
    for (std::string word; in >> word;) words.push_back(word);
    if (!words.empty() && words.front().back() == ':') words.erase(words.begin());
    if (!words.empty() && words.front().find(":#") != std::string::npos) words.front() = "#";
    return words;
}

std::optional<std::size_t> position(Words const& words, char const* name)
{
    auto const at = std::find(words.begin(), words.end(), name);
    if (at == words.end()) return std::nullopt;
    return static_cast<std::size_t>(at - words.begin());
}

//! "alltoall" of nccl-tests is all_to_all here.
std::string op_named(std::string const& test)
{
    if (test == "alltoall") return "all_to_all";
    return test == "sendrecv" ? "send_recv" : test;
}

class LogReader {
public:
    explicit LogReader(std::string file) : file_(std::move(file)) {}

    NcclLog log;
    ErrorList errors;

    void take(std::string const& line)
    {
        ++line_;
        if (line.size() > kLongestLine) return;
        take_test(line);
        Words const words = words_of(line);
        if (words.empty()) return;
        if (words.front() == "#")
            take_header(words);
        else
            take_row(words);
    }

    void finish()
    {
        if (!log.rows.empty()) return;
        errors.add({file_, 1, 1},
                   "no rows below a line '# size count ... time algbw busbw'; give what all_reduce_perf or "
                   "another of nccl-tests printed");
    }

private:
    //! "... all_reduce_perf ...", wherever it stands.
    void take_test(std::string const& line)
    {
        auto const end = line.find("_perf");
        if (end == std::string::npos) return;
        auto const before = line.find_last_not_of("abcdefghijklmnopqrstuvwxyz_", end);
        auto const begin = before == std::string::npos ? 0 : before + 1;
        std::string const op = op_named(line.substr(begin, end - begin));
        if (op.empty()) return;
        if (!log.op.empty() && log.op != op)
            errors.add({file_, line_, 1},
                       "a second collective, " + op + " after " + log.op + "; give the log of one at a time");
        log.op = op;
    }

    void take_header(Words const& words)
    {
        auto const size = position(words, "size"), time = position(words, "time"),
                   busbw = position(words, "busbw");
        if (size && time && busbw) {
            time_ = *time - *size;
            busbw_ = *busbw - *size;
        }
        auto const rank = position(words, "Rank");
        if (rank && *rank + 1 < words.size()) take_rank(words, *rank + 1);
    }

    //! "#  Rank  0 Group  0 Pid 4711 on node1 device  0 [0x1b] NVIDIA H100 80GB HBM3".
    void take_rank(Words const& words, std::size_t at)
    {
        auto const rank = number<std::uint32_t>(words[at]);
        if (!rank) return;
        log.ranks = std::max(log.ranks, *rank + 1);
        auto const device = position(words, "device");
        if (!device || *device + 3 >= words.size()) return;
        log.device.clear();
        for (std::size_t i = *device + 3; i != words.size(); ++i)
            log.device += (log.device.empty() ? "" : " ") + words[i];
    }

    void take_row(Words const& words)
    {
        if (busbw_ == 0 || words.size() <= std::max(time_, busbw_)) return;
        auto const bytes = number<std::int64_t>(words[0]);
        auto const count = number<std::int64_t>(words[1]);
        auto const time = number<double>(words[time_]);
        auto const busbw = number<double>(words[busbw_]);
        if (bytes && count && time && busbw && *bytes > 0 && *time > 0)
            log.rows.push_back({*bytes, *time, *busbw});
    }

    std::string file_;
    unsigned line_ = 0;
    std::size_t time_ = 0, busbw_ = 0;  //!< fields of a row; 0: no header yet
};

}  // namespace

NcclLog read_nccl_log(std::filesystem::path const& file)
{
    LogReader reader(file.string());
    auto const text = read_text_file(file, file.string(), reader.errors, kLargestLogBytes);
    reader.errors.throw_if_any();
    std::istringstream in(*text);
    for (std::string line; std::getline(in, line);) reader.take(line);
    reader.finish();
    reader.errors.throw_if_any();
    return std::move(reader.log);
}

}  // namespace copperwall
