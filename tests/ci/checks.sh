# shellcheck shell=bash
# Sourced. What each check of test.sh does; every function fails by its exit code.

scratch=build/test/out
binary=build/test/cpu/copperwall
cuda_binary=build/test/copperwall_cuda

# The program as users with nvcc have it. Where DIRECTORY is then built without, all but the engine's library is there.
cuda_build() {  # DIRECTORY ARCHITECTURES BINARY
    rm -f "$3"
    build "$1" copperwall "-DCW_CUDA=ON -DCMAKE_CUDA_COMPILER=$(find_nvcc) -DCMAKE_CUDA_ARCHITECTURES=$2"
    cp "$1/copperwall" "$3"
}

# The binary with CUDA in it must run on a machine that has no driver, and refuse only --backend cuda.
starts_without_gpu() {
    local status=0
    export CUDA_VISIBLE_DEVICES=""
    "$cuda_binary" list devices
    "$cuda_binary" run workloads/ring_64KiB_nvl72.toml
    "$cuda_binary" run workloads/ring_64KiB_nvl72.toml --backend cuda || status=$?
    [[ $status -eq 2 ]]
}

# Tests of the engine and of input: where wild pointers and races would be.
sanitized_tests() {  # DIRECTORY SANITIZERS
    local names name
    names="$(for name in tests/cuda/*_test.cc tests/cuda/emulator/*_test.cc tests/host/input_*_test.cc tests/host/measured_table_test.cc; do
        basename "$name" .cc
    done)"
    CXXFLAGS="-O1 -g1" build "$1" "$(tr '\n' ' ' <<<"$names")" \
        "-DCW_CUDA=OFF -DCMAKE_BUILD_TYPE=Sanitized -DCW_SANITIZE=$2"
    # Of random cases, which spread over spines too, the first ten seeds of each kind, of buffers every third of ten;
    # --full has all.
    # shellcheck disable=SC2086
    GTEST_FILTER='-*RandomCase*/??:*RandomCase*/???:*RandomNetwork*/???:*Slots.*/1:*Slots.*/2:*Slots.*/4:*Slots.*/5:*Slots.*/7:*Slots.*/??:WindowEngine.*Spread*:WindowEngine.ChoosesAmongBusyQueues' \
        in_shards "$1/tests" $names
}

# Runs tests in shards, side by side, since some take as long as all others. GTEST_FILTER tells which.
in_shards() {  # DIRECTORY TESTS...
    local directory=$1 name shard
    shift
    for name in "$@"; do
        for shard in 0 1 2 3 4 5 6 7; do printf '%s\n' "$name $shard"; done
    done | xargs -P "$(nproc)" -L 1 bash -c \
        'GTEST_TOTAL_SHARDS=8 GTEST_SHARD_INDEX=$2 "$0/$1" --gtest_brief=1' "$directory"
}

# Every test with a sanitizer.
sanitized_build() {  # DIRECTORY SANITIZERS
    CXXFLAGS="-O1 -g1" build "$1" all "-DCW_CUDA=OFF -DCMAKE_BUILD_TYPE=Sanitized -DCW_SANITIZE=$2"
}

# What threads and the lanes of a team share: the kernel's body on host lanes, and windows on several threads.
race_tests() {  # DIRECTORY
    CXXFLAGS="-O1 -g1" build "$1" "exactness_test lane_teams_test" "-DCW_CUDA=OFF -DCMAKE_BUILD_TYPE=Sanitized -DCW_SANITIZE=thread"
    GTEST_FILTER='*LaneTeams*:WindowEngine*-WindowEngine.*Spread*:WindowEngine.ChoosesAmongBusyQueues' in_shards "$1/tests" exactness_test lane_teams_test
}

