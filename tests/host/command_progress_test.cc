#include "host/command/progress.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <csignal>
#include <sstream>

#include "host/command/interrupt.h"

namespace copperwall {
namespace {

// 84 of 200 took 42 s, 0.5 s each: 116 x 0.5 s = 58 s are left.
TEST(ProgressLine, TellsShareAndTimeLeft)
{
    EXPECT_EQ(progress_line({84, 200, 84, 200}, "cells", 42), "[ 42%] 84/200 cells, ETA 58 s");
    EXPECT_EQ(progress_line({1, 2, 1, 2}, "cells", 600), "[ 50%] 1/2 cells, ETA 10 min");
    EXPECT_EQ(progress_line({1, 2, 1, 2}, "cells", 36000), "[ 50%] 1/2 cells, ETA 10 h");
}

// Two of ten cells are 90 s of the 120 s of work, and took 45 s: the other 30 s take 15 s.
TEST(ProgressLine, CountsWork)
{
    EXPECT_EQ(progress_line({2, 10, 90, 120}, "cells", 45), "[ 75%] 2/10 cells, ETA 15 s");
    EXPECT_EQ(progress_line({9, 10, 128, 128}, "cells", 50), "[ 99%] 9/10 cells, ETA 1 s");
}

TEST(ProgressLine, HasNoEtaAtItsEnds)
{
    EXPECT_EQ(progress_line({0, 200, 0, 50}, "cells", 5), "[  0%] 0/200 cells");
    EXPECT_EQ(progress_line({200, 200, 50, 50}, "cells", 5), "[100%] 200/200 cells");
    EXPECT_EQ(progress_line({0, 0, 0, 0}, "cells", 0), "[100%] 0/0 cells");
}

std::string said(Terminal terminal, std::ostringstream& err, std::chrono::milliseconds beat)
{
    {
        Progress progress(terminal, 4, 8, "cells", beat);
        progress.advance(2);
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    return err.str();
}

TEST(Progress, BeatsInLinesWhereNobodyWatches)
{
    std::ostringstream out, err;
    std::string const text = said({out, err}, err, std::chrono::milliseconds(20));
    EXPECT_NE(text.find("[ 25%] 1/4 cells, ETA "), std::string::npos) << text;
    EXPECT_EQ(text.back(), '\n');
    EXPECT_EQ(text.find('\r'), std::string::npos);
    EXPECT_EQ(out.str(), "");
}

TEST(Progress, RedrawsAndClearsALineOnATerminal)
{
    std::ostringstream out, err;
    std::string const text = said({out, err, false, true}, err, std::chrono::seconds(30));
    EXPECT_NE(text.find("\r[ 25%] 1/4 cells, ETA "), std::string::npos) << text;
    EXPECT_EQ(text.substr(text.size() - 4), "\r\033[K");
    EXPECT_EQ(text.find('\n'), std::string::npos);
}

TEST(Progress, IsSilentWhenQuiet)
{
    std::ostringstream out, err;
    EXPECT_EQ(said({out, err, true, true}, err, std::chrono::milliseconds(20)), "");
}

TEST(Interrupt, TheFirstSignalAsksForAStop)
{
    InterruptWatch const watch;
    EXPECT_FALSE(watch.requested());
    std::raise(SIGINT);
    EXPECT_TRUE(watch.requested());
}

TEST(InterruptDeathTest, TheSecondSignalEndsTheProcessAtOnce)
{
    auto const twice = [] {
        InterruptWatch const watch;
        std::raise(SIGINT);
        std::raise(SIGINT);
        _exit(0);
    };
    EXPECT_EXIT(twice(), testing::ExitedWithCode(130), "stopping, finished results are kept");
}

}  // namespace
}  // namespace copperwall
