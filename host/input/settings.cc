#include "host/input/settings.h"

#include <memory>
#include <optional>
#include <utility>

namespace copperwall {

namespace {

std::vector<std::string> split_path(std::string const& key)
{
    std::vector<std::string> parts(1);
    for (char c : key) {
        if (c == '.')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

std::string quoted(std::string const& word)
{
    std::string text = "\"";
    for (char c : word) {
        bool const plain = static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
        constexpr char const* hex = "0123456789abcdef";
        auto const code = static_cast<unsigned char>(c);
        if (plain)
            text += c;
        else
            text += std::string("\\u00") + hex[code >> 4] + hex[code & 15];
    }
    return text + '"';
}

std::optional<toml::table> parsed(std::string const& value, std::string const& source)
{
    try {
        toml::table table = toml::parse("value = " + value, source);
        if (table.size() == 1) return table;
    } catch (toml::parse_error const&) {
    }
    return std::nullopt;
}

//! A table {value = ...} whose nodes carry `source` as their path.
toml::table value_table(std::string const& value, std::string const& source)
{
    if (auto table = parsed(value, source)) return std::move(*table);
    if (auto table = parsed(quoted(value), source)) return std::move(*table);
    return *parsed("\"\"", source);
}

toml::key located_key(std::string const& name, std::string const& source)
{
    return toml::key{name, toml::source_region{{1, 1}, {1, 1}, std::make_shared<std::string const>(source)}};
}

//! Replaces, so that the key too is found at the setting's place.
void put(toml::table& into, std::string const& name, std::string const& source, toml::table&& holder)
{
    into.erase(name);
    holder.get("value")->visit([&](auto& node) { into.insert(located_key(name, source), std::move(node)); });
}

toml::table* table_of(toml::node* node)
{
    if (toml::array* array = node->as_array(); array && !array->empty()) return array->front().as_table();
    return node->as_table();
}

void apply_one(Document& document, Setting const& setting, ErrorList& errors)
{
    std::string const source = "setting " + std::to_string(document.origins.size());
    document.origins[source] = setting.place;
    auto const parts = split_path(setting.key);
    toml::table* table = &document.root;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        if (!table->contains(parts[i])) put(*table, parts[i], source, value_table("{}", source));
        table = table_of(table->get(parts[i]));
        if (table == nullptr) {
            errors.add(setting.place, "'" + parts[i] + "' in '" + setting.key +
                                          "' is no table (it holds a value); set '" + parts[i] + "' itself");
            return;
        }
    }
    put(*table, parts.back(), source, value_table(setting.value, source));
}

std::string as_written(std::string const& key, std::string const& value)
{
    return "command line: --set " + key + "=" + value;
}

}  // namespace

std::vector<Setting> command_line_settings(Settings const& settings)
{
    std::vector<Setting> located;
    for (auto const& [key, value] : settings) located.push_back({key, value, {as_written(key, value), 0, 0}});
    return located;
}

void apply(Document& document, std::vector<Setting> const& settings, ErrorList& errors)
{
    for (auto const& setting : settings) apply_one(document, setting, errors);
}

}  // namespace copperwall