layers_sees_breaches() {
    local tree="$scratch/tree" file
    for file in cuda/a.h:host/input/spec.h cuda/a.h:hdf5.h host/input/a.h:host/fabric/fabric.h; do
        rm -rf "$tree"
        mkdir -p "$tree/cuda" "$tree/host/input"
        echo "#include \"${file#*:}\"" >"$tree/${file%:*}"
        if tests/ci/layers.sh "$tree"; then echo "missed: $file" && return 1; fi
    done
}

# README's GPU table is what its file of measurements says, and nothing else.
# README holds every line that standard input has.
in_readme() {
    local line
    while IFS= read -r line; do
        grep -qxF -- "$line" README.md || { echo "README lacks: $line" && return 1; }
    done
}

gpu_table() {
    local file
    file="$(grep -o 'tests/bench/results/[^`]*\.json' README.md | head -1)"
    [[ -n "$file" ]] || { echo "README names no file of GPU measurements" && return 1; }
    python3 tests/bench/gpu_table.py "$file" >"$scratch/gpu_table.md"
    in_readme <"$scratch/gpu_table.md"
}

# Of what README's own commands wrote.
residuals_table() {
    python3 tests/host/residuals_table.py out/residuals.csv >"$scratch/residuals_table.md"
    in_readme <"$scratch/residuals_table.md"
}

check_inputs() {
    find topologies workloads \( -name '*.toml' -o -name '*.csv' \) -print0 | xargs -0 "$binary" check
}

run_workloads() {
    local file name
    for file in workloads/*.toml; do
        name="$(basename "$file" .toml)"
        "$binary" run "$file" -b 64K -e 64K -o "$scratch/$name.h5"
        "$binary" check "$scratch/$name.h5"
    done
    for file in workloads/studies/*.toml; do
        "$binary" study "$file" --fidelity bound -o "$scratch/$(basename "$file" .toml).h5"
    done
}

# What differs between runs lives in /entry/run; nothing else may.
same_file() {  # FILE FILE
    local difference
    difference="$(h5diff --exclude-path /entry/run "$1" "$2")"
    echo "$difference"
    [[ -z "$difference" ]]
}

same_file_twice() {
    "$binary" run workloads/all_reduce_ring_nvl72.toml -b 4K -e 256K -f 4 --threads 1 -o "$scratch/first.h5"
    "$binary" run workloads/all_reduce_ring_nvl72.toml -b 4K -e 256K -f 4 -o "$scratch/second.h5"
    same_file "$scratch/first.h5" "$scratch/second.h5"
}

same_file_by_reference() {
    "$binary" run workloads/all_reduce_ring_nvl72.toml -b 4K -e 256K -f 4 --engine reference -o "$scratch/reference.h5"
    same_file "$scratch/first.h5" "$scratch/reference.h5"
}

pictures_are_xml() {
    local name=first
    "$binary" report "$scratch/$name.h5" -o "$scratch/$name.html" --svg "$scratch/$name.svg"
    xmllint --noout "$scratch/$name.html" "$scratch/$name.svg"
}

read_results() {
    /usr/bin/python3 tests/host/readers_check.py "$scratch/first.h5"
}

# The example of reading a study: each picture is drawn or said to be left out.
plots_from_hdf5() {
    local study="$scratch/world_size.h5" plots="$scratch/plots"
    rm -rf "$plots"
    /usr/bin/python3 tests/host/plot_study.py "$study" "$plots" | tee "$scratch/plots.txt"
    [[ "$(grep -cE '^(reach|world_size|power): ' "$scratch/plots.txt")" -eq 3 ]]
    [[ -s "$plots/reach.png" && -s "$plots/world_size.png" && -s "$plots/power.png" ]]
}

formatted() {
    find cuda host tests -name '*.h' -o -name '*.cc' -o -name '*.cu' -o -name '*.cuh' |
        xargs clang-format --dry-run -Werror
}

tidy() {
    find cuda host -name '*.cc' -print0 |
        xargs -0 -P "$(nproc)" -n 1 clang-tidy --quiet --extra-arg=-Wno-unknown-warning-option -p build/test/clang
}
