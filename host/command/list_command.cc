#include <algorithm>
#include <array>
#include <functional>
#include <thread>

#include "cuda/device.h"
#include "host/command/commands.h"
#include "host/command/exit_code.h"
#include "host/command/machine.h"
#include "host/input/error.h"
#include "host/input/loader.h"
#include "host/results/schema.h"
#include "host/schedule/registry.h"

namespace copperwall {
namespace {

namespace fs = std::filesystem;

struct Entry {
    std::string name;
    std::string title;
};

void print(std::vector<Entry> const& entries, std::ostream& out)
{
    std::size_t width = 0;
    for (auto const& e : entries) width = std::max(width, e.name.size());
    for (auto const& e : entries)
        out << e.name << std::string(width - e.name.size() + 2, ' ') << e.title << '\n';
}

Tree tree_here()
{
    Tree tree(fs::path("copperwall.toml"));
    if (tree.root.empty())
        throw InputError(
            "no folder above this one holds topologies/; run copperwall inside a Copperwall tree");
    return tree;
}

//! The files of a folder by their titles; one that does not load is listed all the same.
std::vector<Entry> titles(fs::path const& folder, std::function<std::string(fs::path const&)> const& title)
{
    std::vector<Entry> entries;
    for (auto const& name : names_in_folder(folder)) {
        fs::path const file = folder / (name + ".toml");
        try {
            entries.push_back({name, title(file)});
        } catch (InputError const&) {
            entries.push_back({name, "(does not load: copperwall check " + file.string() + ")"});
        }
    }
    return entries;
}

void list_fabrics(Terminal const& terminal)
{
    auto entries = titles(tree_here().topologies(), [](fs::path const& file) {
        return kind_of(file) == FileKind::fabric ? load_fabric(file).title : std::string();
    });
    std::erase_if(entries, [](Entry const& e) { return e.title.empty(); });
    print(entries, terminal.out);
}

void list_technologies(Terminal const& terminal)
{
    print(
        titles(tree_here().technologies(), [](fs::path const& file) { return load_technology(file).title; }),
        terminal.out);
}

void list_wires(Terminal const& terminal)
{
    print(titles(tree_here().wires(), [](fs::path const& file) { return load_wire(file).title; }),
          terminal.out);
}

void list_libraries(Terminal const& terminal)
{
    print(titles(tree_here().libraries(), [](fs::path const& file) { return load_library(file).title; }),
          terminal.out);
}

void list_workloads(Terminal const& terminal)
{
    Tree const tree = tree_here();
    auto entries = titles(tree.workloads(), [](fs::path const& file) { return load_scenario(file).title; });
    auto const studies =
        titles(tree.workloads() / "studies", [](fs::path const& file) { return load_study(file).title; });
    for (auto const& s : studies) entries.push_back({"studies/" + s.name, s.title});
    print(entries, terminal.out);
}

void list_algorithms(Terminal const& terminal)
{
    std::vector<Entry> entries;
    for (auto const& a : algorithms()) entries.push_back({std::string(a.op) + " " + a.name, a.description});
    entries.push_back({"any op best", "the fastest of the op's, simulated; results name it"});
    print(entries, terminal.out);
}

void list_outputs(Terminal const& terminal)
{
    terminal.out << outputs_text();
}

void list_devices(Terminal const& terminal)
{
    terminal.out << "cpu  " << cpu_model() << ", " << std::thread::hardware_concurrency() << " cores\n";
    for (auto const& device : device_names()) terminal.out << "cuda " << device << '\n';
    if (auto const why = why_no_device(); !why.empty()) log(terminal, why);
}

struct Listing {
    char const* name;
    void (*print)(Terminal const&);
};
constexpr std::array<Listing, 8> kListings = {{{"fabrics", list_fabrics},
                                               {"technologies", list_technologies},
                                               {"wires", list_wires},
                                               {"algorithms", list_algorithms},
                                               {"libraries", list_libraries},
                                               {"workloads", list_workloads},
                                               {"outputs", list_outputs},
                                               {"devices", list_devices}}};

}  // namespace

std::vector<std::string> listable()
{
    std::vector<std::string> names;
    names.reserve(kListings.size());
    for (auto const& listing : kListings) names.emplace_back(listing.name);
    return names;
}

int list_command(std::string const& what, Terminal const& terminal)
{
    for (auto const& listing : kListings)
        if (what == listing.name) listing.print(terminal);
    return kDone;
}

}  // namespace copperwall
