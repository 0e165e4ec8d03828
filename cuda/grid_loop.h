//! The window loop of many teams at once: the body of the CUDA kernel, also run by host lanes in tests.
//!
//! A team (Worker of emit.h, plus what follows) steps every blocks()-th switch, and its parts, which are
//! smaller teams, every so many gpus; where gpus have few ports and are many, each lane alone steps its own.
//! Instead of a calendar, the window in which something is due stands beside each node, and beside each end
//! of a link: only nodes that are due look at their links, only links that were written to are published.
//!   block(), blocks()      which team this is, and how many there are
//!   grid_sync()            all lanes of all teams
//!   lower(p, v)            a 64-bit number to at most `v`, by all lanes of the team together
//!   lower_alone(p, v)      the same by one lane
//!   begin(window)          says which window is under way
//!   earliest()             of this lane: the earliest window that anything was woken for, kept by wake_...()
//!   due_inputs(), due_outputs(), add_due_input(link), add_due_output(link), clear_due()
//!   due_nodes(), due_node(i), add_due_node(node), clear_due_nodes()   at most size() at a time
//!   touched(), credited()  lists that the team and its parts share, to which touch...() adds
//!   wants_pause()          called by one lane: time to go back to the host
//!   part()                 the part that this lane belongs to, a Worker with its due links; its block() is
//!                          its place among all parts, blocks() their number
//!   alone()                the lane by itself, likewise
#pragma once

#include <type_traits>
#include <utility>

#include "cuda/gpu_step.h"

namespace copperwall {

//! What the loop knows of nodes.
struct Wiring {
    std::uint32_t const* first = nullptr;  //!< the links into node n: ingress[first[n] .. first[n + 1])
    LinkId const* ingress = nullptr;
    std::uint64_t* due = nullptr;  //!< [node] the earliest window with work; starts as kNotScheduled
    bool few_ports = false;        //!< no gpu has more than kAlonePorts in, or out
};

inline constexpr std::uint32_t kAlonePorts = 4;  //!< of a gpu that one lane steps alone

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
        auto& part = worker_.part();
        part.begin({});
        part.earliest() = kNotScheduled;
        for (NodeId gpu = part.block(); gpu < model_.gpus; gpu += part.blocks()) {
            using Part = std::remove_reference_t<decltype(part)>;
            if (part.rank() == 0) GpuStep<Part>(part, model_, state_, gpu, Window{}).launch();
            part.sync();
            note_due(part, gpu);
        }
        worker_.grid_sync();  // everyone looks at all nodes next
    }

    //! Until there is no work left: true; or someone wants a pause: false. Then it can be called again, after
    //! Control::resume().
    CW_HD bool run()
    {
        bool const first = worker_.block() == 0 && worker_.rank() == 0;
        make_room();
        announce(&control_.next[0]);
        std::uint64_t ran = kNotScheduled;
        for (unsigned turn = 0;; turn ^= 1u) {
            worker_.grid_sync();
            std::uint64_t const window = control_.next[turn];
            // kNotScheduled is greater than any; what is woken for after kHorizon may lie in the last, too.
            bool const over = window > model_.last_window || window == ran;
            ran = window;
            if (first && over) control_.done = 1;
            if (over || control_.pause != 0) return over;
            if (first) {
                control_.next[turn ^ 1u] = kNotScheduled;
                control_.windows += 1;
            }
            earliest_ = kNotScheduled;
            step_nodes(window);
            worker_.grid_sync();
            if (first && worker_.wants_pause()) control_.pause = 1;
            publish();
            worker_.lower(&control_.next[turn ^ 1u], earliest_);
        }
    }

