#include <thrust/device_ptr.h>
#include <thrust/execution_policy.h>
#include <thrust/sort.h>

#include "cuda/device.h"
#include "cuda/device_memory.cuh"

namespace copperwall {
namespace {

//! Thread (n, m): draw n of model m, its figures into drawn[m][figure][n]; n = kDraws: the typical values.
__global__ void draw_risks(RiskInput const* models, std::uint32_t count, std::uint64_t seed, double* drawn,
                           Risk* typical)
{
    std::size_t const all = static_cast<std::size_t>(count) * (kDraws + 1);
    std::size_t const stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
    for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < all;
         i += stride) {
        std::size_t const m = i / (kDraws + 1);
        auto const n = static_cast<std::uint32_t>(i % (kDraws + 1));
        if (n == kDraws) {
            typical[m] = typical_risk(models[m]);
            continue;
        }
        Risk const risk = drawn_risk(models[m], seed, n);
        for (int f = 0; f != kRiskFigures; ++f) drawn[(m * kRiskFigures + f) * kDraws + n] = risk.of[f];
    }
}

//! Arrays of all models, one after another, and each model's view of its part of them.
class Models {
public:
    explicit Models(std::vector<RiskModel const*> const& models)
        : quantities_(joined(models, &RiskModel::quantities)),
          faulty_(joined(models, &RiskModel::faulty)),
          priced_(joined(models, &RiskModel::priced)),
          views_(views(models))
    {
    }

    RiskInput const* data() const { return views_.data(); }

private:
    template <class T>
    static std::vector<T> joined(std::vector<RiskModel const*> const& models, std::vector<T> RiskModel::*part)
    {
        std::vector<T> all;
        for (RiskModel const* m : models) all.insert(all.end(), (m->*part).begin(), (m->*part).end());
        return all;
    }

    std::vector<RiskInput> views(std::vector<RiskModel const*> const& models) const
    {
        std::vector<RiskInput> all;
        std::size_t q = 0, f = 0, p = 0;
        for (RiskModel const* m : models) {
            RiskInput view = m->view();
            view.quantities = quantities_.data() + q;
            view.faulty = faulty_.data() + f;
            view.priced = priced_.data() + p;
            q += m->quantities.size();
            f += m->faulty.size();
            p += m->priced.size();
            all.push_back(view);
        }
        return all;
    }

    DeviceArray<Uncertain> quantities_;
    DeviceArray<FaultyParts> faulty_;
    DeviceArray<PricedParts> priced_;
    DeviceArray<RiskInput> views_;
};

}  // namespace

std::vector<RiskBands> risk_bands_cuda(std::vector<RiskModel const*> const& models, std::uint64_t seed)
{
    if (std::string const why = why_no_device(); !why.empty()) throw DeviceError(why);
    if (models.empty()) return {};
    auto const count = static_cast<std::uint32_t>(models.size());
    Models const inputs(models);
    DeviceArray<double> const drawn(models.size() * kRiskFigures * kDraws);
    DeviceArray<Risk> const typical(models.size());
    constexpr unsigned kThreads = 128;
    std::size_t const blocks = (models.size() * (kDraws + 1) + kThreads - 1) / kThreads;
    draw_risks<<<static_cast<unsigned>(blocks < 65535 ? blocks : 65535), kThreads>>>(
        inputs.data(), count, seed, drawn.data(), typical.data());
    CW_CUDA_CALL(cudaGetLastError());

    std::vector<Risk> middle(models.size());
    std::vector<RiskBands> bands(models.size());
    for (std::size_t i = 0; i != models.size() * kRiskFigures; ++i) {
        double* const first = drawn.data() + i * kDraws;
        thrust::sort(thrust::device, thrust::device_pointer_cast(first),
                     thrust::device_pointer_cast(first + kDraws));
        Band& band = bands[i / kRiskFigures].of[i % kRiskFigures];
        CW_CUDA_CALL(cudaMemcpy(&band.low, first + kLowDraw, sizeof band.low, cudaMemcpyDeviceToHost));
        CW_CUDA_CALL(cudaMemcpy(&band.high, first + kHighDraw, sizeof band.high, cudaMemcpyDeviceToHost));
    }
    typical.copy_to(middle.data());
    for (std::size_t m = 0; m != models.size(); ++m)
        for (int f = 0; f != kRiskFigures; ++f) bands[m].of[f].typical = middle[m].of[f];
    return bands;
}

}  // namespace copperwall
