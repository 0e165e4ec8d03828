#include "host/command/cli.h"

int main(int argc, char** argv)
{
    return copperwall::command_line(argc, argv, copperwall::process_terminal());
}
