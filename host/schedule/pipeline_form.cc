#include "host/schedule/pipeline_form.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace copperwall {

namespace {

//! One stage of one chunk that waits for the NIC.
struct RailJob {
    double ready_ns = 0;
    std::uint32_t chunk = 0;
    std::size_t stage = 0;

    bool operator>(RailJob const& other) const
    {
        return std::tie(ready_ns, chunk, stage) > std::tie(other.ready_ns, other.chunk, other.stage);
    }
};

class Form {
public:
    Form(CollectiveCall const& call, Paths const& paths, Pipeline const& pipeline)
        : call_(call), paths_(paths), pipeline_(pipeline), in_(inside_reach(domains_of(call, paths), paths))
    {
    }

    double total_ns()
    {
        std::int64_t const bytes = pipeline_.domain_bytes;
        double const burst = burst_ns(paths_.inside, in_.peers(), bytes, call_.per_peer_ns);
        double const least_way = in_.least_ns(bytes, call_.per_peer_ns) - burst;
        double const last_way = in_.last_ns(bytes, call_.per_peer_ns) - burst;
        std::vector<double> gathers = cross(scattered(least_way));
        std::sort(gathers.begin(), gathers.end());
        if (!pipeline_.gathers) return call_.launch_ns + gathers.back() - call_.step_ns;
        double last = 0;
        for (double const ready : gathers) last = batch(links_, paths_.inside, in_.peers(), bytes, ready);
        return call_.launch_ns + last + last_way;
    }

private:
    //! When the first rail stage of each chunk is ready.
    std::vector<double> scattered(double way)
    {
        if (!pipeline_.scatters) return std::vector<double>(pipeline_.chunks, call_.step_ns);
        std::vector<double> ready;
        for (std::uint32_t c = 0; c != pipeline_.chunks; ++c) {
            double const end =
                batch(links_, paths_.inside, in_.peers(), pipeline_.domain_bytes, call_.step_ns);
            ready.push_back(end + way + call_.step_ns);
        }
        return ready;
    }

    //! When the gather of each chunk is ready.
    std::vector<double> cross(std::vector<double> const& ready)
    {
        std::priority_queue<RailJob, std::vector<RailJob>, std::greater<>> jobs;
        for (std::uint32_t c = 0; c != pipeline_.chunks; ++c) jobs.push({ready[c], c, 0});
        std::vector<double> crossed(pipeline_.chunks);
        while (!jobs.empty()) {
            RailJob job = jobs.top();
            jobs.pop();
            RailStage const& stage = pipeline_.rails[job.stage];
            double const end = batch(nic_, paths_.outside, stage.messages, stage.bytes, job.ready_ns);
            job.ready_ns = end + stage.way_ns + call_.step_ns;
            if (++job.stage == pipeline_.rails.size())
                crossed[job.chunk] = job.ready_ns;
            else
                jobs.push(job);
        }
        return crossed;
    }

    double batch(PortQueue& port, PathModel const& path, std::uint32_t messages, std::int64_t bytes,
                 double ready) const
    {
        double const spaced = (messages - 1) * call_.per_peer_ns + message_ns(path, bytes);
        return port.send_ns(ready, burst_ns(path, messages, bytes, 0), spaced);
    }

    CollectiveCall const& call_;
    Paths const& paths_;
    Pipeline const& pipeline_;
    Reach in_;
    PortQueue links_, nic_;
};

}  // namespace

double PortQueue::send_ns(double ready, double load, double spaced)
{
    free_ns_ = std::max(std::max(free_ns_, ready) + load, ready + spaced);
    return free_ns_;
}

double pipeline_ns(CollectiveCall const& call, Paths const& paths, Pipeline const& pipeline)
{
    return Form(call, paths, pipeline).total_ns();
}

std::uint32_t chunks_of(CollectiveCall const& call)
{
    return std::max(1u, call.chunks);
}

std::int64_t chunk_bytes(CollectiveCall const& call)
{
    std::uint32_t const shares = call.ranks * chunks_of(call);
    return call.ranks * share_bytes(call.bytes, shares, 0);
}

}  // namespace copperwall
