// What packets are on each tier, and how much of its rate the workload's messages leave to payload.
#include <algorithm>

#include "host/command/explain_parts.h"
#include "host/fabric/wire_format.h"
#include "host/schedule/closed_form.h"

namespace copperwall {

namespace {

struct Extent {
    std::int64_t least = kNever;
    std::int64_t most = 0;  //!< 0: there is no message
};

void count_in(EngineInput const& input, Family const& f, Extent (&sizes)[2])
{
    Schedule const& schedule = input.schedule;
    for (std::uint32_t k = 0; k != f.count; ++k)
        for (std::uint32_t gpu = f.first; gpu != f.first + f.width(schedule.gpus); ++gpu) {
            Transfer const t = transfer_of(f, schedule.table.data(), schedule.gpus, gpu, k);
            if (t.receiver == kNone || t.bytes == 0) continue;
            Extent& size = sizes[input.network.group_of(gpu, t.receiver)];
            size.least = std::min(size.least, t.bytes);
            size.most = std::max(size.most, t.bytes);
        }
}

MessageOnWire on_wire(Form const& form, TierSpec const& tier, PathModel const& path, double raw_GBps,
                      std::int64_t bytes)
{
    double const taken = wire_ns(path, bytes) * raw_GBps;
    return {&form, &tier, bytes, taken, static_cast<double>(bytes) / taken};
}

std::string tier_line(Fabric const& fabric, TierSpec const& tier, bool ack_packets)
{
    WireSpec const& w = tier.wire;
    double const raw_GBps = tier.outside ? fabric.outside_rate_GBps : fabric.port_rate_GBps;
    double const share = full_frame_efficiency(w);
    return "  tier '" + tier.name + "': " + w.name +
           format(", packets of %g B + %g B of header, %g B of acknowledgement %s the other way\n",
                  w.payload_bytes.value, w.header_bytes.value, w.ack_bytes.value,
                  ack_packets ? "sent" : "reserved") +
           format("    payload of full packets %.1f %%: %.1f of %g GB/s per gpu and direction\n", 100 * share,
                  share * raw_GBps, raw_GBps);
}

}  // namespace

std::vector<MessageOnWire> messages_on_wire(std::vector<Form> const& forms, ScenarioSpec const& scenario,
                                            Fabric const& fabric)
{
    std::vector<MessageOnWire> messages;
    for (Form const& form : forms) {
        EngineInput const input = engine_input(form.plan, scenario, fabric);
        Extent sizes[2];
        for (Family const& f : form.plan.schedule.families) count_in(input, f, sizes);
        Paths const paths = paths_of(fabric, form.plan.placement, form.plan.format.payload_bytes, {});
        for (std::uint32_t const group : {kInside, kOutside}) {
            if (sizes[group].most == 0) continue;
            TierSpec const& tier = *gpu_tier(fabric.spec, group == kOutside);
            PathModel const& path = group == kInside ? paths.inside : paths.outside;
            double const raw_GBps = group == kInside ? fabric.port_rate_GBps : fabric.outside_rate_GBps;
            messages.push_back(on_wire(form, tier, path, raw_GBps, sizes[group].least));
            if (sizes[group].least != sizes[group].most)
                messages.push_back(on_wire(form, tier, path, raw_GBps, sizes[group].most));
        }
    }
    return messages;
}

std::string wire_part(ScenarioSpec const& scenario, Fabric const& fabric)
{
    std::string text = "packets on the wire\n";
    for (TierSpec const& tier : fabric.spec.tiers)
        if (tier.above.empty()) text += tier_line(fabric, tier, scenario.ack_packets);
    text += format("  %-12s %-12s %12s  %-8s %12s  %14s  %9s\n", "op", "algorithm", "bytes", "tier",
                   "message B", "B of raw rate", "payload %");
    auto const forms = forms_of(scenario, fabric);
    for (MessageOnWire const& m : messages_on_wire(forms, scenario, fabric))
        text +=
            format("  %-12s %-12s %12lld  %-8s %12lld  %14.1f  %9.2f\n", m.form->collective->op.c_str(),
                   m.form->collective->algorithm.c_str(), static_cast<long long>(m.form->bytes),
                   m.tier->name.c_str(), static_cast<long long>(m.bytes), m.taken_bytes, 100 * m.efficiency);
    return text;
}

}  // namespace copperwall
