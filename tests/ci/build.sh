# shellcheck shell=bash
# Sourced. How the tree is configured and built.

# Path of nvcc, also where it is installed but not in PATH; empty: none.
find_nvcc() {
    local nvcc
    for nvcc in "${CUDACXX:-}" "$(command -v nvcc || true)" /usr/local/cuda/bin/nvcc; do
        [[ -x "$nvcc" ]] && echo "$nvcc" && return
    done
    return 0
}

# CMake options for the CUDA backend: off without nvcc; else for this machine's GPU, or sm_90 where there is none.
cuda_options() {
    local nvcc capability
    nvcc="$(find_nvcc)"
    if [[ -z "$nvcc" ]]; then
        echo "No nvcc found: CPU build (to have the CUDA backend, set CUDACXX to an nvcc)" >&2
        echo "-DCW_CUDA=OFF"
        return
    fi
    capability="$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | head -1 | tr -d . || true)"
    [[ "$capability" =~ ^[0-9]+$ ]] || capability=90
    echo "-DCW_CUDA=ON -DCMAKE_CUDA_COMPILER=$nvcc -DCMAKE_CUDA_ARCHITECTURES=$capability-real"
}

# build DIRECTORY TARGETS OPTIONS: "all" builds everything; TARGETS and OPTIONS are words in one string.
build() {
    local directory=$1 targets=$2 options=$3
    # shellcheck disable=SC2086  # words are meant to be split
    cmake -S . -B "$directory" -G Ninja -DCMAKE_BUILD_TYPE=Release $options >&2 || return
    # shellcheck disable=SC2086
    cmake --build "$directory" -j "$(nproc)" --target $targets >&2
}
