#include "tests/cuda/support/exactness.h"

namespace copperwall::testing {

namespace {

constexpr Variant kVariants[] = {{1, 1, kNone}, {0.37, 1, kNone}, {0.11, 1, kNone}, {1, 2, kNone},
                                 {0.37, 4, 7},  {1, 1, 1},        {1, 2, 1}};

}  // namespace

EngineOptions hashed()
{
    EngineOptions options;
    options.hash = true;
    return options;
}

EngineResult reference(EngineInput const& input)
{
    EngineOptions options = hashed();
    options.engine = Engine::reference;
    return run_everywhere(input, options);
}

EngineResult windows(EngineInput const& input, Variant const& v)
{
    EngineOptions options = hashed();
    options.threads = v.threads;
    options.longest_train = v.longest_train;
    options.window_fs = static_cast<Time>(v.window * static_cast<double>(largest_window_fs(input)));
    return run_everywhere(input, options);
}

void expect_exact(EngineInput const& input)
{
    EngineResult const expected = reference(input);
    for (Variant const& v : kVariants) {
        EXPECT_TRUE(equal_runs(windows(input, v), expected))
            << "window x " << v.window << ", " << v.threads << " threads, trains of " << v.longest_train;
    }
}

Shape nvl72(std::uint32_t planes, bool folded)
{
    Shape s;
    s.per_leaf = 72;
    s.planes = planes;
    s.folded = folded;
    s.latency_fs = 122'530'500;  // topologies/nvl72.toml on copper: 122.5305 ns a link
    return s;
}

Shape two_tiers(std::uint32_t planes)
{
    Shape s;
    s.leaves = 4;
    s.per_leaf = 9;
    s.spines = 9;
    s.planes = planes;
    return s;
}

Network spread(Shape shape)
{
    shape.spreads = true;
    return leaf_spine(shape);
}

Network with_spreading(Network network, Spreading spreading)
{
    network.spreading = spreading;
    return network;
}

ThreeTiers small_tiers(bool spreads, std::uint32_t planes)
{
    ThreeTiers shape;
    shape.pods = 3;
    shape.leaves = 2;
    shape.per_leaf = 4;
    shape.spines = 2;
    shape.cores = 3;
    shape.planes = planes;
    shape.spreads = spreads;
    return shape;
}

}  // namespace copperwall::testing
