#!/bin/bash
# Every check that a change must pass; --full adds the slow ones. A failing check is reported and the rest goes
# on. The last line counts: each test of ctest is one, each other check is one.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
source tests/ci/packages.sh
source tests/ci/build.sh
source tests/ci/checks.sh

full=false
case "${1:-}" in
    "") ;;
    --full) full=true ;;
    *) echo "usage: ./run test [--full]" && exit 2 ;;
esac

passed=0
failed=0
logs=build/test/logs
mkdir -p "$logs" "$scratch"

# check NAME COMMAND...: runs it in a shell of its own where any error ends it; its output is shown if it fails.
check() {
    local name=$1 log start=$SECONDS status
    log="$logs/${name//[^a-zA-Z0-9_+]/_}.log"
    shift
    (
        set -e
        "$@"
    ) >"$log" 2>&1
    status=$?
    if [[ $status -eq 0 ]]; then
        passed=$((passed + 1))
        echo "passed   $name ($((SECONDS - start)) s)"
    else
        failed=$((failed + 1))
        echo "FAILED   $name ($((SECONDS - start)) s, exit $status); $log ends in:"
        tail -n 40 "$log" | sed 's/^/    /'
    fi
}

skip() { echo "skipped  $1: $2"; }

# count_tests NAME DIRECTORY [EXCLUDED]: runs all its tests but those whose names match, and counts each.
count_tests() {
    local name=$1 directory=$2 excluded=${3:-^$} log="$logs/${1// /_}.log" start=$SECONDS summary bad total
    ctest --test-dir "$directory" -j "$(nproc)" -E "$excluded" --output-on-failure --no-tests=error >"$log" 2>&1
    summary="$(grep -oE '[0-9]+ tests failed out of [0-9]+' "$log")"
    if [[ -z "$summary" ]]; then
        failed=$((failed + 1))
        echo "FAILED   $name: no tests ran; $log ends in:"
        tail -n 20 "$log" | sed 's/^/    /'
        return
    fi
    bad="${summary%% *}"
    total="${summary##* }"
    passed=$((passed + total - bad))
    failed=$((failed + bad))
    echo "tests    $name: $((total - bad)) of $total passed ($((SECONDS - start)) s)"
    [[ $bad -eq 0 ]] || sed -n '/The following tests FAILED/,$p' "$log" | sed 's/^/    /'
}

# fuzz NAME DIRECTORY SECONDS: random networks against the reference; shows first seed and counts.
fuzz() {
    check "$1" "$2/tests/fuzz" "$3"
    sed 's/^/         /' "$logs/${1//[^a-zA-Z0-9_+]/_}.log"
}

every_time() {
    if [[ -n "$(find_nvcc)" ]]; then
        check "CUDA build, sm_90" cuda_build build/test/cpu 90-real "$cuda_binary"
        check "CUDA build without a GPU" starts_without_gpu
    else
        skip "CUDA build" "no nvcc"
    fi
    check "build" build build/test/cpu all "-DCW_CUDA=OFF"
    count_tests "tests" build/test/cpu
    fuzz "fuzz, 10 s" build/test/cpu 10
    check "address and undefined-behaviour sanitizers" sanitized_tests build/test/asan address,undefined
    check "races of threads and lanes" race_tests build/test/races
    check "rooms include only earlier rooms" tests/ci/layers.sh .
    check "the rooms check sees a breach" layers_sees_breaches
    check "every input file is sound" check_inputs
    check "README's GPU table" gpu_table
    check "every workload runs" run_workloads
    check "two runs give the same file" same_file_twice
    check "reference engine gives the same file" same_file_by_reference
    check "pictures are well-formed" pictures_are_xml
    check "README's commands" tests/ci/readme_commands.sh README.md "$binary"
    check "README's table of errors" residuals_table
    check "results readers" read_results
    check "plots from a study's file" plots_from_hdf5
    check_format
}

check_format() {
    if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
        check "format" formatted
    else
        skip "format" "no clang-format 14"
    fi
}

only_full() {
    check "clang++ build" build build/test/clang all "-DCW_CUDA=OFF -DCMAKE_CXX_COMPILER=clang++"
    count_tests "tests of clang++" build/test/clang
    check "clang-tidy" tidy
    check "build with ThreadSanitizer" sanitized_build build/test/tsan thread
    # A random case takes seconds with it, and there are thousands: seeds 0 to 39 of each kind.
    count_tests "tests with ThreadSanitizer" build/test/tsan 'RandomCase.*/([4-9][0-9]|[0-9][0-9][0-9])( |$)'
    fuzz "fuzz with ThreadSanitizer, 30 s" build/test/tsan 30
    check "build with AddressSanitizer and UBSan" sanitized_build build/test/asan address,undefined
    count_tests "tests with AddressSanitizer and UBSan" build/test/asan
    fuzz "fuzz with AddressSanitizer and UBSan, 30 s" build/test/asan 30
    fuzz "fuzz, 5 min" build/test/cpu 300
    if [[ -n "$(find_nvcc)" ]]; then
        check "CUDA build, all architectures" cuda_build build/test/cuda-all \
            "75-real;80-real;86-real;89-real;90-real;100-real;120" build/test/copperwall_cuda_all
    else
        skip "CUDA build, all architectures" "no nvcc"
    fi
}

install_missing "${build_packages[@]}" "${test_packages[@]}" || exit
if $full; then install_missing "${full_packages[@]}" || exit; fi
every_time
if $full; then only_full; fi
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
