#include "cuda/device_image.cuh"

#include "cuda/device_memory.cuh"

namespace copperwall {
namespace {

//! Every thread copies on a stream of its own, beside the kernels of others.
cudaStream_t const kOwnStream = cudaStreamPerThread;

template <class T>
void fetch(std::vector<T>& to, T const* from)
{
    if (to.empty()) return;
    CW_CUDA_CALL(cudaMemcpyAsync(to.data(), from, to.size() * sizeof(T), cudaMemcpyDeviceToHost, kOwnStream));
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

void DeviceArrays::upload() const
{
    for (Part const& part : parts_) {
        if (part.bytes == 0) continue;
        CW_CUDA_CALL(
            cudaMemcpyAsync(place_ + part.offset, part.data, part.bytes, cudaMemcpyHostToDevice, kOwnStream));
    }
    CW_CUDA_CALL(cudaStreamSynchronize(kOwnStream));
}

DeviceImage::DeviceImage(EngineInput const& input, EngineOptions const& options)
    : prepared_(input, options),
      arrays_(prepared_),
      steps_(static_cast<std::size_t>(input.schedule.steps) * input.network.link_classes)
{
    Model const& host = prepared_.model();
    WiringLists const lists(input.network, arrays_.egress);
    unsigned long long const no_hash = 0;
    std::size_t const sizes = std::size_t{host.rate_count} * host.sizes;
    Model& m = scenario_.model = host;
    State& s = scenario_.state;
    DeviceArrays all;
    all.add(m.nodes, input.network.nodes);
    all.add(m.links, input.network.links);
    all.add(m.routes, input.network.routes);
    all.add(m.port_sets, input.network.port_sets);
    all.add(m.listed_ports, input.network.listed_ports);
    all.add(m.outages, host.outages, std::max<std::size_t>(1, input.network.outages.size()));
    all.add(m.replanned_fs, input.network.replanned_fs);
    all.add(m.back, host.back, host.acks ? host.link_count : 0);
    all.add(m.serialisation, host.serialisation, sizes);
    all.add(m.wire_bytes, host.wire_bytes, sizes);
    all.add(m.families, input.schedule.families);
    all.add(m.family_base, host.family_base, host.family_count + 1);
    all.add(m.table, input.schedule.table);
    all.add(m.waiting_first, host.waiting_first, host.counters + 1);
    all.add(m.waiting, host.waiting, host.waiting_first[host.counters]);
    all.add(scenario_.wiring.first, lists.first());
    all.add(scenario_.wiring.ingress, lists.ingress());
    all.add(scenario_.wiring.due, lists.due());
    scenario_.wiring.few_ports = lists.few_ports();
    all.add(s.egress, arrays_.egress);
    all.add(s.ingress, arrays_.ingress);
    all.add(s.credits_in, arrays_.credits_in);
    all.add(s.credits_out, arrays_.credits_out);
    all.add(s.use, arrays_.use);
    all.add(s.ports, arrays_.ports);
    all.add(s.runs, arrays_.runs);
    all.add(s.messages, arrays_.messages);
    all.add(s.counters, arrays_.counters);
    all.add(s.released, arrays_.released);
    all.add(s.queued_until, arrays_.queued_until);
    all.add(s.queues, arrays_.queues);
    all.add(s.channel_queues, arrays_.channel_queues);
    all.add(s.open, arrays_.open);
    all.add(s.acks, arrays_.acks);
    all.add(scenario_.steps, steps_);
    all.add(scenario_.hash, &no_hash, 1);
    block_ = std::make_unique<DeviceBlock>(all.bytes());
    all.place(block_->data());
    all.upload();
}

EngineResult DeviceImage::results()
{
    std::vector<unsigned long long> hash(1);
    fetch(arrays_.messages, scenario_.state.messages);
    fetch(arrays_.use, scenario_.state.use);
    fetch(steps_, scenario_.steps);
    fetch(hash, scenario_.hash);
    CW_CUDA_CALL(cudaStreamSynchronize(kOwnStream));
    EngineResult result;
    result.messages = std::move(arrays_.messages);
    result.links = std::move(arrays_.use);
    result.steps = std::move(steps_);
    result.hop_hash = hash.front();
    result.window_fs = prepared_.model().window_fs;
    result.memory_bytes = bytes();
    return result;
}

}  // namespace copperwall
