#include "host/report/scale.h"

#include <array>
#include <cmath>

#include "host/report/text.h"

namespace copperwall {
namespace {

constexpr double kPixelsPerSizeLabel = 52;
constexpr double kPixelsPerRootLabel = 16;
constexpr std::array<double, 3> kRound = {1, 2, 5};

//! The round number (1, 2, 5 times a power of ten) at or below `value`, or at or above it.
double round_number(double value, bool upwards)
{
    constexpr double kSlack = 1e-9;
    double const power = std::pow(10, std::floor(std::log10(value) + kSlack));
    if (upwards) {
        for (double const step : kRound) {
            if (step * power >= value * (1 - kSlack)) return step * power;
        }
        return 10 * power;
    }
    double best = power;
    for (double const step : kRound) {
        if (step * power <= value * (1 + kSlack)) best = step * power;
    }
    return best;
}

std::string plain_number(double value)
{
    auto text = short_number(value);
    if (text.find('.') == std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

}  // namespace

double Scale::at(double value) const
{
    double part = (value - low) / (high - low);
    if (growth == Growth::logarithmic) part = std::log(value / low) / std::log(high / low);
    if (growth == Growth::square_root) part = std::sqrt(part);
    return from_px + part * (to_px - from_px);
}

Scale size_scale(double low, double high, double from_px, double to_px)
{
    if (low == high) {
        low /= 2;
        high *= 2;
    }
    Scale scale{Growth::logarithmic, low, high, from_px, to_px, {}};
    int const first = static_cast<int>(std::ceil(std::log2(low) - 1e-9));
    int const last = static_cast<int>(std::floor(std::log2(high) + 1e-9));
    double const fits = std::fabs(to_px - from_px) / kPixelsPerSizeLabel;
    int every = 1;
    for (int labels = last - first + 1; labels > fits; labels = (last - first) / every + 1) every *= 2;
    for (int power = first; power <= last; ++power) {
        double const bytes = std::exp2(power);
        scale.ticks.push_back({bytes, power % every == 0 ? size_label(bytes) : ""});
    }
    return scale;
}

Scale decade_scale(double low, double high, double from_px, double to_px)
{
    Scale scale{Growth::logarithmic, round_number(low, false), round_number(high, true), from_px, to_px, {}};
    if (scale.low == scale.high) {
        scale.low /= 10;
        scale.high *= 10;
    }
    double const decades = std::log10(scale.high / scale.low);
    for (double power = std::pow(10, std::floor(std::log10(scale.low) + 1e-9)); power <= scale.high * 1.0001;
         power *= 10) {
        for (int digit = 1; digit <= 9; ++digit) {
            double const value = digit * power;
            if (value < scale.low * 0.9999 || value > scale.high * 1.0001) continue;
            bool const labelled = digit == 1 || (decades <= 2 && (digit == 2 || digit == 5));
            scale.ticks.push_back({value, labelled ? plain_number(value) : ""});
        }
    }
    return scale;
}

Scale linear_scale(double high, double from_px, double to_px)
{
    if (!(high > 0)) high = 1;
    double const step = round_number(high / 5, true);
    double const steps = std::ceil(high / step - 1e-9);
    Scale scale{Growth::linear, 0, steps * step, from_px, to_px, {}};
    for (double i = 0; i <= steps; ++i) scale.ticks.push_back({i * step, plain_number(i * step)});
    return scale;
}

Scale marked_scale(std::vector<double> const& values, double from_px, double to_px)
{
    double const low = values.front(), high = values.back();
    double const margin = low == high ? 2 : std::pow(high / low, 1.0 / 6);
    Scale scale{Growth::logarithmic, low / margin, high * margin, from_px, to_px, {}};
    for (double const value : values) scale.ticks.push_back({value, plain_number(value)});
    return scale;
}

Scale root_scale(double high, double from_px, double to_px)
{
    Scale scale = linear_scale(high, from_px, to_px);
    scale.growth = Growth::square_root;
    scale.ticks = {{0, "0"}};
    auto const apart = [&](double a, double b) {
        return std::fabs(scale.at(a) - scale.at(b)) >= kPixelsPerRootLabel;
    };
    for (double power = std::pow(10, std::floor(std::log10(scale.high)) - 2); power < scale.high; power *= 10)
        for (double const digit : {1, 2, 3, 5})
            if (double const value = digit * power;
                value < scale.high && apart(value, scale.ticks.back().value) && apart(value, scale.high))
                scale.ticks.push_back({value, plain_number(value)});
    scale.ticks.push_back({scale.high, plain_number(scale.high)});
    return scale;
}

}  // namespace copperwall
