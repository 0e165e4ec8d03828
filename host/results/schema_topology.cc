#include <utility>

#include "host/results/column.h"

namespace copperwall {
namespace {

struct Group {
    char const* name;
    char const* dims;

    Output number_of(std::string name_, std::string units, std::string standard_name, std::string description,
                     ValueType type = ValueType::float64) const
    {
        return {name, std::move(name_),         std::move(units),      dims,
                type, std::move(standard_name), std::move(description)};
    }
    Output count_of(std::string name_, std::string standard_name, std::string description) const
    {
        return number_of(std::move(name_), "1", std::move(standard_name), std::move(description),
                         ValueType::int64);
    }
    Output flag_of(std::string name_, std::string standard_name, std::string description,
                   std::string meanings) const
    {
        auto output = number_of(std::move(name_), "1", std::move(standard_name), std::move(description),
                                ValueType::uint8);
        output.flags = std::move(meanings);
        return output;
    }
    Output text_of(std::string name_, std::string description) const
    {
        return {name, std::move(name_), "", dims, ValueType::text, "", std::move(description)};
    }
};

constexpr Group kFabric{"topology/<hash>", ""};
constexpr Group kNodes{"topology/<hash>/nodes", "node"};
constexpr Group kLinks{"topology/<hash>/links", "link"};
constexpr Group kClasses{"topology/<hash>/link_classes", "link_class"};
constexpr std::size_t kComponentCount = std::size(kComponents);

template <std::size_t I, EndPower LinkClass::*End>
Column<LinkClass> end_component(char const* end)
{
    Column<LinkClass> column{kClasses.number_of(std::string("energy_") + kComponents[I] + "_" + end, "pJ/bit",
                                                std::string("energy_per_bit_of_") + kComponents[I],
                                                std::string("of the port rate, at end ") + end)};
    column.get = [](LinkClass const& c) { return (c.*End).component_pJ_per_bit[I]; };
    column.set = [](LinkClass& c, double value) { (c.*End).component_pJ_per_bit[I] = value; };
    return column;
}

template <std::size_t I, double (LinkPower::*Watts)[kPowerComponents]>
Column<LinkClass> component_power(std::string const& prefix, std::string const& when)
{
    Column<LinkClass> column{kClasses.number_of(prefix + kComponents[I], "W", prefix + "of_" + kComponents[I],
                                                "of one directed link, half of both its ends, " + when)};
    column.get = [](LinkClass const& c) { return (c.power.*Watts)[I]; };
    column.set = [](LinkClass& c, double value) { (c.power.*Watts)[I] = value; };
    return column;
}

template <std::size_t... I>
void add_power(std::vector<Column<LinkClass>>& columns, std::index_sequence<I...>)
{
    (columns.push_back(component_power<I, &LinkPower::full_W>("power_", "while it sends")), ...);
    (columns.push_back(component_power<I, &LinkPower::idle_W>("power_idle_", "while it is silent")), ...);
}

template <std::size_t... I>
void add_components(std::vector<Column<LinkClass>>& columns, std::index_sequence<I...>)
{
    (columns.push_back(end_component<I, &LinkClass::a>("a")), ...);
    (columns.push_back(end_component<I, &LinkClass::b>("b")), ...);
}

void add_ends(std::vector<Column<LinkClass>>& c)
{
    c.push_back(text<LinkClass, &LinkClass::a, &EndPower::technology>(
        kClasses.text_of("technology_a", "how end A is built (gpu side)")));
    c.push_back(text<LinkClass, &LinkClass::b, &EndPower::technology>(
        kClasses.text_of("technology_b", "how end B is built (switch side)")));
    add_components(c, std::make_index_sequence<kComponentCount>{});
    c.push_back(number<LinkClass, &LinkClass::a, &EndPower::static_fraction>(kClasses.number_of(
        "static_fraction_a", "1", "static_fraction", "share of end A's power drawn without traffic")));
    c.push_back(number<LinkClass, &LinkClass::b, &EndPower::static_fraction>(kClasses.number_of(
        "static_fraction_b", "1", "static_fraction", "share of end B's power drawn without traffic")));
}

void add_delays(std::vector<Column<LinkClass>>& c)
{
    auto part = [](char const* cause, char const* description) {
        return kClasses.number_of(std::string("delay_") + cause, "ns", std::string("link_delay_in_") + cause,
                                  description);
    };
    c.push_back(
        number<LinkClass, &LinkClass::delay, &LinkDelay::phy_ns>(part("phy", "SerDes and FEC of both ends")));
    c.push_back(number<LinkClass, &LinkClass::delay, &LinkDelay::added_a_ns>(
        part("added_a", "what end A's technology adds")));
    c.push_back(number<LinkClass, &LinkClass::delay, &LinkDelay::added_b_ns>(
        part("added_b", "what end B's technology adds")));
    c.push_back(number<LinkClass, &LinkClass::delay, &LinkDelay::trace_ns>(
        part("trace", "host traces of both ends")));
    c.push_back(number<LinkClass, &LinkClass::delay, &LinkDelay::medium_ns>(
        part("medium", "length x ns/m, at the longest length")));
    c.push_back(number<LinkClass, &LinkClass::delay, &LinkDelay::switch_core_ns>(
        part("switch_core", "half a switch core for each end that is a switch")));
    c.push_back(derived<LinkClass>(kClasses.number_of("delay", "ns", "link_delay", "sum of its parts"),
                                   [](LinkClass const& k) { return k.delay.total_ns(); }));
}

void add_shape(std::vector<Column<LinkClass>>& c)
{
    auto const bytes = [](char const* name, char const* standard_name, char const* description) {
        return kClasses.number_of(name, "B", standard_name, description, ValueType::int64);
    };
    c.push_back(text<LinkClass, &LinkClass::tier>(kClasses.text_of("tier", "tier of the fabric")));
    c.push_back(text<LinkClass, &LinkClass::medium>(kClasses.text_of("medium", "twinax, board, fibre")));
    c.push_back(number<LinkClass, &LinkClass::up>(
        kClasses.flag_of("direction", "direction", "up: from the gpu to the switch", "down up")));
    c.push_back(number<LinkClass, &LinkClass::count>(kClasses.count_of(
        "count", "directed_links", "directed links of the whole fabric, folded planes counted")));
    c.push_back(number<LinkClass, &LinkClass::lanes>(
        kClasses.count_of("lanes", "lanes_per_link", "lanes of one link and direction")));
    c.push_back(number<LinkClass, &LinkClass::lane_rate_Gbps>(
        kClasses.number_of("lane_rate", "Gb/s", "lane_rate", "nominal payload rate of a lane")));
    c.push_back(number<LinkClass, &LinkClass::link_rate_GBps>(
        kClasses.number_of("link_rate", "GB/s", "link_rate", "of one link and direction")));
    c.push_back(text<LinkClass, &LinkClass::wire, &WireFrames::format>(
        kClasses.text_of("wire_format", "file of topologies/wire/ that says what packets are")));
    c.push_back(number<LinkClass, &LinkClass::wire, &WireFrames::payload_bytes>(
        bytes("payload_bytes", "frame_payload", "of a full frame on the wire")));
    c.push_back(number<LinkClass, &LinkClass::wire, &WireFrames::header_bytes>(
        bytes("header_bytes", "frame_header", "of every frame")));
    c.push_back(number<LinkClass, &LinkClass::wire, &WireFrames::ack_bytes>(
        bytes("ack_bytes", "frame_acknowledgement", "for every frame, the other way")));
    c.push_back(number<LinkClass, &LinkClass::longest_m>(
        kClasses.number_of("longest", "m", "longest_length", "longest link of the class")));
    c.push_back(number<LinkClass, &LinkClass::shortest_m>(
        kClasses.number_of("shortest", "m", "shortest_length", "shortest link of the class")));
    c.push_back(number<LinkClass, &LinkClass::reach_m>(
        kClasses.number_of("reach", "m", "reach", "the shorter of both ends' reach")));
    c.push_back(number<LinkClass, &LinkClass::reach_low_m>(
        kClasses.number_of("reach_low", "m", "low_reach", "with every loss at the end that shortens it")));
    c.push_back(number<LinkClass, &LinkClass::reach_high_m>(
        kClasses.number_of("reach_high", "m", "high_reach", "with every loss at the end that lengthens it")));
    c.push_back(number<LinkClass, &LinkClass::margin_dB>(
        kClasses.number_of("margin", "dB", "loss_margin", "of copper at the longest length; 0 for light")));
    c.push_back(number<LinkClass, &LinkClass::marginal>(
        kClasses.flag_of("marginal", "marginal", "within 0.25 m or 1 dB of the limit", "no yes")));
    c.push_back(number<LinkClass, &LinkClass::reaches>(
        kClasses.flag_of("reaches", "reaches", "the longest link is within reach", "no yes")));
}

std::vector<Column<LinkClass>> make_link_class_columns()
{
    std::vector<Column<LinkClass>> c;
    add_shape(c);
    add_ends(c);
    add_delays(c);
    add_power(c, std::make_index_sequence<kComponentCount>{});
    c.push_back(number<LinkClass, &LinkClass::switch_core_pJ_per_bit>(
        kClasses.number_of("switch_core_energy", "pJ/bit", "switch_core_energy_per_bit",
                           "of the switch it leads into, of payload; 0 into a gpu")));
    c.push_back(number<LinkClass, &LinkClass::nic_full_W>(kClasses.number_of(
        "nic_power", "W", "power_of_nic", "of one directed link, half of its NIC, while it sends")));
    c.push_back(number<LinkClass, &LinkClass::nic_idle_W>(kClasses.number_of(
        "nic_power_idle", "W", "power_idle_of_nic", "of one directed link, half of its NIC, silent")));
    return c;
}

std::vector<Column<PlacedNode>> make_node_columns()
{
    return {text<PlacedNode, &PlacedNode::name>(kNodes.text_of("name", "name of the gpu or switch chip")),
            number<PlacedNode, &PlacedNode::kind>(
                kNodes.flag_of("kind", "node_kind", "what the node is", "gpu switch_chip")),
            number<PlacedNode, &PlacedNode::rack>(kNodes.count_of("rack", "rack", "rack number")),
            number<PlacedNode, &PlacedNode::tray_u>(
                kNodes.count_of("tray_u", "rack_unit", "rack unit of its tray")),
            number<PlacedNode, &PlacedNode::chip>(
                kNodes.count_of("chip", "switch_chip", "physical chip; several planes may share one")),
            number<PlacedNode, &PlacedNode::x_m>(kNodes.number_of("x", "m", "x_position", "along the row")),
            number<PlacedNode, &PlacedNode::y_m>(kNodes.number_of("y", "m", "y_position", "into the rack")),
            number<PlacedNode, &PlacedNode::z_m>(kNodes.number_of("z", "m", "z_position", "height"))};
}

std::vector<Column<LinkRow>> make_link_columns()
{
    return {number<LinkRow, &LinkRow::src>(kLinks.count_of("src", "source_node", "node it leaves")),
            number<LinkRow, &LinkRow::dst>(kLinks.count_of("dst", "destination_node", "node it enters")),
            number<LinkRow, &LinkRow::link_class>(
                kLinks.count_of("class", "link_class_index", "row of link_classes")),
            number<LinkRow, &LinkRow::length_m>(kLinks.number_of("length", "m", "length", "of the medium")),
            number<LinkRow, &LinkRow::latency_ns>(
                kLinks.number_of("latency", "ns", "link_latency", "as simulated, serialisation excluded")),
            number<LinkRow, &LinkRow::rate_GBps>(
                kLinks.number_of("rate", "GB/s", "link_rate", "raw, header bytes included"))};
}

Column<Fabric> planes()
{
    Column<Fabric> column{
        kFabric.count_of("planes", "planes", "planes over which a message within a domain is cut")};
    column.get = [](Fabric const& f) { return static_cast<double>(f.network.ports[kInside].planes); };
    column.set = [](Fabric& f, double value) {
        f.network.ports[kInside].planes = static_cast<std::uint32_t>(value);
    };
    return column;
}

std::vector<Column<Fabric>> make_fabric_columns()
{
    return {
        text<Fabric, &Fabric::spec, &FabricSpec::name>(kFabric.text_of("fabric", "name of the fabric file")),
        text<Fabric, &Fabric::spec, &FabricSpec::title>(kFabric.text_of("title", "title of the fabric")),
        text<Fabric, &Fabric::interconnect>(
            kFabric.text_of("interconnect", "technologies of the links' ends")),
        number<Fabric, &Fabric::network, &Network::gpus>(
            kFabric.count_of("gpus", "gpus", "gpus of all domains together")),
        number<Fabric, &Fabric::domain_gpus>(
            kFabric.count_of("domain_gpus", "gpus_of_a_domain", "gpus of one scale-up domain")),
        planes(),
        number<Fabric, &Fabric::port_rate_GBps>(kFabric.number_of(
            "port_rate", "GB/s", "port_rate_of_a_gpu", "per gpu and direction, all planes together")),
        number<Fabric, &Fabric::switch_core_pJ_per_bit>(kFabric.number_of(
            "switch_core_energy", "pJ/bit", "switch_core_energy_per_bit", "of switched payload")),
        number<Fabric, &Fabric::path_ns>(
            kFabric.number_of("path", "ns", "zero_load_path", "gpu to gpu, one way, without load"))};
}

}  // namespace

std::span<Column<LinkClass> const> link_class_columns()
{
    static auto const columns = make_link_class_columns();
    return columns;
}

std::span<Column<PlacedNode> const> node_columns()
{
    static auto const columns = make_node_columns();
    return columns;
}

std::span<Column<LinkRow> const> link_columns()
{
    static auto const columns = make_link_columns();
    return columns;
}

std::span<Column<Fabric> const> fabric_columns()
{
    static auto const columns = make_fabric_columns();
    return columns;
}

}  // namespace copperwall
