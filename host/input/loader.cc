#include "host/input/loader.h"

#include <algorithm>

#include "host/input/suggest.h"

namespace copperwall {

namespace {

namespace fs = std::filesystem;

fs::path root_above(fs::path folder)
{
    for (std::error_code error;; folder = folder.parent_path()) {
        if (fs::is_directory(folder / "topologies", error)) return folder;
        if (folder == folder.parent_path()) return {};
    }
}

bool is_file(fs::path const& file)
{
    std::error_code error;
    return fs::exists(file, error) && !fs::is_directory(file, error);
}

std::string exact_name(fs::path const& file, Tree const& tree)
{
    if (tree.root.empty()) return file.generic_string();
    fs::path const inside =
        fs::absolute(file).lexically_normal().lexically_relative(fs::absolute(tree.root).lexically_normal());
    bool const outside = inside.empty() || *inside.begin() == "..";
    return (outside ? file : inside).generic_string();
}

//! "nvl72.toml": the files of one kind in a folder.
std::vector<std::string> files_of(FileKind kind, fs::path const& folder)
{
    std::vector<std::string> files;
    for (auto const& name : names_in_folder(folder)) {
        ErrorList unsaid;
        std::string text;
        auto const document = parse_file(folder / (name + ".toml"), name, unsaid, text);
        if (document && guessed_kind(document->root) == kind) files.push_back(name + ".toml");
    }
    return files;
}

}  // namespace

Tree::Tree(fs::path const& file)
{
    std::error_code error;
    fs::path const here = fs::current_path(error);
    fs::path const folder = fs::absolute(file).lexically_normal().parent_path();
    root = root_above(folder);
    if (root.empty()) root = root_above(here);
    if (!root.empty() && file.is_relative()) root = root.lexically_proximate(here);
}

std::vector<std::string> names_in_folder(fs::path const& folder)
{
    std::vector<std::string> names;
    std::error_code error;
    for (auto const& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".toml" && is_file(entry.path()))
            names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::optional<Document> Loader::open(fs::path const& file)
{
    fs::path const shown = file.lexically_normal();
    std::string text;
    auto document = parse_file(file, shown.generic_string(), errors, text);
    if (document) files[exact_name(shown, tree)] = std::move(text);
    return document;
}

std::optional<fs::path> Loader::find_file(Located const& name, fs::path const& from, fs::path const& common,
                                          FileKind kind)
{
    for (auto const& folder : {from, common}) {
        if (is_file(folder / name.text)) return (folder / name.text).lexically_normal();
    }
    auto const there = files_of(kind, common);
    errors.add(name.place,
               "no " + kind_name(kind) + " file '" + name.text + "' (neither beside this file nor in " +
                   common.lexically_normal().generic_string() + ", which holds " + listed(there) +
                   "); name an existing file",
               did_you_mean(name.text, there));
    return std::nullopt;
}

std::optional<fs::path> Loader::find_named(Located const& name, fs::path const& folder,
                                           std::string const& kind)
{
    auto const there = names_in_folder(folder);
    if (std::find(there.begin(), there.end(), name.text) != there.end())
        return (folder / (name.text + ".toml")).lexically_normal();
    errors.add(name.place,
               "unknown " + kind + " '" + name.text + "' (" + folder.lexically_normal().generic_string() +
                   " holds " + listed(there) + "); take one of them or add a file",
               did_you_mean(fs::path(name.text).stem().string(), there));
    return std::nullopt;
}

}  // namespace copperwall
