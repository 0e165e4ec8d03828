#include "host/report/bars.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "host/report/text.h"

namespace copperwall {
namespace {

constexpr double kBar = 17;  //!< height of a bar and the gap below it
constexpr double kGroupTitle = 20;
constexpr double kValueSize = 9.5;
constexpr double kLabelSize = 11;
constexpr double kBarLength = 220;

//! Cells of one panel that have the same size.
struct Group {
    double bytes = 0;
    std::vector<std::pair<Curve const*, Cell const*>> bars;
};

std::vector<Group> groups_of(Panel const& panel, std::vector<double> const& targets)
{
    std::vector<Group> groups;
    for (double const bytes : sizes_near(panel, targets)) {
        groups.push_back({bytes, {}});
        for (auto const& curve : panel.curves) {
            if (auto const* cell = cell_at(curve, bytes)) groups.back().bars.emplace_back(&curve, cell);
        }
    }
    return groups;
}

double sum(std::vector<double> const& values)
{
    return std::accumulate(values.begin(), values.end(), 0.0,
                           [](double total, double v) { return total + std::max(v, 0.0); });
}

double height_of(std::vector<Group> const& groups)
{
    double height = 0;
    for (auto const& group : groups) height += kGroupTitle + kBar * static_cast<double>(group.bars.size());
    return height + 8;
}

struct Panelled {
    Panel const* panel = nullptr;
    std::vector<Group> groups;
};

//! Widths left and right of the bars.
struct Rooms {
    double labels = 0, totals = 0;
};

class BarPicture {
public:
    BarPicture(Figure& figure, BarSpec const& spec, Rooms rooms)
        : svg_(figure.svg()), spec_(spec), rooms_(rooms)
    {
    }

    void draw(Box const& room, Panelled const& panelled)
    {
        Box const plot{room.x + rooms_.labels, room.y + 44, room.width - rooms_.labels - rooms_.totals,
                       height_of(panelled.groups)};
        svg_.begin_group("panel");
        draw_panel_title(svg_, {room.x + 4, plot.y, 0, 0}, *panelled.panel);
        draw_scale(plot);
        double y = plot.y;
        for (auto const& group : panelled.groups) y = draw_group(plot, y, group);
        svg_.end_group();
    }

private:
    void draw_scale(Box const& plot)
    {
        for (int per_cent = 0; per_cent <= 100; per_cent += 25) {
            double const x = plot.x + plot.width * per_cent / 100;
            svg_.line({x, plot.y}, {x, plot.bottom()}, {kGridColour, 1});
            svg_.text({x, plot.bottom() + 15}, std::to_string(per_cent), {Anchor::middle, kLabelSize});
        }
        svg_.line({plot.x, plot.bottom()}, {plot.right(), plot.bottom()}, {kInkColour, 1});
        svg_.text({plot.x + plot.width / 2, plot.bottom() + 32}, spec_.x_title, {Anchor::middle, kLabelSize});
    }

    double draw_group(Box const& plot, double y, Group const& group)
    {
        double longest = 0;
        for (auto const& [curve, cell] : group.bars) {
            if (cell->status == CellStatus::done) longest = std::max(longest, sum(spec_.values(*cell)));
        }
        svg_.text({plot.x, y + 15}, size_label(group.bytes), {Anchor::start, kLabelSize, kInkColour, true});
        y += kGroupTitle;
        for (auto const& [curve, cell] : group.bars) {
            svg_.text({plot.x - 7, y + 11}, curve->interconnect, {Anchor::end, kLabelSize});
            if (cell->status == CellStatus::done) {
                double const end = draw_bar({plot.x, y, plot.width, kBar - 3}, *cell, longest);
                svg_.text({end + 6, y + 11}, spec_.total_label(*cell), {Anchor::start, kLabelSize});
            } else {
                auto const* what = cell->status == CellStatus::infeasible ? "infeasible" : "failed";
                svg_.text({plot.x + 6, y + 11}, what, {Anchor::start, kLabelSize, kWarningColour});
            }
            y += kBar;
        }
        return y;
    }

    //! Returns where the bar ends.
    double draw_bar(Box box, Cell const& cell, double longest)
    {
        auto const values = spec_.values(cell);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (!(values[i] > 0) || !(longest > 0)) continue;
            Box const piece{box.x, box.y, box.width * values[i] / longest, box.height};
            auto const share = short_number(100 * values[i] / sum(values)) + " %";
            svg_.rect(piece, spec_.parts[i].colour,
                      cell.interconnect + ", " + spec_.parts[i].name + ": " + share,
                      Stroke{"#ffffff", 0.6, {}});
            draw_share(piece, values[i] / sum(values), spec_.parts[i].colour);
            box.x += piece.width;
        }
        return box.x;
    }

    void draw_share(Box const& piece, double share, std::string const& fill)
    {
        auto const label = std::to_string(std::lround(100 * share)) + " %";
        if (text_width(label, kValueSize) + 4 > piece.width) return;
        svg_.text({piece.x + piece.width / 2, piece.y + piece.height - 3.5}, label,
                  {Anchor::middle, kValueSize, text_on(fill)});
    }

    Svg& svg_;
    BarSpec const& spec_;
    Rooms rooms_;
};

Rooms rooms_of(Results const& results, std::vector<Panelled> const& panelled, BarSpec const& spec)
{
    Rooms rooms;
    for (auto const& label : interconnects_of(results)) {
        rooms.labels = std::max(rooms.labels, text_width(label, kLabelSize) + 16);
    }
    for (auto const& one : panelled) {
        for (auto const& group : one.groups) {
            for (auto const& [curve, cell] : group.bars) {
                rooms.totals = std::max(rooms.totals, text_width(spec.total_label(*cell), kLabelSize) + 24);
            }
        }
    }
    return rooms;
}

//! Each row as high as its highest panel needs.
std::vector<double> heights_of_rows(std::vector<Panelled> const& panels, std::size_t columns)
{
    std::vector<double> heights((panels.size() + columns - 1) / columns, 0);
    for (std::size_t i = 0; i != panels.size(); ++i) {
        double& row = heights[i / columns];
        row = std::max(row, 44 + height_of(panels[i].groups) + 48);
    }
    return heights;
}

}  // namespace

std::string bars_svg(Results const& results, BarSpec const& spec)
{
    auto const panels = panels_of(results);
    std::vector<Panelled> panelled;
    for (auto const& panel : panels) panelled.push_back({&panel, groups_of(panel, spec.target_sizes)});
    FigureLayout layout;
    layout.title = spec.title;
    for (auto const& part : spec.parts)
        layout.legend.push_back({part.name, {part.colour, 1, {}}, true, Mark::none});
    layout.panels = panels.size();
    layout.columns = panel_columns(panels);
    auto const rooms = rooms_of(results, panelled, spec);
    double const bar = layout.columns == 1 ? 2 * kBarLength : kBarLength;
    layout.panel_width = rooms.labels + bar + rooms.totals;
    layout.row_heights = heights_of_rows(panelled, layout.columns);
    layout.footer = source_footer(results, spec.dataset);
    Figure figure{std::move(layout)};
    BarPicture picture{figure, spec, rooms};
    for (std::size_t i = 0; i < panelled.size(); ++i) picture.draw(figure.panel(i), panelled[i]);
    return figure.finish();
}

}  // namespace copperwall
