# shellcheck shell=bash
# shellcheck disable=SC2034
# Sourced. Debian and Ubuntu packages, and how missing ones are installed.

build_packages=(g++ cmake ninja-build libhdf5-dev hdf5-tools libcli11-dev libtomlplusplus-dev nlohmann-json3-dev)
test_packages=(libgtest-dev libgmock-dev libxml2-utils python3-h5py python3-xarray python3-h5netcdf
               python3-netcdf4 python3-matplotlib netcdf-bin)
full_packages=(clang clang-tidy)

has_package() {
    [[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]] && return
    case "$1" in  # a tool from elsewhere is as good
        ninja-build) command -v ninja ;;
        g++ | cmake) command -v "$1" ;;
        hdf5-tools) command -v h5dump ;;
        *) false ;;
    esac >/dev/null
}

as_root() {
    if [[ $EUID -eq 0 ]]; then "$@"; else sudo "$@"; fi
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2
}

install_missing() {
    local missing=() package
    for package in "$@"; do has_package "$package" || missing+=("$package"); done
    [[ ${#missing[@]} -eq 0 ]] && return
    if ! command -v apt-get >/dev/null || { [[ $EUID -ne 0 ]] && ! command -v sudo >/dev/null; }; then
        echo "Missing, under Debian's names: ${missing[*]}. Install them, then run this again." >&2
        return 1
    fi
    echo "Installing what is missing: ${missing[*]}" >&2
    apt_install "${missing[@]}" || { as_root apt-get update >&2 && apt_install "${missing[@]}"; }
}
