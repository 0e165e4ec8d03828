//! The window loop of many teams at once: the body of the CUDA kernel, also run by host lanes in tests.
//!
//! A team (Worker of emit.h, plus what follows) owns every blocks()-th node. Instead of a calendar, the
//! window in which a link is due stands beside it, and a team looks through its own links every window.
//!   block(), blocks()      which team this is, and how many there are
//!   grid_sync()            all lanes of all teams
//!   lower(p, v)            a 64-bit number to at most `v`, by all lanes of the team together
//!   begin(window)          says which window is under way
//!   due_inputs(), due_outputs(), add_due_input(link), add_due_output(link), clear_due()
//!   wants_pause()          called by one lane: time to go back to the host
#pragma once

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
    CW_HD GridLoop(Worker& worker, Model const& m, State const& s, Wiring const& wiring, Control& control)
        : worker_(worker), model_(m), state_(s), wiring_(wiring), control_(control)
    {
    }

    CW_HD void launch()
    {
        for (NodeId gpu = worker_.block(); gpu < model_.gpus; gpu += worker_.blocks()) {
            if (worker_.rank() == 0) GpuStep<Worker>(worker_, model_, state_, gpu, Window{}).launch();
            worker_.sync();
        }
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
    template <class F>
    CW_HD void for_own_links(F const& f)
    {
        for (NodeId n = worker_.block(); n < model_.node_count; n += worker_.blocks()) for_links_of(n, f);
    }

    //! f(link, true) for the links into a node, f(link, false) for those out of it, shared over the lanes.
    template <class F>
    CW_HD void for_links_of(NodeId n, F const& f)
    {
        for (std::uint32_t i = wiring_.first[n] + worker_.rank(); i < wiring_.first[n + 1];
             i += worker_.size()) {
            f(wiring_.ingress[i], true);
        }
        Node const& node = model_.nodes[n];
        for (std::uint32_t i = worker_.rank(); i < node.egress_count; i += worker_.size()) {
            f(node.first_egress + i, false);
        }
    }

    CW_HD std::uint64_t& scheduled(LinkId link, bool ingress)
    {
        return ingress ? state_.ingress[link].scheduled : state_.egress[link].scheduled;
    }

    CW_HD void announce(std::uint64_t* next)
    {
        std::uint64_t earliest = kNotScheduled;
        for_own_links([&](LinkId link, bool ingress) { be_no_later(earliest, scheduled(link, ingress)); });
        worker_.lower(next, earliest);
    }

    CW_HD static void be_no_later(std::uint64_t& earliest, std::uint64_t window)
    {
        if (window < earliest) earliest = window;
    }

    CW_HD void step_nodes(std::uint64_t number)
    {
        Time const begin = static_cast<Time>(number) * model_.window_fs;
        Window const window{begin, begin + model_.window_fs};
        worker_.begin(window);
        for (NodeId n = worker_.block(); n < model_.node_count; n += worker_.blocks())
            step_node(n, number, window);
    }

    CW_HD void step_node(NodeId n, std::uint64_t number, Window window)
    {
        if (worker_.rank() == 0) worker_.clear_due();
        worker_.sync();
        for_links_of(n, [&](LinkId link, bool ingress) {
            if (scheduled(link, ingress) != number) return;
            scheduled(link, ingress) = ingress ? kNotScheduled : kDue;
            if (ingress)
                worker_.add_due_input(link);
            else
                worker_.add_due_output(link);
        });
        worker_.sync();
        std::uint32_t const inputs = worker_.due_inputs();
        std::uint32_t const outputs = worker_.due_outputs();
        if (inputs != 0 || outputs != 0) {
            if (model_.nodes[n].kind == NodeKind::gpu) {
                gpu_step(worker_, model_, state_, n, window, worker_.due_input_list(), inputs);
            } else {
                switch_step(worker_, model_, state_, n, window, worker_.due_input_list(), inputs,
                            worker_.due_output_list(), outputs);
            }
        }
        worker_.sync();
    }

    //! Makes what others put on the wires to this team's nodes visible to them, packets and credits, and
    //! announces the next window with work.
    CW_HD void publish(std::uint64_t* next)
    {
        std::uint64_t earliest = kNotScheduled;
        for_own_links([&](LinkId link, bool ingress) {
            if (ingress)
                publish(link);
            else if (model_.credits && state_.credits_out[link].pushed())
                deliver_credits(worker_, state_, link);
            be_no_later(earliest, scheduled(link, ingress));
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
