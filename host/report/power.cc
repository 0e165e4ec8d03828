#include "host/report/power.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "host/report/bars.h"
#include "host/report/scale.h"
#include "host/report/text.h"

namespace copperwall {
namespace {

constexpr double kRow = 24, kBar = 14, kStrip = 4;  //!< heights; the strip below a bar tells its tiers
constexpr double kGroupTitle = 22;
constexpr double kLabelSize = 11;
constexpr double kBarLength = 560;
constexpr char const* kTierColours[] = {"#222222", "#8c8c8c", "#cfcfcf", "#555555", "#b0b0b0"};

double sum(double const (&watts)[kPowerParts])
{
    return std::accumulate(std::begin(watts), std::end(watts), 0.0);
}

struct Bar {
    Fabric const* fabric = nullptr;
    std::string label;
    std::vector<TierPower> tiers;
    double full_W = 0, idle_W = 0;
};

struct BarGroup {
    std::string title;
    std::vector<Bar> bars;
};

Bar bar_of(Fabric const& fabric)
{
    Bar bar{&fabric, fabric.interconnect, power_per_gpu(fabric), 0, 0};
    for (auto const& tier : bar.tiers) {
        bar.full_W += sum(tier.full_W);
        bar.idle_W += sum(tier.idle_W);
    }
    return bar;
}

bool same(TierPower const& a, TierPower const& b)
{
    return a.tier == b.tier && std::equal(std::begin(a.full_W), std::end(a.full_W), std::begin(b.full_W)) &&
           std::equal(std::begin(a.idle_W), std::end(a.idle_W), std::begin(b.idle_W));
}

//! Fabrics that differ in what costs no power (lengths, lane rates) are one bar.
bool same(Bar const& a, Bar const& b)
{
    return a.label == b.label && optical_ends(*a.fabric) == optical_ends(*b.fabric) &&
           std::equal(a.tiers.begin(), a.tiers.end(), b.tiers.begin(), b.tiers.end(),
                      [](TierPower const& x, TierPower const& y) { return same(x, y); });
}

void add_bar(std::vector<Bar>& bars, Fabric const& fabric)
{
    Bar bar = bar_of(fabric);
    if (fabric.classes.empty() ||
        std::any_of(bars.begin(), bars.end(), [&](Bar const& known) { return same(known, bar); }))
        return;
    bars.push_back(std::move(bar));
}

//! Bars of one label that do differ are told apart by their lanes.
void name_lanes(std::vector<Bar>& bars)
{
    std::map<std::string, int> count;
    for (auto const& bar : bars) ++count[bar.label];
    for (auto& bar : bars)
        if (count[bar.label] > 1)
            bar.label += ", " + short_number(bar.fabric->classes.front().lane_rate_Gbps) + " Gb/s lanes";
}

std::vector<BarGroup> groups_of(Results const& results)
{
    std::map<std::pair<std::uint32_t, std::string>, BarGroup> groups;
    for (auto const& fabric : results.fabrics) {
        auto const world_size = fabric.domain_gpus != 0 ? fabric.domain_gpus : fabric.network.gpus;
        auto& group = groups[{world_size, fabric.spec.name}];
        group.title = fabric.spec.name + ": world size " + std::to_string(world_size) + " of " +
                      std::to_string(fabric.network.gpus) + " gpus";
        add_bar(group.bars, fabric);
    }
    std::vector<BarGroup> list;
    for (auto& [key, group] : groups) {
        name_lanes(group.bars);
        list.push_back(std::move(group));
    }
    return list;
}

std::string watts_text(double watts)
{
    return short_number(watts) + " W";
}

std::string total_label(Bar const& bar)
{
    return watts_text(bar.full_W) + "; " + std::to_string(optical_ends(*bar.fabric)) + " optical ends";
}

std::vector<std::string> tiers_of(std::vector<BarGroup> const& groups)
{
    std::vector<std::string> names;
    for (auto const& group : groups)
        for (auto const& bar : group.bars)
            for (auto const& tier : bar.tiers)
                if (std::find(names.begin(), names.end(), tier.tier) == names.end())
                    names.push_back(tier.tier);
    return names;
}

char const* tier_colour(std::vector<std::string> const& tiers, std::string const& tier)
{
    auto const at = std::find(tiers.begin(), tiers.end(), tier) - tiers.begin();
    return kTierColours[static_cast<std::size_t>(at) % std::size(kTierColours)];
}

class PowerPicture {
public:
    PowerPicture(Svg& svg, Box const& plot, double labels, std::vector<std::string> const& tiers,
                 double most_W)
        : svg_(svg),
          plot_(plot),
          labels_(labels),
          tiers_(tiers),
          parts_(power_parts()),
          x_(linear_scale(most_W, plot.x, plot.right()))
    {
    }

    void draw(std::vector<BarGroup> const& groups)
    {
        svg_.begin_group("panel");
        draw_scale();
        double y = plot_.y;
        for (auto const& group : groups) {
            svg_.text({plot_.x - labels_, y + 15}, group.title,
                      {Anchor::start, kLabelSize, kInkColour, true});
            y += kGroupTitle;
            for (auto const& bar : group.bars) {
                draw_bar(bar, y);
                y += kRow;
            }
        }
        svg_.end_group();
    }

private:
    void draw_scale()
    {
        for (auto const& tick : x_.ticks) {
            double const x = x_.at(tick.value);
            svg_.line({x, plot_.y}, {x, plot_.bottom()}, {kGridColour, 1});
            svg_.text({x, plot_.bottom() + 15}, tick.label, {Anchor::middle, kLabelSize});
        }
        svg_.line({plot_.x, plot_.bottom()}, {plot_.right(), plot_.bottom()}, {kInkColour, 1});
        svg_.text({plot_.x + plot_.width / 2, plot_.bottom() + 32}, "power (W per gpu)",
                  {Anchor::middle, kLabelSize});
    }

