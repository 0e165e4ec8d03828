#include "host/report/svg.h"

#include <algorithm>

#include "host/report/text.h"

namespace copperwall {
namespace {

std::string attribute(std::string_view name, std::string_view value)
{
    return " " + std::string{name} + "=\"" + escape_xml(value) + "\"";
}

std::string attribute(std::string_view name, double value)
{
    return attribute(name, px(value));
}

std::string stroke_attributes(Stroke const& stroke)
{
    auto text = attribute("stroke", stroke.colour) + attribute("stroke-width", stroke.width);
    if (!stroke.dash.empty()) text += attribute("stroke-dasharray", stroke.dash);
    return text;
}

std::string point_list(std::vector<Point> const& points)
{
    std::string list;
    for (auto const& point : points) {
        if (!list.empty()) list += ' ';
        list += px(point.x) + "," + px(point.y);
    }
    return attribute("points", list);
}

std::string closed_with(std::string_view element, std::string_view hover)
{
    if (hover.empty()) return "/>\n";
    return "><title>" + escape_xml(hover) + "</title></" + std::string{element} + ">\n";
}

std::string_view anchor_name(Anchor anchor)
{
    switch (anchor) {
        case Anchor::start:
            return "start";
        case Anchor::middle:
            return "middle";
        case Anchor::end:
            return "end";
    }
    return "start";
}

}  // namespace

void Svg::line(Point from, Point to, Stroke const& stroke)
{
    body_ += "<line" + attribute("x1", from.x) + attribute("y1", from.y) + attribute("x2", to.x) +
             attribute("y2", to.y) + stroke_attributes(stroke) + "/>\n";
}

void Svg::polyline(std::vector<Point> const& points, Stroke const& stroke, std::string_view css_class)
{
    body_ += "<polyline" + point_list(points) + attribute("fill", "none") + stroke_attributes(stroke) +
             attribute("stroke-linejoin", "round");
    if (!css_class.empty()) body_ += attribute("class", css_class);
    body_ += "/>\n";
}

void Svg::polygon(std::vector<Point> const& points, std::string_view fill, double opacity)
{
    body_ += "<polygon" + point_list(points) + attribute("fill", fill) + attribute("fill-opacity", opacity) +
             "/>\n";
}

void Svg::rect(Box const& box, std::string_view fill, std::string_view hover,
               std::optional<Stroke> const& stroke)
{
    body_ += "<rect" + attribute("x", box.x) + attribute("y", box.y) + attribute("width", box.width) +
             attribute("height", box.height) + attribute("fill", fill);
    if (stroke) body_ += stroke_attributes(*stroke);
    body_ += closed_with("rect", hover);
}

void Svg::circle(Point centre, double radius, std::string_view fill, std::string_view hover,
                 std::optional<Stroke> const& stroke)
{
    body_ += "<circle" + attribute("cx", centre.x) + attribute("cy", centre.y) + attribute("r", radius) +
             attribute("fill", fill);
    if (stroke) body_ += stroke_attributes(*stroke);
    body_ += closed_with("circle", hover);
}

void Svg::cross(Point centre, double radius, Stroke const& stroke, std::string_view hover)
{
    auto const corner = [&](double x, double y) {
        return px(centre.x + x * radius) + " " + px(centre.y + y * radius);
    };
    body_ += "<path" + attribute("class", "cross") +
             attribute("d", "M" + corner(-1, -1) + " L" + corner(1, 1) + " M" + corner(-1, 1) + " L" +
                                corner(1, -1)) +
             attribute("fill", "none") + stroke_attributes(stroke) + closed_with("path", hover);
}

void Svg::diamond(Point centre, double radius, std::string_view fill, std::string_view hover)
{
    auto const point = [&](double x, double y) { return px(centre.x + x) + " " + px(centre.y + y); };
    body_ += "<path" + attribute("class", "measured") +
             attribute("d", "M" + point(0, -radius) + " L" + point(radius, 0) + " L" + point(0, radius) +
                                " L" + point(-radius, 0) + " Z") +
             attribute("fill", fill) + closed_with("path", hover);
}

void Svg::text(Point at, std::string_view text, TextStyle const& style)
{
    body_ += "<text" + attribute("x", at.x) + attribute("y", at.y) + attribute("font-size", style.size) +
             attribute("fill", style.colour) + attribute("text-anchor", anchor_name(style.anchor));
    if (style.bold) body_ += attribute("font-weight", "bold");
    if (style.upright) {
        body_ += attribute("transform", "rotate(-90 " + px(at.x) + " " + px(at.y) + ")");
    }
    body_ += ">" + escape_xml(text) + "</text>\n";
}

void Svg::begin_group(std::string_view css_class)
{
    body_ += "<g" + attribute("class", css_class) + ">\n";
}

void Svg::end_group()
{
    body_ += "</g>\n";
}

std::string Svg::finish(double width, double height, std::string_view title) const
{
    auto const size = px(width) + " " + px(height);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("viewBox", "0 0 " + size) +
           attribute("width", width) + attribute("height", height) +
           " role=\"img\" font-family=\"'DejaVu Sans', Verdana, Arial, sans-serif\">\n<title>" +
           escape_xml(title) + "</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" + body_ +
           "</svg>\n";
}

double text_width(std::string_view text, double size)
{
    // DejaVu Sans is the widest of the fonts named; its average advance is near 0.6 em.
    double characters = 0;
    for (char const c : text) {
        if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++characters;  // not a UTF-8 continuation
    }
    return 0.62 * size * characters;
}

std::vector<std::string> wrap_text(std::string_view text, double width, double size)
{
    std::vector<std::string> lines{""};
    while (!text.empty()) {
        auto const word = std::string{text.substr(0, text.find(' '))};
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        auto const longer = lines.back().empty() ? word : lines.back() + " " + word;
        if (lines.back().empty() || text_width(longer, size) <= width) {
            lines.back() = longer;
        } else {
            lines.push_back(word);
        }
    }
    return lines;
}

}  // namespace copperwall
