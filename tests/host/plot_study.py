#!/usr/bin/python3
"""Draws the three pictures of a world-size study from its HDF5 file, as an example of reading one.

    plot_study.py FILE.h5 OUTDIR

Writes reach.png, world_size.png and power.png; says which the file has no data for. Needs Debian's
python3-matplotlib python3-xarray python3-h5netcdf.
"""
import pathlib
import re
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import xarray as xr

REFERENCE = 72  # gpus of the domain that times are drawn relative to
DONE = 1
PARTS = ["host_serdes", "dsp", "laser", "driver_modulator", "tia", "tuning_control", "other"]


def opened(path, group):
    return xr.open_dataset(path, group=group, engine="h5netcdf")


def draw_reach(path, groups):
    """A panel a host and modulation, a line a conductor; the band is low to high."""
    if "reach" not in groups:
        return "no /entry/reach"
    table = opened(path, "entry/reach").to_dataframe()
    hosts, modulations, rates = table.host.unique(), table.modulation.unique(), table.lane_rate.unique()
    figure, panels = plt.subplots(len(modulations), len(hosts), sharex=True, sharey=True, squeeze=False,
                                  figsize=(3.4 * len(hosts), 2.8 * len(modulations)))
    for (host, modulation), lanes in table.groupby(["host", "modulation"]):
        panel = panels[list(modulations).index(modulation)][list(hosts).index(host)]
        for name, line in lanes.groupby("conductor"):
            panel.plot(line.lane_rate, line.reach, marker=".", label=name)
            panel.fill_between(line.lane_rate, line.reach_low, line.reach_high, alpha=0.1)
        panel.set_xscale("log", base=2)
        panel.set_xticks(rates, [f"{rate:g}" for rate in rates])
        panel.set(title=f"{host}, {modulation}", xlabel="lane rate (Gb/s)", ylabel="reach (m)")
    panels[0][0].legend(fontsize=7)
    figure.tight_layout()
    return figure


def draw_world_size(path, groups):
    """Best time of each interconnect over its own at 72, a panel a collective and message size.

    Of the library and of axes that this study alone has, the first value."""
    sweep = opened(path, "entry/sweep")
    sizes = sweep.world_size.values
    if len(sizes) < 2 or REFERENCE not in sizes:
        return f"one world size, or none of {REFERENCE} gpus"
    best = sweep["time"].where(sweep["status"] == DONE).min(["fabric", "algorithm"])
    drawn = ("interconnect", "collective", "world_size", "message_size")
    best = best.isel({d: 0 for d in best.dims if d not in drawn})
    relative = {str(i): best.sel(interconnect=i) for i in sweep.interconnect.values}
    collectives, messages = sweep.collective.values, sweep.message_size.values[:4]
    figure, panels = plt.subplots(len(collectives), len(messages), squeeze=False, sharey=True,
                                  figsize=(4 * len(messages), 4 * len(collectives)))
    for row, collective in zip(panels, collectives):
        for panel, message in zip(row, messages):
            for name, time in relative.items():
                family = relative.get(re.sub(r" \d+:1$", "", name), time)  # "copper + CPO 4:1"
                cell, reference = {"collective": collective, "message_size": message}, {"world_size": REFERENCE}
                panel.plot(sizes, time.sel(cell) / family.sel(cell | reference),
                           marker="o", label=name)
            panel.set_xscale("log", base=2)
            panel.set_yscale("log")
            panel.set_xticks(sizes, [str(s) for s in sizes])
            panel.set(title=f"{collective}, {message} B", xlabel="world size (gpus of a domain)",
                      ylabel=f"time / time at {REFERENCE} (1)")
    panels[0][0].legend()
    figure.tight_layout()
    return figure


def draw_power(path, groups):
    """W per gpu at full load, one bar a fabric, by component; the hatch tells the tiers apart."""
    bars = {}
    with h5py.File(path) as file:
        for fabric in file["entry/topology"].values():  # small groups, a second each in xarray
            classes = fabric["link_classes"]
            tiers, per_gpu = classes["tier"].asstr()[()], classes["count"][()] / fabric["gpus"][()]
            watts = {part: classes[f"power_{part}"][()] * per_gpu for part in PARTS}
            watts["NIC"] = classes["nic_power"][()] * per_gpu
            watts["switch core"] = classes["switch_core_energy"][()] * classes["link_rate"][()] * 8e-3 * per_gpu
            bars[f"{fabric['domain_gpus'][()]} gpus, {fabric['interconnect'].asstr()[()]}"] = {
                (tier, part): float(w[tiers == tier].sum())
                for tier in dict.fromkeys(tiers) for part, w in watts.items()}
    pieces = list(dict.fromkeys(piece for bar in bars.values() for piece in bar))
    tiers = list(dict.fromkeys(tier for tier, part in pieces))
    figure, panel = plt.subplots(figsize=(9, 1.5 + 0.3 * len(bars)))
    start = np.zeros(len(bars))
    for tier, part in pieces:
        widths = np.array([bar.get((tier, part), 0) for bar in bars.values()])
        colour = f"C{(PARTS + ['switch core', 'NIC']).index(part)}"
        panel.barh(list(bars), widths, left=start, color=colour, hatch=["", "//", ".."][tiers.index(tier) % 3],
                   label=f"{tier}: {part}" if widths.any() else None)
        start += widths
    panel.set(xlabel="power (W per gpu)")
    panel.invert_yaxis()
    panel.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    path, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with h5py.File(path) as file:
        groups = set(file["entry"])
    for name, draw in {"reach": draw_reach, "world_size": draw_world_size, "power": draw_power}.items():
        figure = draw(path, groups)
        if isinstance(figure, str):
            print(f"{name}: left out, {figure}")
            continue
        figure.savefig(folder / f"{name}.png", dpi=80, bbox_inches="tight")
        print(f"{name}: {folder / name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
