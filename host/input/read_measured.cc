// Files of collectives measured on machines, read by the schema.
#include "host/input/loader.h"

namespace copperwall {

namespace {

namespace fs = std::filesystem;

void check_point(MeasuredPointSpec const& point, ErrorList& errors)
{
    if (point.time_us < 0 || point.busbw_GBps < 0)
        errors.add(point.place, "a measured figure is below 0; correct it");
    else if (point.time_us == 0 && point.busbw_GBps == 0)
        errors.add(point.place, "a point without figure; give time_us or busbw_GBps");
    else if (point.time_us != 0 && point.busbw_GBps != 0)
        errors.add(point.place,
                   "a point gives time_us and busbw_GBps (one follows from the other); remove one");
}

void resolve_scenario(Loader& loader, fs::path const& file, MeasuredSeriesSpec& series)
{
    if (series.scenario.empty()) return;
    Located const name{series.scenario.string(), series.scenario_place};
    auto const found =
        loader.find_file(name, file.parent_path(), loader.tree.workloads(), FileKind::scenario);
    if (found) series.scenario = *found;
}

}  // namespace

std::optional<MeasuredSpec> read_measured(Loader& loader, fs::path const& file)
{
    auto const document = loader.open(file);
    MeasuredSpec measured;
    if (!document || !read_document(loader, *document, FileKind::measured, &measured)) return std::nullopt;
    measured.name = file.stem().string();
    for (auto& series : measured.series) {
        for (auto const& point : series.points) check_point(point, loader.errors);
        resolve_scenario(loader, file, series);
    }
    return measured;
}

}  // namespace copperwall
