#!/bin/bash
# layers.sh ROOT: the rooms include only what lies before them; says every breach, exits 1 if there is one.
set -uo pipefail
root=${1:-.}
rooms=(input fabric schedule account results report command)
breaches=0

forbid() {  # forbid WHY PATTERN PATHS...
    local why=$1 pattern=$2 found
    shift 2
    found="$(grep -rnE --include='*.h' --include='*.cc' --include='*.cu' --include='*.cuh' "$pattern" "$@" 2>/dev/null)" || return 0
    echo "$why:"$'\n'"$found"
    breaches=1
}

includes() { echo "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($1)"; }

forbid "cuda/ knows no files, command lines or rooms of the host" \
    "$(includes 'host/|hdf5|H5|CLI/|toml|nlohmann')" "$root/cuda"
for i in "${!rooms[@]}"; do
    later="$(IFS='|' && echo "${rooms[*]:i+1}")"
    [[ -n "$later" ]] || continue
    forbid "host/${rooms[i]} includes a later room" "$(includes "host/($later)/")" "$root/host/${rooms[i]}"
done
for room in "${rooms[@]}"; do
    [[ $room == input ]] || forbid "toml++ belongs to host/input" "$(includes 'toml')" "$root/host/$room"
    [[ $room == results ]] || forbid "HDF5 belongs to host/results" "$(includes 'hdf5|H5')" "$root/host/$room"
done

count="$(grep -rlE "$(includes 'CLI/')" "$root/host" 2>/dev/null | wc -l)"
if [[ "$count" -gt 1 ]]; then
    echo "CLI11 is compiled in more than one file ($count)"
    breaches=1
fi
exit "$breaches"