    void draw_bar(Bar const& bar, double y)
    {
        svg_.text({plot_.x - 7, y + 11}, bar.label, {Anchor::end, kLabelSize});
        double watts = 0;
        for (auto const& tier : bar.tiers) {
            double const start = watts;
            for (std::size_t i = 0; i < parts_.size(); ++i) {
                if (!(tier.full_W[i] > 0)) continue;
                draw_part(bar, tier, i, watts, y);
                watts += tier.full_W[i];
            }
            Box const strip{x_.at(start), y + kBar, x_.at(watts) - x_.at(start), kStrip};
            svg_.rect(strip, tier_colour(tiers_, tier.tier),
                      bar.label + ", tier " + tier.tier + ": " + both(sum(tier.full_W), sum(tier.idle_W)));
        }
        svg_.text({x_.at(watts) + 6, y + 11}, total_label(bar), {Anchor::start, kLabelSize});
    }

    static std::string both(double full_W, double idle_W)
    {
        return watts_text(full_W) + " per gpu at full load, " + watts_text(idle_W) + " idle";
    }

    void draw_part(Bar const& bar, TierPower const& tier, std::size_t i, double from_W, double y)
    {
        Box const piece{x_.at(from_W), y, x_.at(from_W + tier.full_W[i]) - x_.at(from_W), kBar};
        svg_.rect(piece, parts_[i].colour,
                  bar.label + ", tier " + tier.tier + ", " + parts_[i].name + ": " +
                      both(tier.full_W[i], tier.idle_W[i]),
                  Stroke{"#ffffff", 0.6, {}});
    }

    Svg& svg_;
    Box plot_;
    double labels_;
    std::vector<std::string> const& tiers_;
    std::vector<Part> parts_;
    Scale x_;
};

}  // namespace

std::vector<TierPower> power_per_gpu(Fabric const& fabric)
{
    constexpr double kGbpsPerGBps = 8, kWPerPJGbps = 1e-3;  // 1 pJ/bit x 1 Gb/s = 1 mW
    std::vector<TierPower> tiers;
    for (auto const& link : fabric.classes) {
        auto found =
            std::find_if(tiers.begin(), tiers.end(), [&](auto const& t) { return t.tier == link.tier; });
        if (found == tiers.end()) found = tiers.insert(tiers.end(), {link.tier, {}, {}});
        double const links = static_cast<double>(link.count) / fabric.network.gpus;
        for (int i = 0; i < kPowerComponents; ++i) {
            found->full_W[i] += links * link.power.full_W[i];
            found->idle_W[i] += links * link.power.idle_W[i];
        }
        double const core_W =
            links * link.switch_core_pJ_per_bit * link.link_rate_GBps * kGbpsPerGBps * kWPerPJGbps;
        found->full_W[kSwitchCorePart] += core_W;
        found->idle_W[kSwitchCorePart] += core_W;
        found->full_W[kNicPart] += links * link.nic_full_W;
        found->idle_W[kNicPart] += links * link.nic_idle_W;
    }
    return tiers;
}

std::uint64_t optical_ends(Fabric const& fabric)
{
    std::uint64_t directed = 0;
    for (auto const& link : fabric.classes) directed += link.medium == "fibre" ? link.count : 0;
    return directed;  // / 2 links a cable x 2 ends of a cable
}

std::string power_svg(Results const& results)
{
    auto const groups = groups_of(results);
    double most_W = 0, labels = 0, totals = 0, height = 0;
    for (auto const& group : groups) {
        height += kGroupTitle + kRow * static_cast<double>(group.bars.size());
        for (auto const& bar : group.bars) {
            most_W = std::max(most_W, bar.full_W);
            labels = std::max(labels, text_width(bar.label, kLabelSize) + 16);
            totals = std::max(totals, text_width(total_label(bar), kLabelSize) + 16);
        }
    }
    if (!(most_W > 0)) return {};
    auto const tiers = tiers_of(groups);
    FigureLayout layout;
    layout.title = "Always-on power of the fabric by tier and component";
    for (auto const& part : power_parts())
        layout.legend.push_back({part.name, {part.colour, 1, {}}, true, Mark::none});
    for (auto const& tier : tiers)
        layout.legend.push_back({"tier " + tier, {tier_colour(tiers, tier), kStrip, {}}, false, Mark::none});
    layout.panel_width = labels + kBarLength + totals;
    layout.panel_height = height + 56;
    layout.footer =
        source_footer(results,
                      "/entry/topology/*/link_classes/power_*, power_idle_*, nic_power*, switch_core_energy, "
                      "link_rate, count",
                      "Computed from the fabric, nothing simulated: every link at full load; the "
                      "strip under a bar is its tiers. Idle power: rest the pointer on a part.");
    Figure figure{std::move(layout)};
    Box const room = figure.panel(0);
    Box const plot{room.x + labels, room.y + 8, kBarLength, height};
    PowerPicture(figure.svg(), plot, labels, tiers, most_W).draw(groups);
    return figure.finish();
}

}  // namespace copperwall
