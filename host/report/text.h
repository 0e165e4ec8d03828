//! Text that goes into XML, and numbers and sizes as people write them.
#pragma once

#include <string>
#include <string_view>

namespace copperwall {

//! Safe inside XML text and attributes: & < > " ' escaped; bytes that are no UTF-8, and characters that XML
//! forbids, become U+FFFD.
std::string escape_xml(std::string_view text);

//! Coordinates: two decimals, no trailing zeros, never an exponent.
std::string px(double value);

//! Three significant digits, whole numbers past 1000: "0.0123", "1.50", "218", "12345"; exponent only past
//! 1e6 or below 1e-4; "-" for what is no number.
std::string short_number(double value);

//! Binary units: 256 -> "256 B", 4096 -> "4 KiB", 1572864 -> "1.5 MiB".
std::string size_label(double bytes);

//! "123 ns", "12.3 us", "1.23 ms" from microseconds; NaN gives "-".
std::string time_label(double us);

//! A decimal prefix that brings the largest of some values into 1 .. 1000.
struct Prefix {
    double factor = 1;  //!< value in the base unit x factor = value in the prefixed unit
    std::string unit;   //!< "mJ"
};
Prefix prefix_for(double largest, std::string_view base_unit);

}  // namespace copperwall
