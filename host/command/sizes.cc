#include "host/command/sizes.h"

#include <cctype>
#include <cmath>

#include "host/input/error.h"
#include "host/input/size_text.h"

namespace copperwall {
namespace {

constexpr std::size_t kMaxSizes = 1000;

//! nccl-tests' one-letter units are powers of 1024.
std::string with_whole_unit(std::string const& text)
{
    if (text.size() < 2) return text;
    char const unit = static_cast<char>(std::toupper(static_cast<unsigned char>(text.back())));
    bool const digit_before = std::isdigit(static_cast<unsigned char>(text[text.size() - 2])) != 0;
    if (!digit_before || (unit != 'K' && unit != 'M' && unit != 'G')) return text;
    return text.substr(0, text.size() - 1) + unit + "iB";
}

}  // namespace

std::int64_t option_size(std::string const& option, std::string const& text)
{
    SizeText const size = parse_size(with_whole_unit(text));
    if (!size.error.empty())
        throw InputError(option + ": " + size.error + (size.hint.empty() ? "" : "; " + size.hint));
    if (size.bytes == 0) throw InputError(option + ": a message has at least one byte; give a larger size");
    return size.bytes;
}

std::vector<std::int64_t> expand(SizeRange const& range)
{
    std::int64_t const smallest = option_size("-b", range.smallest);
    if (range.largest.empty()) return {smallest};
    std::int64_t const largest = option_size("-e", range.largest);
    if (largest < smallest)
        throw InputError("-e: " + range.largest + " is less than -b " + range.smallest +
                         "; give the smallest size with -b, the largest with -e");
    if (!(range.factor > 1) || !std::isfinite(range.factor))
        throw InputError("-f: the factor between sizes must be above 1; leave it out for 2");

    std::vector<std::int64_t> sizes;
    for (double size = static_cast<double>(smallest); size <= static_cast<double>(largest);
         size *= range.factor) {
        auto const bytes = static_cast<std::int64_t>(size);
        if (sizes.empty() || sizes.back() != bytes) sizes.push_back(bytes);
        if (sizes.size() > kMaxSizes)
            throw InputError("-f: more than 1000 sizes between -b and -e; use a larger factor");
    }
    return sizes;
}

}  // namespace copperwall
