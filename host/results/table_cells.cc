#include "host/results/table_cells.h"

#include <charconv>
#include <cmath>

namespace copperwall {

std::vector<AxisValue> axis_values(Results const& results, std::size_t position)
{
    std::vector<AxisValue> values(results.axes.size());
    for (std::size_t a = results.axes.size(); a-- > 0;) {
        Axis const& axis = results.axes[a];
        std::size_t const index = position % axis.size();
        position /= axis.size();
        values[a].axis = &axis;
        if (axis.labels.empty()) values[a].number = axis.values[index];
        values[a].text = axis.labels.empty() ? exact(axis.values[index]) : axis.labels[index];
    }
    return values;
}

std::string column_name(std::string const& name, std::string const& units)
{
    return units.empty() || units == "1" ? name : name + "(" + units + ")";
}

std::string exact(double value)
{
    char text[32];
    constexpr double past_whole = 1e15;  // written with an exponent from here on
    bool const whole = std::fabs(value) < past_whole && value == std::trunc(value);
    auto const end = whole ? std::to_chars(text, text + sizeof text, static_cast<long long>(value))
                           : std::to_chars(text, text + sizeof text, value);
    return {text, end.ptr};
}

void print_table(std::ostream& out, Results const& results, TableFormat format)
{
    switch (format) {
        case TableFormat::table:
            return print_text(out, results);
        case TableFormat::csv:
            return print_csv(out, results);
        case TableFormat::json:
            return print_json(out, results);
    }
}

}  // namespace copperwall
