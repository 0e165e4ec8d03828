#!/bin/bash
# readme_commands.sh README.md BINARY: runs every line of its ```sh blocks, with BINARY for build/copperwall; two blocks
# side by side, the lines of a block one after another. A block stops at its first that fails, which is named.
# Of a study of 84 cells every fourth runs, those of 64 KiB.
set -euo pipefail
readme=$1
binary=$2

run_block() {
    local command status=0
    while IFS= read -r command; do
        [[ "$command" != *studies/switch_reduce.toml* ]] || command+=" --shard 1/4"
        echo "\$ $command"
        bash -euo pipefail -c "${command//build\/copperwall/"$binary"}" </dev/null || status=$?
        [[ $status -eq 0 ]] || { echo "failed with $status: $command" && return 1; }
    done <"$1"
}

blocks="$(mktemp -d)"
trap 'rm -rf "$blocks"' EXIT
awk -v folder="$blocks" '/^```sh$/ { inside = 1; n++; next } /^```/ { inside = 0 }
    inside && NF && !/^#/ { print > sprintf("%s/%03d", folder, n) }' "$readme"
[[ -n "$(ls "$blocks")" ]] || { echo "no sh block in $readme" && exit 1; }
export binary
export -f run_block
find "$blocks" -type f -print0 | sort -z |
    xargs -0 -P 2 -n 1 bash -uo pipefail -c 'run_block "$0" >"$0.log" 2>&1 && touch "$0.done"' || true
cat "$blocks"/*.log
asked="$(find "$blocks" -type f ! -name '*.*' | wc -l)"
ended="$(find "$blocks" -name '*.done' | wc -l)"
[[ "$asked" -eq "$ended" ]] || { echo "$((asked - ended)) of $asked blocks failed" && exit 1; }
