#include "host/command/asked_rows.h"

#include <fnmatch.h>

#include <algorithm>
#include <cmath>

#include "host/input/error_list.h"
#include "host/input/size_text.h"
#include "host/schedule/registry.h"

namespace copperwall {
namespace {

constexpr double kBytesPerUs = 1e3;  //!< of 1 GB/s

bool matches(std::vector<std::string> const& patterns, std::string const& text)
{
    return std::any_of(patterns.begin(), patterns.end(), [&](std::string const& pattern) {
        return fnmatch(pattern.c_str(), text.c_str(), FNM_CASEFOLD) == 0;
    });
}

bool holds(std::vector<std::string> const& patterns, std::string const& text)
{
    return patterns.empty() || matches(patterns, text);
}

MachineRule const& machine_of(MeasuredTableRow const& row, ValidationSpec const& rules)
{
    for (auto const& rule : rules.machines) {
        if (!matches(rule.systems, row.system)) continue;
        if (!rule.skip.empty()) throw SkippedRow{rule.skip};
        return rule;
    }
    throw SkippedRow{"no machine of the rules is '" + row.system + "'"};
}

//! How the gpus of a row lie in scale-up domains of one size.
struct Spread {
    std::uint32_t domains = 1;
    std::uint32_t gpus = 0;         //!< of each
    std::uint32_t domain_gpus = 0;  //!< that the machine has in one
};

Spread spread_of(MeasuredTableRow const& row, MachineRule const& machine, RowModels& models)
{
    std::uint32_t const most = models.get(machine.scenario, {}).fabric->domain_gpus;
    std::uint32_t domains = (row.gpus + most - 1) / most;
    if (!machine.hosts_share_domain) domains = std::max(domains, row.nodes);
    if (row.gpus % domains != 0)
        throw SkippedRow{std::to_string(row.gpus) + " gpus are not spread evenly over " +
                         std::to_string(domains) + " domains"};
    return {domains, row.gpus / domains, most};
}

bool spans(RowDomains asked, Spread const& spread)
{
    return asked == RowDomains::any || (asked == RowDomains::several) == (spread.domains > 1);
}

//! A row that names no algorithm left the choice to its library.
SoftwareRule const& software_of(MeasuredTableRow const& row, Spread const& spread,
                                ValidationSpec const& rules)
{
    std::string const algorithm = row.algorithm_protocol.empty() ? "default" : row.algorithm_protocol;
    for (auto const& rule : rules.software) {
        bool const meant = holds(rule.collectives, row.collective) &&
                           holds(rule.algorithm_protocols, algorithm) && holds(rule.systems, row.system) &&
                           spans(rule.domains, spread);
        if (!meant) continue;
        if (!rule.skip.empty()) throw SkippedRow{rule.skip};
        return rule;
    }
    throw SkippedRow{"no software of the rules runs " + row.collective + " as '" + row.algorithm_protocol +
                     "'" + (spread.domains > 1 ? " over several domains" : "")};
}

//! Of the bytes that the table counts; 0: it tells none.
double algbw_GBps(MeasuredTableRow const& row, SoftwareRule const& software)
{
    if (row.algbw_GBps.value_or(0) > 0) return *row.algbw_GBps;
    return row.busbw_GBps.value_or(0) / busbw_factor(software.op, row.gpus);
}

//! As the table counts them. A bandwidth without size and time is that of a large message.
double told_bytes(MeasuredTableRow const& row, SoftwareRule const& software, ValidationSpec const& rules)
{
    if (row.message_bytes) return *row.message_bytes;
    double const algbw = algbw_GBps(row, software);
    if (algbw == 0) throw SkippedRow{"neither size nor bandwidth"};
    if (row.time_us.value_or(0) > 0) return *row.time_us * algbw * kBytesPerUs;
    return static_cast<double>(rules.peak_bytes);
}

double told_us(MeasuredTableRow const& row, SoftwareRule const& software, double bytes)
{
    if (row.time_us.value_or(0) > 0) return *row.time_us;
    double const algbw = algbw_GBps(row, software);
    if (algbw == 0) throw SkippedRow{"neither time nor bandwidth"};
    return bytes / (algbw * kBytesPerUs);
}

//! S of the bytes that the table counts.
std::int64_t call_bytes(MeasuredTableRow const& row, SoftwareRule const& software, double told)
{
    double const bytes = software.bytes_to_others ? told * row.gpus / (row.gpus - 1.0) : told;
    if (bytes < 1) throw SkippedRow{"it moves nothing"};
    if (bytes > static_cast<double>(kLargestSize))
        throw SkippedRow{"more than " + size_text(kLargestSize) + ", the largest size there is"};
    return std::llround(bytes);
}

std::string with_generation(std::string name, std::string const& generation)
{
    auto const at = name.find(kGeneration);
    if (at == std::string::npos) return name;
    if (generation.empty()) throw SkippedRow{"the machine has no generation, which '" + name + "' asks for"};
    return name.replace(at, kGeneration.size(), generation);
}

//! Keys of the scenario for a row, but its library and algorithm.
Settings place_of(MeasuredTableRow const& row, MachineRule const& machine, Spread const& spread)
{
    if (spread.domains == 1) return {{"collective.group", std::to_string(row.gpus)}};
    if (machine.scale_out.empty())
        throw SkippedRow{std::to_string(spread.domains) + " domains, and the rules give the machine no NICs"};
    Settings settings = {{"fabric.domains", std::to_string(spread.domains)},
                         {"fabric.scale_out", machine.scale_out}};
    if (spread.gpus != spread.domain_gpus)
        settings.emplace_back("fabric.domain_gpus", std::to_string(spread.gpus));
    return settings;
}

RowCandidate candidate_of(std::string const& run, std::string const& op, MachineRule const& machine,
                          Settings const& place)
{
    std::string const name = with_generation(run, machine.generation);
    auto const slash = name.find('/');
    RowCandidate candidate{name.substr(0, slash), {}};
    candidate.settings = {{"library.name", candidate.library},
                          {"collective.op", op},
                          {"collective.algorithm", name.substr(slash + 1)}};
    candidate.settings.insert(candidate.settings.end(), place.begin(), place.end());
    return candidate;
}

}  // namespace

AskedRow asked_row(MeasuredTableRow const& row, ValidationSpec const& rules, RowModels& models)
{
    if (row.gpus < 2) throw SkippedRow{"fewer than two gpus"};
    MachineRule const& machine = machine_of(row, rules);
    Spread const spread = spread_of(row, machine, models);
    SoftwareRule const& software = software_of(row, spread, rules);
    double const bytes = told_bytes(row, software, rules);
    AskedRow asked;
    asked.scenario = machine.scenario;
    asked.bytes = call_bytes(row, software, bytes);
    asked.measured_us = told_us(row, software, bytes);
    Settings const place = place_of(row, machine, spread);
    for (auto const& run : software.runs)
        asked.candidates.push_back(candidate_of(run, software.op, machine, place));
    return asked;
}

void check_rules(ValidationSpec const& rules)
{
    ErrorList errors;
    for (auto const& rule : rules.software)
        for (auto const& run : rule.runs) {
            std::string const algorithm = run.substr(run.find('/') + 1);
            if (find_algorithm(rule.op, algorithm) == nullptr)
                errors.add(rule.place, "'runs' holds '" + run + "', and there is no algorithm '" + algorithm +
                                           "' for op '" + rule.op + "'; see copperwall list algorithms");
        }
    errors.throw_if_any();
}

}  // namespace copperwall
