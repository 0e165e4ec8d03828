#!/bin/bash
# All that only a GPU can show, in one go: the engine's tests on the CUDA backend, CPU = GPU bit for bit on
# every workload, the sanitizer, rates. Under ten minutes; needs a driver, no compiler and no packages.
#
#   where nvcc is:   tests/gpu/on_device.sh build [DIRECTORY]      a portable build for sm_90 (build/portable)
#   on the machine:  tests/gpu/on_device.sh run DIRECTORY OUT      writes OUT/device.json, OUT/log, OUT/counters.csv
#
# device.json then goes to tests/bench/results/GPU-DATE.json; README's GPU table is made from such files only.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
source tests/ci/build.sh
source tests/ci/packages.sh

portable_build() {
    local directory=$1 nvcc
    install_missing "${build_packages[@]}" "${test_packages[@]}" || return
    nvcc="$(find_nvcc)"
    [[ -n "$nvcc" ]] || { echo "no nvcc found; set CUDACXX" >&2 && return 2; }
    build "$directory" all "-DCW_PORTABLE=ON -DCW_CUDA=ON -DCMAKE_CUDA_COMPILER=$nvcc -DCMAKE_CUDA_ARCHITECTURES=90-real"
}

random_shares=${RANDOM_SHARES:-8}  # one of so many shares of the random networks
most_s=${MOST_S:-400}               # seconds for any test or sanitizer
tests="device exactness slots outage_exactness folding random_cases credits channels cluster oracles slotted_queue adaptive
    adaptive_outage outage replan turns acks"
passed=0
failed=0
step() {
    local name=$1 start=$SECONDS
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "passed $name ($((SECONDS - start)) s)"
    else
        failed=$((failed + 1))
        echo "FAILED $name ($((SECONDS - start)) s)"
    fi
}

declare -A running
in_background() {  # NAME COMMAND...: its output goes to OUT/NAME.log
    local name=$1
    shift
    "$@" >"$out/$name.log" 2>&1 &
    running[$name]=$!
}

run_test() {
    local shares=1
    [[ "$1" == random_cases ]] && shares=$random_shares
    GTEST_TOTAL_SHARDS=$shares GTEST_SHARD_INDEX=0 timeout -k 5 "$most_s" "$directory/tests/${1}_test" --gtest_brief=1
}

# What came out of it, in a few lines.
outcome() {
    local status=0
    wait "${running[$1]}" || status=$?
    grep -hE "FAILED|differs|on the device|compared to the bit|PASSED|ERROR SUMMARY|RACECHECK" "$out/$1.log"
    return $status
}

# The same workload on both backends: equal tables mean equal bits, since csv prints every digit.
same_on_both() {
    local workload=$1 cpu gpu
    cpu="$("$binary" --quiet run "$workload" --backend cpu --format csv)" || return
    gpu="$("$binary" --quiet run "$workload" --backend cuda --format csv)" || return
    [[ "$cpu" == "$gpu" ]]
}

# A whole study on both backends: the same tables, and how many cells a second.
study_on_both() {
    local study=workloads/studies/hgx_and_nvl72.toml backend start
    for backend in cpu cuda; do
        start=$(date +%s.%N)
        "$binary" --quiet study "$study" --backend "$backend" --format csv >"$out/study.$backend.csv" || return
        awk -v from="$start" -v to="$(date +%s.%N)" -v cells="$(($(wc -l <"$out/study.$backend.csv") - 1))" \
            -v what="$study, $backend" 'BEGIN { printf "%s: %d cells, %.1f a second\n", what, cells, cells / (to - from) }'
    done
    cmp "$out/study.cpu.csv" "$out/study.cuda.csv"
}

sanitized() {
    command -v compute-sanitizer >/dev/null || { echo "no compute-sanitizer here" && return 1; }
    timeout -k 5 "$most_s" compute-sanitizer --tool "$1" --error-exitcode 9 "$directory/tests/device_test" \
        --gtest_brief=1 --gtest_filter='*Small*'
}

# What warps of the hot kernel wait for, and what caches and memory do: 64 scenarios side by side, once all are there.
counters() {
    local stall=smsp__average_warps_issue_stalled
    command -v ncu >/dev/null || { echo "no ncu here" && return 0; }
    timeout -k 5 60 ncu --clock-control none --csv --kernel-name regex:batch_kernel --launch-skip 6 --launch-count 1 \
        --metrics "gpu__time_duration.sum,launch__registers_per_thread,sm__warps_active.avg.pct_of_peak_sustained_active,smsp__issue_active.avg.pct_of_peak_sustained_active,smsp__thread_inst_executed_per_inst_executed.ratio,${stall}_long_scoreboard_per_issue_active.ratio,${stall}_barrier_per_issue_active.ratio,${stall}_no_instruction_per_issue_active.ratio,l1tex__t_sector_hit_rate.pct,lts__t_sector_hit_rate.pct,lts__throughput.avg.pct_of_peak_sustained_elapsed,gpu__dram_throughput.avg.pct_of_peak_sustained_elapsed" \
        "$binary" --quiet bench --backend cuda --case batch64_a2a_72 >"$out/counters.csv" 2>/dev/null
}

run_on_device() {
    directory=$1
    out=$2
    binary=$directory/copperwall
    mkdir -p "$out"
    {
        nvidia-smi
        step "bench" sh -c "'$binary' --quiet bench --backend cuda --format json >'$out/device.json'"
        step "counters" counters
        step "a study, cpu = cuda" study_on_both
        # Side by side, since most of their time is the reference's on a core.
        for test in $tests; do in_background "$test" run_test "$test"; done
        for tool in memcheck racecheck initcheck; do in_background "$tool" sanitized "$tool"; done
        for workload in workloads/*.toml; do step "cpu = cuda: $workload" same_on_both "$workload"; done
        for test in $tests; do step "$test test, on the device too" outcome "$test"; done
        for tool in memcheck racecheck initcheck; do step "compute-sanitizer $tool" outcome "$tool"; done
        echo "$passed passed, $failed failed"
    } 2>&1 | tee "$out/log"
    tail -1 "$out/log" | grep -q ' 0 failed$'
}

case "${1:-}" in
    build) portable_build "${2:-build/portable}" ;;
    run) run_on_device "${2:?directory of the portable build}" "${3:?directory for results}" ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit 2 ;;
esac
