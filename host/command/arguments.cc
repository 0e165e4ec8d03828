#include "host/command/arguments.h"

#include <charconv>
#include <cstring>
#include <string_view>

#include "host/input/error.h"

namespace copperwall {
namespace {

struct KeyValue {
    std::string key;
    std::string value;
};

KeyValue split_assignment(std::string const& option, std::string const& text, char const* example)
{
    std::size_t const at = text.find('=');
    if (at == std::string::npos || at == 0 || at + 1 == text.size())
        throw InputError(option + ": '" + text + "' is not KEY=VALUE; write for example " + option + " " +
                         example);
    return {text.substr(0, at), text.substr(at + 1)};
}

//! The pieces between commas that stand outside quotes and brackets.
std::vector<std::string> split_values(std::string const& text)
{
    std::vector<std::string> values(1);
    int depth = 0;
    bool quoted = false;
    for (char const c : text) {
        if (c == '"') quoted = !quoted;
        if (!quoted && (c == '[' || c == '{')) ++depth;
        if (!quoted && (c == ']' || c == '}')) --depth;
        if (c == ',' && depth == 0 && !quoted)
            values.emplace_back();
        else
            values.back() += c;
    }
    return values;
}

bool parse_whole(std::string_view text, std::size_t& number)
{
    auto const [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && rest == text.data() + text.size();
}

}  // namespace

Settings parse_settings(std::vector<std::string> const& texts)
{
    Settings settings;
    for (auto const& text : texts) {
        auto [key, value] = split_assignment("--set", text, "fabric.file=nvl72.toml");
        settings.emplace_back(std::move(key), std::move(value));
    }
    return settings;
}

std::vector<Variation> parse_variations(std::vector<std::string> const& texts)
{
    std::vector<Variation> variations;
    for (auto const& text : texts) {
        auto [key, value] = split_assignment("--vary", text, "fabric.file=hgx_b200.toml,nvl72.toml");
        variations.push_back({std::move(key), split_values(value)});
        for (auto const& one : variations.back().values)
            if (one.empty())
                throw InputError("--vary: an empty value in '" + text +
                                 "'; write one value between two commas");
    }
    return variations;
}

Shard parse_shard(std::string const& text)
{
    Shard shard;
    std::string_view const view = text;
    std::size_t const slash = view.find('/');
    bool const whole = slash != std::string_view::npos && parse_whole(view.substr(0, slash), shard.index) &&
                       parse_whole(view.substr(slash + 1), shard.count);
    if (!whole || shard.index < 1 || shard.index > shard.count)
        throw InputError("--shard: '" + text +
                         "' is not I/N with 1 <= I <= N; write for example --shard 1/4");
    return shard;
}

std::string quoted_line(int argc, char const* const* argv)
{
    static constexpr char kPlain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%";
    std::string line;
    for (int i = 0; i < argc; ++i) {
        std::string const word = argv[i];
        if (i != 0) line += ' ';
        if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) {
            line += word;
            continue;
        }
        line += '\'';
        for (char const c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
        line += '\'';
    }
    return line;
}

}  // namespace copperwall
