#include "host/command/library_fit.h"

#include <algorithm>

namespace copperwall {
namespace {

constexpr double kFirstStep = 0.25;  //!< of a range
constexpr double kLastStep = 1e-3;

bool may_move(Quantity const& quantity)
{
    return quantity.low < quantity.high && quantity.status != Status::published;
}

}  // namespace

std::vector<FreeNumber> free_numbers(LibrarySpec const& library)
{
    std::vector<FreeNumber> numbers;
    LibrarySpec copy = library;
    auto const add = [&](std::string const& name, std::function<Quantity&(LibrarySpec&)> in) {
        if (may_move(in(copy))) numbers.push_back({name, std::move(in)});
    };
    add("link_fraction", [](LibrarySpec& l) -> Quantity& { return l.link_fraction; });
    add("per_peer_us", [](LibrarySpec& l) -> Quantity& { return l.per_peer_us; });
    for (std::size_t i = 0; i != library.protocols.size(); ++i) {
        std::string const of = library.protocols[i].name + " ";
        add(of + "launch_us", [i](LibrarySpec& l) -> Quantity& { return l.protocols[i].launch_us; });
        add(of + "step_us", [i](LibrarySpec& l) -> Quantity& { return l.protocols[i].step_us; });
        add(of + "share_GBps", [i](LibrarySpec& l) -> Quantity& { return l.protocols[i].share_GBps; });
        if (library.protocols[i].nic_step_us)
            add(of + "nic_step_us", [i](LibrarySpec& l) -> Quantity& { return *l.protocols[i].nic_step_us; });
        if (library.protocols[i].ring_nic_step_us)
            add(of + "ring_nic_step_us",
                [i](LibrarySpec& l) -> Quantity& { return *l.protocols[i].ring_nic_step_us; });
        if (library.protocols[i].link_fraction)
            add(of + "link_fraction",
                [i](LibrarySpec& l) -> Quantity& { return *l.protocols[i].link_fraction; });
    }
    for (std::size_t i = 0; i != library.in_network.size(); ++i) {
        std::string const of = "in_network to " + std::to_string(library.in_network[i].up_to_ranks) + " ";
        add(of + "rate_share", [i](LibrarySpec& l) -> Quantity& { return l.in_network[i].rate_share; });
        add(of + "launch_us", [i](LibrarySpec& l) -> Quantity& { return l.in_network[i].launch_us; });
    }
    return numbers;
}

void descend(std::vector<double>& at, std::vector<double> const& low, std::vector<double> const& high,
             std::function<double(std::vector<double> const&)> const& cost)
{
    double least = cost(at);
    for (double step = kFirstStep; step >= kLastStep;) {
        bool lower = false;
        for (std::size_t i = 0; i != at.size(); ++i) {
            double const here = at[i];
            for (double const way : {step, -step}) {
                at[i] = std::clamp(here + way * (high[i] - low[i]), low[i], high[i]);
                double const there = at[i] == here ? least : cost(at);
                if (there < least) {
                    least = there;
                    lower = true;
                    break;
                }
                at[i] = here;
            }
        }
        if (!lower) step /= 2;
    }
}

}  // namespace copperwall
