//! Writes one SVG picture, element by element. Every text is escaped; coordinates are pixels, y down.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace copperwall {

struct Point {
    double x = 0, y = 0;
};

struct Box {
    double x = 0, y = 0, width = 0, height = 0;
    double right() const { return x + width; }
    double bottom() const { return y + height; }
};

struct Stroke {
    std::string colour = "#333333";
    double width = 1;
    std::string dash = {};  //!< "6 3"; empty: solid
};

enum class Anchor { start, middle, end };

struct TextStyle {
    Anchor anchor = Anchor::start;
    double size = 12;
    std::string colour = "#222222";
    bool bold = false;
    bool upright = false;  //!< turned by 90 degrees, reading upwards
};

class Svg {
public:
    void line(Point from, Point to, Stroke const& stroke);
    void polyline(std::vector<Point> const& points, Stroke const& stroke, std::string_view css_class = {});
    void polygon(std::vector<Point> const& points, std::string_view fill, double opacity);
    //! `hover` is shown by a browser while the pointer rests on the shape.
    void rect(Box const& box, std::string_view fill, std::string_view hover = {},
              std::optional<Stroke> const& stroke = std::nullopt);
    void circle(Point centre, double radius, std::string_view fill, std::string_view hover,
                std::optional<Stroke> const& stroke = std::nullopt);
    void cross(Point centre, double radius, Stroke const& stroke, std::string_view hover);
    void diamond(Point centre, double radius, std::string_view fill, std::string_view hover);
    void text(Point at, std::string_view text, TextStyle const& style = {});
    void begin_group(std::string_view css_class);
    void end_group();

    //! The whole picture, a valid document by itself. `title` is read out by screen readers.
    std::string finish(double width, double height, std::string_view title) const;

private:
    std::string body_;
};

//! Width in pixels that a text takes in the pictures' font, on the safe side.
double text_width(std::string_view text, double size);

//! Broken at spaces so that no line is wider than `width` pixels, a single long word apart.
std::vector<std::string> wrap_text(std::string_view text, double width, double size);

}  // namespace copperwall
