#include "cuda/reference_messages.h"

#include "cuda/finish.h"
#include "cuda/hop_hash.h"
#include "cuda/unfinished.h"

namespace copperwall {

ReferenceMessages::ReferenceMessages(EngineInput const& input, bool hash, std::vector<Hop>* hops)
    : network_(input.network),
      schedule_(input.schedule),
      format_(input.format),
      hash_(hash),
      hops_(hops),
      counters_(std::size_t{schedule_.gpus} * schedule_.counters, 0),
      released_(std::size_t{schedule_.gpus} * schedule_.families.size(), 0)
{
    for (Family const& f : schedule_.families) {
        family_base_.push_back(static_cast<MessageId>(result_.messages.size()));
        result_.messages.resize(result_.messages.size() + std::size_t{f.count} * f.width(schedule_.gpus));
    }
    result_.links.resize(network_.links.size());
    result_.steps.resize(std::size_t{schedule_.steps} * network_.link_classes);
}

PlaneCut ReferenceMessages::cut(Transfer const& t, std::uint32_t gpu, std::uint32_t port) const
{
    if (t.receiver == kNone) return {};
    std::uint32_t const group = network_.group_of(gpu, t.receiver);
    std::uint32_t const first = network_.first_port(group);
    PortGroup const& ports = network_.ports[group];
    if (port < first || port >= first + ports.simulated()) return {};
    return cut_for_plane(format_, ports.planes, t.bytes, gpu, t.receiver, port - first);
}

Time ReferenceMessages::ready_of(ReferenceRun const& run, std::uint32_t gpu, std::uint32_t k) const
{
    Time const offset =
        transfer(run.family, gpu, k).offset_fs - transfer(run.family, gpu, run.k_first).offset_fs;
    return run.ready + schedule_.families[run.family].spacing_fs * (k - run.k_first) + offset;
}

MessageId ReferenceMessages::message_of(std::uint32_t family, std::uint32_t k, std::uint32_t gpu) const
{
    Family const& f = schedule_.families[family];
    return family_base_[family] + k * f.width(schedule_.gpus) + gpu - f.first;
}

std::uint32_t ReferenceMessages::sender_of(MessageId message) const
{
    Family const& f = schedule_.families[family_of(message)];
    return f.first + (message - family_base_[family_of(message)]) % f.width(schedule_.gpus);
}

std::uint32_t ReferenceMessages::family_of(MessageId message) const
{
    auto const after = std::upper_bound(family_base_.begin(), family_base_.end(), message);
    return static_cast<std::uint32_t>(after - family_base_.begin()) - 1;
}

std::uint32_t ReferenceMessages::step_of(MessageId message) const
{
    std::uint32_t const f = family_of(message);
    Family const& family = schedule_.families[f];
    return family.step_0 + family.step_k * ((message - family_base_[f]) / family.width(schedule_.gpus));
}

ReferenceRun ReferenceMessages::release(std::uint32_t f, std::uint32_t gpu, std::uint32_t k_end, Time when,
                                        MessageId predecessor)
{
    if (!schedule_.families[f].sends(gpu, schedule_.gpus)) return {};
    std::uint32_t& released = released_[std::size_t{gpu} * schedule_.families.size() + f];
    if (released >= k_end) return {};
    Time const ready = when + schedule_.families[f].delay_fs + transfer(f, gpu, released).offset_fs;
    ReferenceRun const run{ready, f, released, k_end};
    released = k_end;
    for (std::uint32_t k = run.k_first; k != k_end; ++k) open(run, gpu, k, predecessor);
    return run;
}

void ReferenceMessages::open(ReferenceRun const& run, std::uint32_t gpu, std::uint32_t k,
                             MessageId predecessor)
{
    Transfer const t = transfer(run.family, gpu, k);
    if (t.receiver == kNone) return;
    MessageTimes& message = result_.messages[message_of(run.family, k, gpu)];
    message.ready = ready_of(run, gpu, k);
    message.predecessor = predecessor;
    for (std::uint32_t port = 0; port != network_.gpu_ports(); ++port)
        message.packets_left += cut(t, gpu, port).packets();
}

void ReferenceMessages::count(LinkId id, ReferencePacket const& packet, Time start, Time s,
                              std::int64_t bytes)
{
    LinkUse& use = result_.links[id];
    use = {use.busy_fs + s, use.wire_bytes + bytes, use.packets + 1, start + s};
    std::size_t const step = step_of(packet.message);
    StepUse& row = result_.steps[step * network_.link_classes + network_.links[id].link_class];
    row = {std::min(row.first_start_fs, start), std::max(row.last_end_fs, start + s), row.busy_fs + s,
           row.wire_bytes + bytes, row.packets + 1};
    if (hash_) result_.hop_hash += mix(id, packet.message, start, packet.flits);
    if (hops_ != nullptr) hops_->push_back({id, packet.message, start, packet.flits});
}

EngineResult ReferenceMessages::result()
{
    require_all_complete(schedule_, result_.messages);
    count_hops(network_, result_);
    return std::move(result_);
}

}  // namespace copperwall
