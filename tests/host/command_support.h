//! Runs the command line in this process, in the source tree, and keeps what it says.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "host/command/cli.h"

namespace copperwall {

struct Said {
    int code = 0;
    std::string out;
    std::string err;
};

inline Said copperwall(std::vector<std::string> const& arguments)
{
    std::vector<char const*> argv = {"copperwall"};
    for (auto const& argument : arguments) argv.push_back(argument.c_str());
    std::ostringstream out;
    std::ostringstream err;
    int const code = command_line(static_cast<int>(argv.size()), argv.data(), {out, err});
    return {code, out.str(), err.str()};
}

//! Each test in the top of the source tree, with an empty folder of its own elsewhere.
class CommandTest : public testing::Test {
protected:
    CommandTest()
    {
        std::filesystem::current_path(CW_SOURCE_DIR);
        folder =
            std::filesystem::temp_directory_path() / ("copperwall_" + std::to_string(std::random_device()()));
        std::filesystem::create_directories(folder);
    }
    ~CommandTest() override { std::filesystem::remove_all(folder); }

    std::string file(std::string const& name) const { return (folder / name).string(); }

    std::string write(std::string const& name, std::string const& text) const
    {
        std::ofstream(folder / name) << text;
        return file(name);
    }

    std::filesystem::path folder;
};

}  // namespace copperwall
