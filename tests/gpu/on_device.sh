#!/bin/bash
# All that only a GPU can show, in one go: tests on the CUDA backend, CPU = GPU bit for bit on every workload,
# the sanitizer on a small case, rates. Under ten minutes; needs a driver, no compiler and no packages.
#
#   where nvcc is:   tests/gpu/on_device.sh build [DIRECTORY]      a portable build for sm_90 (build/portable)
#   on the machine:  tests/gpu/on_device.sh run DIRECTORY OUT      writes OUT/device.json, OUT/log
#
# device.json then goes to tests/bench/results/GPU-DATE.json; README's GPU table is made from such files only.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
source tests/ci/build.sh

portable_build() {
    local directory=$1 nvcc
    nvcc="$(find_nvcc)"
    [[ -n "$nvcc" ]] || { echo "no nvcc found; set CUDACXX" >&2 && return 2; }
    build "$directory" all "-DCW_PORTABLE=ON -DCW_CUDA=ON -DCMAKE_CUDA_COMPILER=$nvcc -DCMAKE_CUDA_ARCHITECTURES=90-real"
}

passed=0
failed=0
step() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "passed $name"
    else
        failed=$((failed + 1))
        echo "FAILED $name"
    fi
}

# The same workload on both backends: equal tables mean equal bits, since csv prints every digit.
same_on_both() {
    local workload=$1 cpu gpu
    cpu="$("$binary" --quiet run "$workload" --backend cpu --format csv)" || return
    gpu="$("$binary" --quiet run "$workload" --backend cuda --format csv)" || return
    [[ "$cpu" == "$gpu" ]]
}

sanitized() {
    command -v compute-sanitizer >/dev/null || { echo "no compute-sanitizer here" && return 1; }
    compute-sanitizer --tool "$1" --error-exitcode 9 "$directory/tests/device_test" --gtest_filter='*Small*'
}

run_on_device() {
    directory=$1
    local out=$2 test workload
    binary=$directory/copperwall
    mkdir -p "$out"
    {
        nvidia-smi
        for test in "$directory"/tests/*_test; do step "$(basename "$test")" timeout 300 "$test" --gtest_brief=1; done
        for workload in workloads/*.toml; do step "cpu = cuda: $workload" same_on_both "$workload"; done
        for tool in memcheck racecheck initcheck; do step "compute-sanitizer $tool" sanitized "$tool"; done
        step "bench" sh -c "'$binary' bench --backend cuda --format json >'$out/device.json'"
        echo "$passed passed, $failed failed"
    } 2>&1 | tee "$out/log"
    tail -1 "$out/log" | grep -q ' 0 failed$'
}

case "${1:-}" in
    build) portable_build "${2:-build/portable}" ;;
    run) run_on_device "${2:?directory of the portable build}" "${3:?directory for results}" ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit 2 ;;
esac
