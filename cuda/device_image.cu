#include "cuda/device_image.cuh"

#include <algorithm>
#include <cstring>

#include "cuda/device_memory.cuh"

namespace copperwall {
namespace {

//! Every thread copies on a stream of its own, beside the kernels of others.
cudaStream_t const kOwnStream = cudaStreamPerThread;

//! The bytes of an image that a piece of staging memory holds.
struct Chunk {
    std::size_t first = 0;
    std::size_t bytes = 0;
    std::byte* data = nullptr;
};

//! f(offset in the part, where it is in the chunk, bytes) where there is some of the part in it.
template <class F>
void for_overlap(Chunk const& chunk, std::size_t offset, std::size_t bytes, F const& f)
{
    std::size_t const from = std::max(chunk.first, offset);
    std::size_t const to = std::min(chunk.first + chunk.bytes, offset + bytes);
    if (from < to) f(from - offset, chunk.data + (from - chunk.first), to - from);
}

//! f(chunk) for one after another of an image's bytes.
template <class F>
void in_chunks(StagingPool& pool, std::size_t first, std::size_t end, F const& f)
{
    Staging const staging(pool);
    for (; first < end; first += kStagingBytes)
        f(Chunk{first, std::min(kStagingBytes, end - first), staging.data()});
}

}  // namespace

DeviceBlock::DeviceBlock(std::size_t bytes) : bytes_(bytes)
{
    cudaError_t const error = cudaMallocAsync(reinterpret_cast<void**>(&data_), bytes, kOwnStream);
    if (error == cudaErrorMemoryAllocation) {
        cudaGetLastError();  // said and done: the next call starts afresh
        throw DeviceMemoryShort{bytes};
    }
    check_cuda(error, "cudaMallocAsync", __FILE__, __LINE__);
}

DeviceBlock::~DeviceBlock()
{
    cudaFreeAsync(data_, kOwnStream);
}

void DeviceArrays::place(std::byte* at)
{
    place_ = at;
    for (Part const& part : parts_) *part.slot = part.bytes == 0 ? nullptr : at + part.offset;
}

void DeviceArrays::upload(StagingPool& pool) const
{
    in_chunks(pool, 0, bytes_, [&](Chunk const& chunk) {
        for (Part const& part : parts_)
            for_overlap(chunk, part.offset, part.bytes, [&](std::size_t at, std::byte* to, std::size_t n) {
                std::memcpy(to, part.data + at, n);
            });
        CW_CUDA_CALL(cudaMemcpyAsync(place_ + chunk.first, chunk.data, chunk.bytes, cudaMemcpyHostToDevice,
                                     kOwnStream));
        CW_CUDA_CALL(cudaStreamSynchronize(kOwnStream));
    });
}

void DeviceArrays::download(StagingPool& pool) const
{
    auto const first =
        std::find_if(parts_.begin(), parts_.end(), [](Part const& part) { return part.result != nullptr; });
    if (first == parts_.end()) return;
    in_chunks(pool, first->offset, bytes_, [&](Chunk const& chunk) {
        CW_CUDA_CALL(cudaMemcpyAsync(chunk.data, place_ + chunk.first, chunk.bytes, cudaMemcpyDeviceToHost,
                                     kOwnStream));
        CW_CUDA_CALL(cudaStreamSynchronize(kOwnStream));
        for (auto part = first; part != parts_.end() && part->result != nullptr; ++part)
            for_overlap(chunk, part->offset, part->bytes,
                        [&](std::size_t at, std::byte* from, std::size_t n) {
                            std::memcpy(part->result + at, from, n);
                        });
    });
}

DeviceImage::DeviceImage(EngineInput const& input, EngineOptions const& options, StagingPool& pool)
    : pool_(pool),
      prepared_(input, options),
      arrays_(prepared_),
      steps_(static_cast<std::size_t>(input.schedule.steps) * input.network.link_classes),
      hash_(1)
{
    Model const& host = prepared_.model();
    WiringLists const lists(input.network, arrays_.egress);
    std::size_t const sizes = std::size_t{host.rate_count} * host.sizes;
    Model& m = scenario_.model = host;
    State& s = scenario_.state;
    all_.add(m.nodes, input.network.nodes);
    all_.add(m.links, input.network.links);
    all_.add(m.routes, input.network.routes);
    all_.add(m.port_sets, input.network.port_sets);
    all_.add(m.listed_ports, input.network.listed_ports);
    all_.add(m.outages, host.outages, std::max<std::size_t>(1, input.network.outages.size()));
    all_.add(m.replanned_fs, input.network.replanned_fs);
    all_.add(m.back, host.back, host.acks ? host.link_count : 0);
    all_.add(m.serialisation, host.serialisation, sizes);
    all_.add(m.wire_bytes, host.wire_bytes, sizes);
    all_.add(m.families, input.schedule.families);
    all_.add(m.family_base, host.family_base, host.family_count + 1);
    all_.add(m.table, input.schedule.table);
    all_.add(m.waiting_first, host.waiting_first, host.counters + 1);
    all_.add(m.waiting, host.waiting, host.waiting_first[host.counters]);
    all_.add(scenario_.wiring.first, lists.first());
    all_.add(scenario_.wiring.ingress, lists.ingress());
    all_.add(scenario_.wiring.due, lists.due());
    scenario_.wiring.few_ports = lists.few_ports();
    all_.add(s.egress, arrays_.egress);
    all_.add(s.ingress, arrays_.ingress);
    all_.add(s.credits_in, arrays_.credits_in);
    all_.add(s.credits_out, arrays_.credits_out);
    all_.add(s.ports, arrays_.ports);
    all_.add(s.runs, arrays_.runs);
    all_.add(s.counters, arrays_.counters);
    all_.add(s.released, arrays_.released);
    all_.add(s.queued_until, arrays_.queued_until);
    all_.add(s.queues, arrays_.queues);
    all_.add(s.channel_queues, arrays_.channel_queues);
    all_.add(s.open, arrays_.open);
    all_.add(s.acks, arrays_.acks);
    all_.add_result(s.messages, arrays_.messages);
    all_.add_result(s.use, arrays_.use);
    all_.add_result(scenario_.steps, steps_);
    all_.add_result(scenario_.hash, hash_);
    block_ = std::make_unique<DeviceBlock>(all_.bytes());
    all_.place(block_->data());
    all_.upload(pool_);
}

EngineResult DeviceImage::results()
{
    all_.download(pool_);
    EngineResult result;
    result.messages = std::move(arrays_.messages);
    result.links = std::move(arrays_.use);
    result.steps = std::move(steps_);
    result.hop_hash = hash_.front();
    result.window_fs = prepared_.model().window_fs;
    result.memory_bytes = bytes();
    return result;
}

}  // namespace copperwall
