// The schema in words: for messages, --help and README.
#include <algorithm>
#include <sstream>

#include "host/input/schema.h"
#include "host/input/size_text.h"
#include "host/input/suggest.h"

namespace copperwall {

namespace {

constexpr std::size_t kTextWidth = 110;
constexpr std::size_t kIndent = 26;

std::string heading(Section const& section, std::string const& path)
{
    if (section.repeat == Repeat::list) return "[[" + path + "]]";
    return "[" + path + (section.repeat == Repeat::named ? ".NAME]" : "]");
}

std::string need_text(Need const& need)
{
    if (need.required) return "required";
    return need.by_default.empty() ? "optional" : "default " + need.by_default;
}

//! Appends `words` to a line that already holds `column` columns, broken at blanks, continued at `indent`.
void put_wrapped(std::ostream& out, std::string const& words, std::size_t column, std::size_t indent)
{
    std::istringstream in(words);
    for (std::string word; in >> word;) {
        if (column + word.size() > kTextWidth) {
            out << '\n' << std::string(indent, ' ');
            column = indent;
        }
        out << word << ' ';
        column += word.size() + 1;
    }
}

void put_key(std::ostream& out, Key const& key)
{
    std::string const name = "  " + (key.name == "*" ? std::string("ANY NAME") : key.name);
    out << name << std::string(name.size() < kIndent ? kIndent - name.size() : 1, ' ');
    put_wrapped(out, key.description, std::max(kIndent, name.size() + 1), kIndent);
    std::string what = key.type == Type::choice ? "one of " + listed(key.choices) : type_name(key.type);
    std::string const limits = limits_text(key);
    if (!limits.empty()) what += ", " + limits;
    out << '\n' << std::string(kIndent, ' ');
    put_wrapped(out, "(" + what + "; " + need_text(key.need) + ")", kIndent, kIndent);
    out << '\n';
}

void put_section(std::ostream& out, Section const& section, std::string const& path)
{
    if (!section.name.empty()) out << '\n' << heading(section, path) << "  ";
    out << section.description << (section.required ? "" : " (optional)") << '\n';
    for (auto const& key : section.keys) put_key(out, key);
    if (section.sourced) out << "  source, status          of the plain numbers of this table\n";
    std::string const inside = section.repeat == Repeat::named ? path + ".NAME" : path;
    for (auto const& child : section.sections)
        put_section(out, child, inside.empty() ? child.name : inside + "." + child.name);
}

bool holds(Section const& section, Type type)
{
    return std::any_of(section.keys.begin(), section.keys.end(),
                       [&](Key const& key) { return key.type == type; }) ||
           std::any_of(section.sections.begin(), section.sections.end(),
                       [&](Section const& child) { return holds(child, type); });
}

void put_value(std::ostream& out, Section const& section)
{
    out << "\n{ " << section.name << " }  " << section.description << '\n';
    for (auto const& key : section.keys) put_key(out, key);
}

std::string without_trailing_blanks(std::string const& text)
{
    std::string trimmed;
    for (char c : text) {
        if (c == '\n') trimmed.erase(trimmed.find_last_not_of(' ') + 1);
        trimmed += c;
    }
    return trimmed;
}

}  // namespace

std::string kind_name(FileKind kind)
{
    switch (kind) {
        case FileKind::scenario:
            return "scenario";
        case FileKind::study:
            return "study";
        case FileKind::fabric:
            return "fabric";
        case FileKind::scale_out:
            return "scale-out";
        case FileKind::technology:
            return "technology";
        case FileKind::media:
            return "media";
        case FileKind::channel:
            return "channel";
        case FileKind::reliability:
            return "reliability";
        case FileKind::wire:
            return "wire format";
        case FileKind::measured:
            return "measured";
        case FileKind::validation:
            return "validation";
        case FileKind::library:
            break;
    }
    return "library";
}

std::string type_name(Type type)
{
    switch (type) {
        case Type::text:
            return "a string";
        case Type::boolean:
            return "true or false";
        case Type::whole:
            return "a whole number";
        case Type::number:
            return "a number";
        case Type::quantity:
            return "a number, or { value, low, high, source, status }";
        case Type::whole_quantity:
            return "a whole number, or { value, low, high, source, status }";
        case Type::size:
            return "a size like \"64MiB\"";
        case Type::sizes:
            return "a size like \"64MiB\", an array of sizes, or { from, to, factor }";
        case Type::names:
            return "an array of strings";
        case Type::wholes:
            return "an array of whole numbers";
        case Type::choice:
            return "a string";
        case Type::ends:
            return "a string, or { a, b }";
        case Type::values:
            return "an array of values, or { from, to, factor }";
        case Type::assignments:
            return "a table of keys and values";
        case Type::axis:
            break;
    }
    return "an array of values, { key, values }, or an array of { label, set }";
}

std::string limits_text(Key const& key)
{
    if (key.low == key.high || key.type == Type::number) return {};
    if (key.type == Type::size || key.type == Type::sizes)
        return size_text(static_cast<std::int64_t>(key.low)) + " to " +
               size_text(static_cast<std::int64_t>(key.high));
    return shortest(key.low) + " to " + shortest(key.high) + (key.unit.empty() ? "" : " " + key.unit);
}

std::string schema_text(FileKind kind)
{
    std::ostringstream out;
    Section const& top = schema(kind);
    put_section(out, top, "");
    if (holds(top, Type::quantity)) put_value(out, quantity_section());
    if (holds(top, Type::sizes) || holds(top, Type::axis)) put_value(out, range_section());
    if (holds(top, Type::ends)) put_value(out, ends_section());
    if (holds(top, Type::axis)) {
        put_value(out, axis_section());
        put_value(out, axis_value_section());
    }
    return without_trailing_blanks(out.str());
}

}  // namespace copperwall
