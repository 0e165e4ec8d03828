#include "host/schedule/hierarchical_all_reduce.h"

#include "host/schedule/pipelined_all_reduce.h"

namespace copperwall {

namespace {

CollectiveCall in_one_chunk(CollectiveCall call)
{
    call.chunks = 1;
    return call;
}

}  // namespace

Schedule hierarchical_all_reduce(CollectiveCall const& call)
{
    return pipelined_all_reduce(in_one_chunk(call));
}

double hierarchical_all_reduce_ns(CollectiveCall const& call, Paths const& paths)
{
    return pipelined_all_reduce_ns(in_one_chunk(call), paths);
}

}  // namespace copperwall
