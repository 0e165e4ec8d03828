#include "host/input/measured_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>

#include "host/input/csv.h"
#include "host/input/error_list.h"
#include "host/input/text_file.h"

namespace copperwall {
namespace {

using Row = MeasuredTableRow;

constexpr std::size_t kLargestTableBytes = std::size_t{256} << 20;
constexpr double kMostCounted = 1e6;

//! A field with its place.
struct Field {
    std::string const& text;
    Place place;
};

struct Column {
    char const* name;
    bool required;
    std::function<void(Row&, Field const&, ErrorList&)> store;
};

std::string trimmed(std::string const& text)
{
    auto const begin = text.find_first_not_of(' ');
    return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

//! Nothing where the field is empty, and after adding an error where it is no number.
std::optional<double> number_in(Field const& field, ErrorList& errors)
{
    std::string const text = trimmed(field.text);
    if (text.empty()) return std::nullopt;
    double number = 0;
    char const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc() && stop == end && number >= 0 && std::isfinite(number)) return number;
    errors.add(field.place, "'" + field.text + "' is not a number from 0 on; correct it or leave it empty");
    return std::nullopt;
}

auto text_into(std::string Row::*member)
{
    return [member](Row& row, Field const& field, ErrorList&) { row.*member = field.text; };
}

auto number_into(std::optional<double> Row::*member)
{
    return
        [member](Row& row, Field const& field, ErrorList& errors) { row.*member = number_in(field, errors); };
}

auto count_into(std::uint32_t Row::*member)
{
    return [member](Row& row, Field const& field, ErrorList& errors) {
        double const number = number_in(field, errors).value_or(0);
        if (number != std::floor(number) || number > kMostCounted)
            errors.add(field.place, "'" + field.text + "' is not a whole number to 1,000,000; correct it");
        else
            row.*member = static_cast<std::uint32_t>(number);
    };
}

std::vector<Column> const& columns()
{
    static std::vector<Column> const all = {
        {"source_id", true, text_into(&Row::source_id)},
        {"system", true, text_into(&Row::system)},
        {"gpus", true, count_into(&Row::gpus)},
        {"nodes", false, count_into(&Row::nodes)},
        {"collective", true, text_into(&Row::collective)},
        {"message_bytes", true, number_into(&Row::message_bytes)},
        {"time_us", true, number_into(&Row::time_us)},
        {"algorithm_protocol", false, text_into(&Row::algorithm_protocol)},
        {"algbw_GBps", false, number_into(&Row::algbw_GBps)},
        {"busbw_GBps", false, number_into(&Row::busbw_GBps)},
    };
    return all;
}

//! Which of columns() each field of a line is, by the first line; nullptr: none of them.
std::vector<Column const*> columns_of(std::string const& header, Place const& place, ErrorList& errors)
{
    std::vector<std::string> const names = csv_fields(header);
    std::vector<Column const*> found(names.size(), nullptr);
    for (Column const& column : columns()) {
        auto const at = std::find(names.begin(), names.end(), column.name);
        if (std::count(names.begin(), names.end(), column.name) > 1)
            errors.add(place, std::string("two columns '") + column.name + "'; rename one");
        if (at != names.end())
            found[static_cast<std::size_t>(at - names.begin())] = &column;
        else if (column.required)
            errors.add(place, std::string("no column '") + column.name +
                                  "' in the first line (it names the columns of a table of measured "
                                  "collectives); add it");
    }
    return found;
}

class TableReader {
public:
    explicit TableReader(std::string file) : file_(std::move(file)) {}

    MeasuredTable table;
    ErrorList errors;

    void take(std::string line)
    {
        ++line_;
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line_ == 1) {
            columns_ = columns_of(line, {file_, 1, 1}, errors);
            table.header = std::move(line);
        } else if (!line.empty()) {
            take_row(std::move(line));
        }
    }

private:
    void take_row(std::string line)
    {
        std::vector<unsigned> at;
        std::vector<std::string> const fields = csv_fields(line, &at);
        Place const start{file_, line_, 1};
        if (!quotes_close(line)) {
            errors.add(
                start,
                "a quote in this line is not closed (a field ends in the line where it begins); close it");
            return;
        }
        if (fields.size() != columns_.size()) {
            errors.add(start, std::to_string(fields.size()) + " fields where the first line names " +
                                  std::to_string(columns_.size()) + " columns; add or remove commas");
            return;
        }
        Row row;
        for (std::size_t i = 0; i != fields.size(); ++i)
            if (columns_[i] != nullptr) columns_[i]->store(row, {fields[i], {file_, line_, at[i]}}, errors);
        row.text = std::move(line);
        row.place = start;
        table.rows.push_back(std::move(row));
    }

    std::string file_;
    unsigned line_ = 0;
    std::vector<Column const*> columns_;
};

}  // namespace

MeasuredTable read_measured_table(std::filesystem::path const& file)
{
    TableReader reader(file.string());
    auto const read = read_text_file(file, file.string(), reader.errors, kLargestTableBytes);
    reader.errors.throw_if_any();
    std::string const& text = *read;
    reader.errors.remember(file.string(), text);
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t const end = std::min(text.find('\n', begin), text.size());
        reader.take(text.substr(begin, end - begin));
        begin = end + 1;
    }
    reader.errors.throw_if_any();
    return std::move(reader.table);
}

}  // namespace copperwall
