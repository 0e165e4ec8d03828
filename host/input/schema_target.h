//! What the sections of schema.cc fill before names are resolved, and how a row puts a value in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "host/input/schema.h"

namespace copperwall {

//! Which gpus' NICs share a leaf, by their domains: as the file says, those of one place in each, or of one.
enum class LeavesOfNics : std::uint8_t { file, rails, domains };

//! A scenario as written: its files and names not yet resolved.
struct ScenarioFile {
    ScenarioSpec spec;
    Located fabric;
    Located scale_out;
    Located fallback;
    std::uint32_t domains = 1;
    std::uint32_t domain_gpus = 0;          //!< 0: the file's
    double oversubscription = 0;            //!< 0: the file's
    double scale_out_oversubscription = 0;  //!< 0: the file's
    LeavesOfNics scale_out_leaves = LeavesOfNics::file;
    Located library;
    std::uint32_t messages_at_once = 0;  //!< 0: the library's
    std::map<std::string, LocatedEnds> ends;
    std::map<std::string, Place> ends_places;
    std::map<std::string, Located> wires;  //!< by tier, or "all" within domains: instead of the fabric's
    std::map<std::string, Place> wires_places;
};

//! A [[where]] of a study as written.
struct RuleFile {
    StudyRule rule;
    std::vector<Place> places;  //!< one a row of rule.at
    std::vector<WrittenAssignment> settings;
};

struct StudyFile {
    StudySpec spec;
    Located scenario;
    std::vector<Located> measured;
    std::vector<std::vector<AxisPoint>> axes;  //!< one a row of spec.axes
    std::vector<RuleFile> rules;
};

using MediaFile = std::map<std::string, MediumSpec>;

struct QuantityParts {
    std::optional<double> value, low, high;
    std::optional<std::string> source;
    std::optional<Status> status;
};

struct RangeParts {
    std::int64_t from = 0, to = 0, factor = 0;
};

struct AxisParts {
    std::string key;
    std::vector<WrittenValue> values;
};

// ---- Found values into members ----------------------------------------------------------------------

template <class M>
void assign(M& member, Found const& found)
{
    if constexpr (std::is_same_v<M, Located>) {
        member = {std::get<std::string>(found.value), found.place};
    } else if constexpr (std::is_same_v<M, std::vector<std::uint32_t>>) {
        member.clear();
        for (auto v : std::get<std::vector<std::int64_t>>(found.value))
            member.push_back(static_cast<std::uint32_t>(v));
    } else if constexpr (std::is_enum_v<M> || (std::is_integral_v<M> && !std::is_same_v<M, bool>)) {
        member = static_cast<M>(std::get<std::int64_t>(found.value));
    } else {
        member = std::get<M>(found.value);
    }
}

inline void assign(bool& member, Found const& found)
{
    auto const* choice = std::get_if<std::int64_t>(&found.value);
    member = choice ? *choice != 0 : std::get<bool>(found.value);
}

template <class M>
void assign(std::optional<M>& member, Found const& found)
{
    assign(member.emplace(), found);
}

//! Stores into a member of the section's target.
template <class T, class M>
Store into(M T::*member)
{
    return [member](void* target, Found const& found) { assign(static_cast<T*>(target)->*member, found); };
}

//! Stores into a member of a member.
template <class T, class S, class M>
Store into(S T::*part, M S::*member)
{
    return [part, member](void* target, Found const& found) {
        assign((static_cast<T*>(target)->*part).*member, found);
    };
}

//! And of a member of that.
template <class T, class R, class S, class M>
Store into(R T::*whole, S R::*part, M S::*member)
{
    return [whole, part, member](void* target, Found const& found) {
        assign(((static_cast<T*>(target)->*whole).*part).*member, found);
    };
}

// ---- Tables into structs ----------------------------------------------------------------------------

using Open = std::function<void*(void*, std::string const&, Place const&)>;

//! The section fills its parent's own struct.
inline Open same()
{
    return [](void* parent, std::string const&, Place const&) { return parent; };
}

//! The same, and its place is the struct's.
template <class T>
Open same_at(Place T::*place)
{
    return [place](void* parent, std::string const&, Place const& at) {
        static_cast<T*>(parent)->*place = at;
        return parent;
    };
}

template <class T, class M>
Open part(M T::*member)
{
    return [member](void* parent, std::string const&, Place const&) -> void* {
        return &(static_cast<T*>(parent)->*member);
    };
}

template <class T, class M>
Open appended(std::vector<M> T::*member)
{
    return [member](void* parent, std::string const& name, Place const& at) -> void* {
        M& made = (static_cast<T*>(parent)->*member).emplace_back();
        if constexpr (requires { made.place; }) made.place = at;
        if constexpr (requires { made.name; }) {
            if (!name.empty()) made.name = name;
        }
        return &made;
    };
}

}  // namespace copperwall