private:
    //! Few gpus for the lanes there are go to parts, whose lanes serve their ports side by side.
    CW_HD bool gpus_go_to_lanes() { return wiring_.few_ports && model_.gpus > worker_.part().blocks(); }

    //! f(n) for the nodes of a team among first .. end-1, by its lane 0 for each.
    template <class Team, class F>
    CW_HD static void for_own_nodes(Team& team, NodeId first, NodeId end, F const& f)
    {
        for (NodeId n = first + team.block(); n < end; n += team.blocks())
            if (team.rank() == 0) f(n);
    }

    //! For every link out of the team's nodes to be touched, and every link into them to give credits back.
    CW_HD void make_room()
    {
        std::uint32_t out = 0;
        std::uint32_t in = 0;
        auto const count = [&](NodeId n) {
            out += model_.nodes[n].egress_count;
            in += wiring_.first[n + 1] - wiring_.first[n];
        };
        for_own_nodes(worker_, model_.gpus, model_.node_count, count);
        if (gpus_go_to_lanes())
            for_own_nodes(worker_.alone(), 0, model_.gpus, count);
        else
            for_own_nodes(worker_.part(), 0, model_.gpus, count);
        auto& touched = worker_.touched();
        auto& credited = worker_.credited();
        worker_.sync();
        if (worker_.rank() == 0) touched.size = credited.size = 0;
        worker_.sync();
        worker_.fetch_add(&touched.size, out);
        worker_.fetch_add(&credited.size, in);
        worker_.sync();
        if (worker_.rank() == 0) {
            std::uint32_t const links_out = touched.size;
            std::uint32_t const links_in = model_.credits ? credited.size : 0;
            touched.size = credited.size = 0;
            worker_.reserve(touched, links_out);
            worker_.reserve(credited, links_in);
        }
        worker_.sync();
    }

    //! Each node by one lane of one team.
    CW_HD void announce(std::uint64_t* next)
    {
        std::uint64_t earliest = kNotScheduled;
        NodeId const stride = worker_.blocks() * worker_.size();
        for (NodeId n = worker_.block() * worker_.size() + worker_.rank(); n < model_.node_count; n += stride)
            be_no_later(earliest, wiring_.due[n]);
        worker_.lower(next, earliest);
    }

    CW_HD static void be_no_later(std::uint64_t& earliest, std::uint64_t window)
    {
        if (window < earliest) earliest = window;
    }

    CW_HD void step_nodes(std::uint64_t number)
    {
        Window const window = model_.window_at(number);
        worker_.begin(window);
        for_due_nodes(worker_, model_.gpus, model_.node_count, number, [&](NodeId n) {
            switch_step(worker_, model_, state_, n, window, worker_.due_input_list(), worker_.due_inputs(),
                        worker_.due_output_list(), worker_.due_outputs());
        });
        if (gpus_go_to_lanes())
            step_gpus(worker_.alone(), window, number);
        else
            step_gpus(worker_.part(), window, number);
    }

    template <class Team>
    CW_HD void step_gpus(Team& team, Window window, std::uint64_t number)
    {
        team.begin(window);
        for_due_nodes(team, 0, model_.gpus, number, [&](NodeId n) {
            gpu_step(team, model_, state_, n, window, team.due_input_list(), team.due_inputs());
        });
    }

    //! step() for each node that is due, with its due links listed; by all lanes of the team, which look at
    //! size() nodes at a time.
    template <class Team, class F>
    CW_HD void for_due_nodes(Team& team, NodeId first, NodeId end, std::uint64_t number, F const& step)
    {
        for (NodeId base = first + team.block(); base < end; base += team.blocks() * team.size()) {
            team.sync();
            if (team.rank() == 0) team.clear_due_nodes();
            team.sync();
            NodeId const mine = base + team.blocks() * team.rank();
            if (mine < end) {
                std::uint64_t const due = wiring_.due[mine];
                if (due == number)
                    team.add_due_node(mine);
                else
                    be_no_later(earliest_, due);
            }
            team.sync();
            for (std::uint32_t i = 0; i != team.due_nodes(); ++i) {
                NodeId const n = team.due_node(i);
                collect(team, n, number);
                step(n);
                note_due(team, n);
            }
        }
    }

    //! Lists the links of a node that are due, by all lanes of its team; earliest() begins with the others.
    template <class Team>
    CW_HD void collect(Team& team, NodeId n, std::uint64_t number)
    {
        team.sync();
        if (team.rank() == 0) {
            team.clear_due();
            wiring_.due[n] = kNotScheduled;
        }
        team.sync();
        std::uint64_t later = kNotScheduled;
        for (std::uint32_t i = wiring_.first[n] + team.rank(); i < wiring_.first[n + 1]; i += team.size()) {
            LinkId const link = wiring_.ingress[i];
            std::uint64_t& scheduled = state_.ingress[link].scheduled;
            if (scheduled != number) {
                be_no_later(later, scheduled);
                continue;
            }
            scheduled = kNotScheduled;
            team.add_due_input(link);
        }
        Node const& node = model_.nodes[n];
        for (std::uint32_t i = team.rank(); i < node.egress_count; i += team.size()) {
            LinkId const link = node.first_egress + i;
            std::uint64_t& scheduled = state_.egress[link].scheduled;
            if (scheduled != number) {
                be_no_later(later, scheduled);
                continue;
            }
            scheduled = kDue;
            team.add_due_output(link);
        }
        team.earliest() = later;
        team.sync();
    }

    //! By all lanes of the team, of whom each may have woken links of the node.
    template <class Team>
    CW_HD void note_due(Team& team, NodeId n)
    {
        be_no_later(earliest_, team.earliest());
        team.lower(&wiring_.due[n], team.earliest());
        team.earliest() = kNotScheduled;
    }

    //! Makes what the team has put on wires visible to the receivers, packets and credits.
    CW_HD void publish()
    {
        auto& touched = worker_.touched();
        auto& credited = worker_.credited();
        for (std::uint32_t i = worker_.rank(); i < touched.size; i += worker_.size()) {
            LinkId const link = touched.data[i];
            IngressState& ingress = state_.ingress[link];
            Time const first = publish_link(state_.egress[link], ingress);
            if (ingress.scheduled == kNotScheduled) worker_.wake_ingress(link, first);
            tell(model_.links[link].to);
        }
        for (std::uint32_t i = worker_.rank(); i < credited.size; i += worker_.size()) {
            deliver_credits(worker_, state_, model_.channels.count, credited.data[i]);
            tell(model_.links[credited.data[i]].from);
        }
        worker_.sync();
        if (worker_.rank() == 0) touched.size = credited.size = 0;
    }

    //! A node of any team, of what this lane has woken there.
    CW_HD void tell(NodeId n)
    {
        std::uint64_t const window = worker_.earliest();
        if (window == kNotScheduled) return;
        be_no_later(earliest_, window);
        worker_.lower_alone(&wiring_.due[n], window);
        worker_.earliest() = kNotScheduled;
    }

    Worker& worker_;
    Model const& model_;
    State const& state_;
    Wiring const& wiring_;
    Control& control_;
    std::uint64_t earliest_ = kNotScheduled;  //!< next window with work that this lane knows of
};

}  // namespace copperwall
