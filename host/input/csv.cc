#include "host/input/csv.h"

#include <algorithm>

namespace copperwall {

bool quotes_close(std::string const& line)
{
    return std::count(line.begin(), line.end(), '"') % 2 == 0;
}

std::vector<std::string> csv_fields(std::string const& line, std::vector<unsigned>* at)
{
    std::vector<std::string> fields;
    std::size_t i = 0;
    for (;;) {
        if (at != nullptr) at->push_back(static_cast<unsigned>(i) + 1);
        std::string field;
        bool quoted = i < line.size() && line[i] == '"';
        if (quoted) ++i;
        for (; i < line.size() && (quoted || line[i] != ','); ++i) {
            bool const quote = quoted && line[i] == '"';
            bool const doubled = quote && i + 1 < line.size() && line[i + 1] == '"';
            if (doubled) ++i;
            if (quote && !doubled)
                quoted = false;
            else
                field += line[i];
        }
        fields.push_back(std::move(field));
        if (i >= line.size()) return fields;
        ++i;  // the comma
    }
}

std::string csv_field(std::string const& text)
{
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string quoted = "\"";
    for (char const c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + '"';
}

}  // namespace copperwall
