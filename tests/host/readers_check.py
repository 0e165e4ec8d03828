#!/usr/bin/python3
"""Opens a Copperwall results file with the programs users plot with, and fails on any trouble.

    readers_check.py FILE.h5

Needs Debian's python3-h5py python3-xarray python3-h5netcdf python3-netcdf4 netcdf-bin hdf5-tools.
"""
import subprocess
import sys
import warnings

import h5py
import netCDF4
import numpy as np
import xarray as xr

UNITS = {"s", "us", "ns", "B", "GB/s", "Gb/s", "W", "J", "pJ/bit", "m", "dB", "USD", "1/year", "1"}
SWEEP_UNITS = {"message_size": "B", "time": "us", "lower_bound": "us", "busbw": "GB/s", "energy_always_on": "J",
               "energy_per_bit": "pJ/bit", "status": "1", "world_size": "1"}
DONE = 1
troubles = []


def expect(condition, what):
    if not condition:
        troubles.append(what)


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def groups_of(file):
    names = []
    file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Group) else None)
    return names


def check_h5py(path):
    """Every dataset: scales on all dimensions, a short unit, a description, a type that readers keep."""
    datasets = 0
    with h5py.File(path) as file:
        expect(text(file.attrs["NX_class"]) == "NXroot", "root: NX_class")
        expect(text(file.attrs["schema"]) == "copperwall-results/1", "root: schema")

        def look(name, item):
            nonlocal datasets
            if isinstance(item, h5py.Group):
                expect("NX_class" in item.attrs, f"{name}: no NX_class")
                return
            datasets += 1
            expect("description" in item.attrs, f"{name}: no description")
            string = h5py.check_string_dtype(item.dtype)
            if string is None:
                expect(item.dtype.kind in "fiu", f"{name}: type {item.dtype}")
                expect(text(item.attrs.get("units", "")) in UNITS, f"{name}: units")
            else:
                expect(string.length is None and string.encoding == "utf-8", f"{name}: not vlen UTF-8")
            if not h5py.h5ds.is_scale(item.id):
                expect(all(len(d) == 1 for d in item.dims), f"{name}: a dimension without scale")
            item[()]

        file["entry"].visititems(look)
        default = file[text(file.attrs["default"])]
        default = default[text(default.attrs["default"])]
        expect(default[text(default.attrs["signal"])].ndim == 1, "headline: the signal is no curve")
        return datasets, groups_of(file)


def sampled(groups):
    """All groups, but few of the many alike: each opening reads the whole tree."""
    chosen = []
    for family in ("entry/cells/", "entry/topology/"):
        alike = [g for g in groups if g.startswith(family)]
        chosen += alike[:4] + alike[-1:]
        groups = [g for g in groups if not g.startswith(family)]
    return groups + list(dict.fromkeys(chosen))


def check_xarray(path, groups):
    """Both engines read a group alike, with the names, units and strings that were written."""
    for group in sampled(groups):
        read = {}
        for engine in ("h5netcdf", "netcdf4"):
            with xr.open_dataset(path, group=group, engine=engine) as data:
                read[engine] = data.load()
        one, other = read["h5netcdf"], read["netcdf4"]
        expect(set(one.variables) == set(other.variables), f"{group}: engines see different variables")
        expect(dict(one.sizes) == dict(other.sizes), f"{group}: engines see different dimensions")
        for name in set(one.variables) & set(other.variables):
            a, b = one[name].values, other[name].values
            same = np.array_equal(a, b) if a.dtype == object else np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
            expect(same, f"{group}/{name}: engines read different values")
            expect(a.dtype.kind != "m", f"{group}/{name}: read as a time difference")
            expect(not any(str(d).startswith("phony") for d in one[name].dims), f"{group}/{name}: phony dimension")


def check_selection(path):
    """A finished cell is found again by the names and labels of its dimensions."""
    with xr.open_dataset(path, group="entry/sweep", engine="h5netcdf") as data:
        status = data["status"]
        done = np.argwhere(status.values == DONE)
        expect(len(done) > 0, "sweep: no cell is done")
        for index in done[:: max(1, len(done) // 20)]:
            where = {d: data[d].values[i] for d, i in zip(status.dims, index)}
            cell = data.sel(where)
            expect(np.isfinite(float(cell["time"])), f"sweep: no time at {where}")
            parts = [n for n in data if n.startswith("time_") and n not in ("time_low", "time_high")]
            total = sum(float(cell[n]) for n in parts)
            expect(abs(total - float(cell["time"])) <= 1e-9 * total, f"sweep: causes do not add up at {where}")
            expect(float(cell["time"]) >= float(cell["lower_bound"]), f"sweep: below its bound at {where}")
        undone = data["time"].where(status != DONE)
        expect(bool(np.isnan(undone.values).all()), "sweep: a figure where no cell is done")
        curve = data["busbw"].isel({d: i for d, i in zip(status.dims, done[0]) if d != "message_size"})
        expect(curve.dims == ("message_size",), "sweep: busbw over message size is no curve")
        data.to_dataframe()


def check_layout(path):
    """Dimensions in the schema's order, "." in `axes` for labels, NaN exactly where a cell is not done."""
    with h5py.File(path) as file:
        sweep = file["entry/sweep"]
        dims = [text(d) for d in sweep.attrs["dimensions"]]
        expect(dims[:5] == ["fabric", "interconnect", "collective", "algorithm", "library"], f"sweep: dims {dims}")
        expect(dims[-2:] == ["world_size", "message_size"], f"sweep: dims {dims}")
        labelled = [h5py.check_string_dtype(sweep[d].dtype) is not None for d in dims]
        expect(all(labelled[:5]) and not any(labelled[-2:]), "sweep: labels and numbers of the dimensions")
        axes = [text(a) for a in sweep.attrs["axes"]]
        expect(axes == ["." if l else d for d, l in zip(dims, labelled)], f"sweep: axes {axes}")
        done = sweep["status"][()] == DONE
        for name, column in sweep.items():
            if name in dims:
                continue
            scales = [d[0].name.rsplit("/", 1)[-1] for d in column.dims]
            expect(scales == dims, f"sweep/{name}: dimensions {scales}")
            if column.dtype.kind == "f":
                expect(np.array_equal(np.isfinite(column[()]), done), f"sweep/{name}: figures where not done, or none")
        for name, unit in SWEEP_UNITS.items():
            expect(text(sweep[name].attrs["units"]) == unit, f"sweep/{name}: not in {unit}")


def check_tools(path):
    for command in (["ncdump", "-h", path], ["h5dump", "-H", path], ["h5ls", "-rv", path]):
        ran = subprocess.run(command, capture_output=True, text=True)
        expect(ran.returncode == 0, f"{' '.join(command)}: {ran.stderr.strip()}")
        expect(ran.stderr.strip() == "", f"{' '.join(command)}: {ran.stderr.strip()}")
    with netCDF4.Dataset(path) as data:
        sweep = data["entry/sweep"]
        expect(sweep["time"].dimensions[-1] == "message_size", "netCDF4: dimension names")
        expect(sweep["time"].units == "us", "netCDF4: units")


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    path = sys.argv[1]
    warnings.simplefilter("error")
    datasets, groups = check_h5py(path)
    check_xarray(path, groups)
    check_selection(path)
    check_layout(path)
    check_tools(path)
    for trouble in troubles:
        print(f"{path}: {trouble}", file=sys.stderr)
    print(f"{path}: {datasets} datasets in {len(groups)} groups, {len(troubles)} troubles")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
