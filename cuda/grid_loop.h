//! The window loop of many teams at once: the body of the CUDA kernel, also run by host lanes in tests.
//!
//! A team (Worker of emit.h, plus what follows) steps every blocks()-th switch, and its parts, which are
//! smaller teams, every so many gpus. Instead of a calendar, the window in which a link is due stands beside
//! it: teams look at the links of their nodes every window, and all teams together at all links.
//!   block(), blocks()      which team this is, and how many there are
//!   grid_sync()            all lanes of all teams
//!   lower(p, v)            a 64-bit number to at most `v`, by all lanes of the team together
//!   begin(window)          says which window is under way
//!   due_inputs(), due_outputs(), add_due_input(link), add_due_output(link), clear_due()
//!   wants_pause()          called by one lane: time to go back to the host
//!   part()                 the part that this lane belongs to, a Worker with its due links; its block() is
//!   its
//!                          place among all parts, blocks() their number
#pragma once

#include <type_traits>
#include <utility>

#include "cuda/gpu_step.h"

namespace copperwall {

//! The links into each node: ingress[first[n] .. first[n + 1]).
struct Wiring {
    std::uint32_t const* first = nullptr;
    LinkId const* ingress = nullptr;
};

//! What all teams share.
struct Control {
    std::uint64_t next[2] = {kNotScheduled, kNotScheduled};  //!< the earliest window with work, by turns
    std::uint32_t pause = 0;
    std::uint32_t launched = 0;
    std::uint32_t done = 0;
    std::uint64_t windows = 0;

    //! Before run(), while no team is in it.
    CW_HD void resume()
    {
        next[0] = next[1] = kNotScheduled;
        pause = 0;
    }
};

template <class Worker>
class GridLoop {
public:
    using Part = std::remove_reference_t<decltype(std::declval<Worker&>().part())>;

    CW_HD GridLoop(Worker& worker, Model const& m, State const& s, Wiring const& wiring, Control& control)
        : worker_(worker), model_(m), state_(s), wiring_(wiring), control_(control)
    {
    }

    CW_HD void launch()
    {
        auto& part = worker_.part();
        for (NodeId gpu = part.block(); gpu < model_.gpus; gpu += part.blocks()) {
            if (part.rank() == 0) GpuStep<Part>(part, model_, state_, gpu, Window{}).launch();
            part.sync();
        }
        worker_.grid_sync();  // everyone looks at all links next
    }

    //! Until there is no work left: true; or someone wants a pause: false. Then it can be called again, after
    //! Control::resume().
    CW_HD bool run()
    {
        bool const first = worker_.block() == 0 && worker_.rank() == 0;
        announce(&control_.next[0]);
        for (unsigned turn = 0;; turn ^= 1u) {
            worker_.grid_sync();
            std::uint64_t const window = control_.next[turn];
            if (first && window == kNotScheduled) control_.done = 1;
            if (window == kNotScheduled || control_.pause != 0) return window == kNotScheduled;
            if (first) {
                control_.next[turn ^ 1u] = kNotScheduled;
                control_.windows += 1;
            }
            step_nodes(window);
            worker_.grid_sync();
            if (first && worker_.wants_pause()) control_.pause = 1;
            publish(&control_.next[turn ^ 1u]);
        }
    }

private:
    //! Each link by one lane of one team.
    template <class F>
    CW_HD void for_all_links(F const& f)
    {
        LinkId const stride = worker_.blocks() * worker_.size();
        for (LinkId l = worker_.block() * worker_.size() + worker_.rank(); l < model_.link_count; l += stride)
            f(l);
    }

    CW_HD void announce(std::uint64_t* next)
    {
        std::uint64_t earliest = kNotScheduled;
        for_all_links([&](LinkId link) { be_no_later(earliest, link); });
        worker_.lower(next, earliest);
    }

    CW_HD void be_no_later(std::uint64_t& earliest, LinkId link)
    {
        std::uint64_t const in = state_.ingress[link].scheduled;
        std::uint64_t const out = state_.egress[link].scheduled;
        if (in < earliest) earliest = in;
        if (out < earliest) earliest = out;
    }

    CW_HD void step_nodes(std::uint64_t number)
    {
        Time const begin = static_cast<Time>(number) * model_.window_fs;
        Window const window{begin, begin + model_.window_fs};
        auto& part = worker_.part();
        worker_.begin(window);
        part.begin(window);
        for (NodeId n = model_.gpus + worker_.block(); n < model_.node_count; n += worker_.blocks()) {
            if (!collect(worker_, n, number)) continue;
            switch_step(worker_, model_, state_, n, window, worker_.due_input_list(), worker_.due_inputs(),
                        worker_.due_output_list(), worker_.due_outputs());
        }
        for (NodeId n = part.block(); n < model_.gpus; n += part.blocks()) {
            if (!collect(part, n, number)) continue;
            gpu_step(part, model_, state_, n, window, part.due_input_list(), part.due_inputs());
        }
    }

    //! Lists the links of a node that are due, by all lanes of its team; false: none is.
    template <class Team>
    CW_HD bool collect(Team& team, NodeId n, std::uint64_t number)
    {
        team.sync();
        if (team.rank() == 0) team.clear_due();
        team.sync();
        for (std::uint32_t i = wiring_.first[n] + team.rank(); i < wiring_.first[n + 1]; i += team.size()) {
            LinkId const link = wiring_.ingress[i];
            if (state_.ingress[link].scheduled != number) continue;
            state_.ingress[link].scheduled = kNotScheduled;
            team.add_due_input(link);
        }
        Node const& node = model_.nodes[n];
        for (std::uint32_t i = team.rank(); i < node.egress_count; i += team.size()) {
            LinkId const link = node.first_egress + i;
            if (state_.egress[link].scheduled != number) continue;
            state_.egress[link].scheduled = kDue;
            team.add_due_output(link);
        }
        team.sync();
        return team.due_inputs() != 0 || team.due_outputs() != 0;
    }

    //! Makes what was put on the wires visible to the receivers, packets and credits, and announces the next
    //! window with work.
    CW_HD void publish(std::uint64_t* next)
    {
        std::uint64_t earliest = kNotScheduled;
        for_all_links([&](LinkId link) {
            publish(link);
            if (model_.credits && state_.credits_out[link].pushed()) deliver_credits(worker_, state_, link);
            be_no_later(earliest, link);
        });
        worker_.lower(next, earliest);
    }

    CW_HD void publish(LinkId link)
    {
        EgressState& egress = state_.egress[link];
        if (!egress.pushed) return;
        Time const first = publish_link(egress, state_.ingress[link]);
        if (state_.ingress[link].scheduled == kNotScheduled) worker_.wake_ingress(link, first);
    }

    Worker& worker_;
    Model const& model_;
    State const& state_;
    Wiring const& wiring_;
    Control& control_;
};

}  // namespace copperwall
