#include "host/results/notes.h"

#include <algorithm>

namespace copperwall {

namespace {

constexpr std::size_t kNamed = 3;

struct FabricNote {
    std::string text;
    std::vector<std::string> fabrics;
};

std::vector<FabricNote> gathered(Results const& results)
{
    std::vector<FabricNote> notes;
    for (auto const& fabric : results.fabrics) {
        for (auto const& text : fabric.notes) {
            auto note =
                std::find_if(notes.begin(), notes.end(), [&](FabricNote const& n) { return n.text == text; });
            if (note == notes.end()) note = notes.insert(notes.end(), {text, {}});
            note->fabrics.push_back(fabric.spec.name + ", " + fabric.interconnect);
        }
    }
    return notes;
}

std::string words(FabricNote const& note, std::size_t fabrics)
{
    if (note.fabrics.size() >= fabrics) return note.text;
    std::string names;
    for (std::size_t i = 0; i != std::min(kNamed, note.fabrics.size()); ++i)
        names += (i == 0 ? "" : "; ") + note.fabrics[i];
    if (note.fabrics.size() > kNamed) names += "; " + std::to_string(note.fabrics.size() - kNamed) + " more";
    return names + ": " + note.text;
}

}  // namespace

std::vector<std::string> all_notes(Results const& results)
{
    std::vector<std::string> notes = results.notes;
    for (auto const& note : gathered(results)) {
        if (std::find(notes.begin(), notes.end(), note.text) != notes.end()) continue;
        notes.push_back(words(note, results.fabrics.size()));
    }
    return notes;
}

}  // namespace copperwall
