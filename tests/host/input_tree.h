//! A small tree of sound input files in a temporary directory, which is the current one while it lives.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "host/input/error.h"

namespace copperwall {

inline char const* const kTinyMedia = R"([medium.twinax]
delay_ns_per_m = { value = 5.0, low = 4.3, high = 5.0, source = "a", status = "published" }
)";

inline char const* const kTinyReliability = R"([switch]
source = "r"
status = "assumed"
cost_usd_per_Gbps = 0.5
failures_fit = 700
repair_h = 4
[gpu]
source = "s"
status = "assumed"
failures_fit = 7000
repair_h = 8
[job]
source = "t"
status = "assumed"
checkpoint_h = 0.5
restart_h = 0.2
)";

inline char const* const kTinyTechnology = R"([technology]
title = "copper"
carrier = "electrical"
media = ["twinax"]
repair_unit = "cable cartridge"
field_swappable = false
source = "b"
status = "assumed"
added_latency_ns = 0
host_trace_m = 0.1
static_fraction = 1
module_rate_Gbps = 400
reach_m = { value = 2, low = 1.5, high = 2.5, source = "c", status = "measured" }
cost_usd_per_Gbps = 0.1
failures_fit = 10
repair_h = 24
repair_takes = "rack"
[technology.energy_pJ_per_bit]
source = "d"
status = "published"
host_serdes = 4
dsp = 0
laser = 0
driver_modulator = 0
tia = 0
tuning_control = 0
other = 0.5
)";

inline char const* const kTinyFabric = R"([fabric]
title = "four gpus"
gpus = 4
[tier.rack]
wiring = "single_tier"
medium = "twinax"
links_per_gpu = 2
lanes = 2
port_generation = "NVLink 5"
wire = "flits"
source = "e"
status = "published"
lane_rate_Gbps = 200
link_rate_GBps = 50
phy_latency_ns = 50
[tier.rack.switch]
chips = 2
source = "g"
status = "assumed"
core_latency_ns = 130
core_energy_pJ_per_bit = 13.5
[tier.rack.placement]
gpu_trays_u = [0, 2]
gpus_per_tray = 2
switch_trays_u = [1]
chips_per_tray = 2
source = "h"
status = "assumed"
unit_m = 0.04445
slack_m = 0.2
gpu_trace_m = 0.1
switch_trace_m = 0.3
)";

inline char const* const kTinyWire = R"([wire]
title = "flits"
source = "f"
status = "published"
payload_bytes = 256
header_bytes = 16
flit_bytes = 16
ack_bytes = 16
mtu_bytes = 512
)";

inline char const* const kTinyLibrary = R"([library]
title = "nothing"
source = "i"
status = "assumed"
link_fraction = 1
per_peer_us = 0
path_us = 0
[[library.protocol]]
name = "direct"
source = "i"
status = "assumed"
launch_us = 0
step_us = 0
efficiency = 1
)";

inline char const* const kTinyScenario = R"(title = "ring"
[fabric]
file = "tiny.toml"
ends = { rack = "copper" }
[library]
name = "ideal"
[[collective]]
op = "all_reduce"
algorithm = "ring"
bytes = "64KiB"
)";

class InputTree {
public:
    InputTree() : before_(std::filesystem::current_path())
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "copperwall-input-XXXXXX").string();
        root_ = mkdtemp(pattern.data());
        std::filesystem::current_path(root_);
        write("topologies/media.toml", kTinyMedia);
        write("topologies/reliability.toml", kTinyReliability);
        write("topologies/technologies/copper.toml", kTinyTechnology);
        write("topologies/wire/flits.toml", kTinyWire);
        write("topologies/tiny.toml", kTinyFabric);
        write("workloads/libraries/ideal.toml", kTinyLibrary);
        write("workloads/ring.toml", kTinyScenario);
    }
    ~InputTree()
    {
        std::filesystem::current_path(before_);
        std::filesystem::remove_all(root_);
    }
    InputTree(InputTree const&) = delete;
    InputTree& operator=(InputTree const&) = delete;

    void write(std::filesystem::path const& file, std::string const& text) const
    {
        std::filesystem::create_directories(root_ / file.parent_path());
        std::ofstream(root_ / file, std::ios::binary) << text;
    }

    std::filesystem::path const& root() const { return root_; }

private:
    std::filesystem::path before_, root_;
};

//! The text with its first `from` replaced.
inline std::string with(std::string text, std::string const& from, std::string const& to)
{
    auto const at = text.find(from);
    if (at == std::string::npos) throw std::invalid_argument("not in the text: " + from);
    return text.replace(at, from.size(), to);
}

//! What `load` complains about; "" where it does not.
template <class Load>
std::string complaint(Load load)
{
    try {
        load();
    } catch (InputError const& error) {
        return error.what();
    }
    return {};
}

}  // namespace copperwall
