//! The frame all pictures share: title, legend, a grid of panels, footer.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "host/report/panels.h"
#include "host/report/scale.h"
#include "host/report/svg.h"

namespace copperwall {

//! Colour and dash of an interconnect's curves. Colours: Okabe and Ito, "Color Universal Design", 2008, which
//! people with any kind of colour blindness can tell apart; dashes tell the curves apart in grey.
Stroke curve_stroke(std::size_t index);

//! Text colour that can be read on `fill` ("#rrggbb").
std::string text_on(std::string const& fill);

inline constexpr char const* kBoundColour = "#bdbdbd";
inline constexpr char const* kWarningColour = "#9c2b00";
inline constexpr char const* kGridColour = "#e3e3e3";
inline constexpr char const* kInkColour = "#222222";
inline constexpr char const* kFaintInkColour = "#555555";

//! hollow: extrapolated; cross: infeasible; diamond: measured.
enum class Mark { none, dot, hollow, cross, diamond };

void draw_mark(Svg& svg, Point at, Mark mark, std::string const& colour, std::string const& hover);

struct LegendEntry {
    std::string label;
    Stroke stroke;  //!< a line, none where its width is 0; or, filled, a box of its colour
    bool filled = false;
    Mark mark = Mark::none;  //!< on the line
};

struct FigureLayout {
    std::string title;
    std::vector<LegendEntry> legend;
    std::size_t panels = 1;
    std::size_t columns = 1;
    double panel_width = 420;  //!< with its axis titles
    double panel_height = 320;
    std::vector<double> row_heights;  //!< of each row of panels; empty: all panel_height
    std::vector<std::string> footer;
};

class Figure {
public:
    explicit Figure(FigureLayout layout);

    Svg& svg() { return svg_; }
    //! The room of a panel, axis titles and panel title included.
    Box panel(std::size_t i) const;
    std::string finish();

private:
    void draw_legend();
    double width() const;
    double height_of_row(std::size_t row) const;
    double top_of_row(std::size_t row) const;

    FigureLayout layout_;
    Svg svg_;
    double top_ = 0;  //!< where the panels begin
};

//! Title and subtitle over `plot`.
void draw_panel_title(Svg& svg, Box const& plot, Panel const& panel);

//! Frame, grid, ticks, tick labels and both axis titles.
void draw_axes(Svg& svg, Box const& plot, Scale const& x, Scale const& y, std::string const& x_title,
               std::string const& y_title);

inline constexpr char const* kSimulated = "Simulated packet by packet with Copperwall; no measured points.";

//! What is said under every picture: where the numbers come from. `origin`: how they were made, a sentence.
std::vector<std::string> source_footer(Results const& results, std::string const& dataset,
                                       std::string const& origin = kSimulated);

}  // namespace copperwall
