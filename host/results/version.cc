#include "host/results/version.h"

namespace copperwall {

char const* version()
{
    return CW_VERSION;
}

char const* full_version()
{
    return CW_FULL_VERSION;
}

}  // namespace copperwall
