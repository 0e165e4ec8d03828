#include <map>

#include "cuda/device_memory.cuh"
#include "cuda/device_queue.cuh"

namespace copperwall {
namespace {

//! The devices that have been used, and how busy they are.
class Devices {
public:
    static Devices& all()
    {
        // Never destroyed: at exit the driver may be gone before.
        static auto& devices = *new Devices;
        return devices;
    }

    //! On the least busy of options.devices; where it fails, on the next.
    EngineResult run(EngineInput const& input, EngineOptions const& options)
    {
        for (std::string error;;) {
            Device* const device = take(options.devices, error);
            if (device == nullptr) throw DeviceError(error);
            try {
                EngineResult result = queue_of(*device).run(input, options);
                give_back(*device, {});
                return result;
            } catch (DeviceError const& failure) {
                error = failure.what();
                give_back(*device, error);
            } catch (...) {
                give_back(*device, {});
                throw;
            }
        }
    }

    DeviceUse use()
    {
        std::scoped_lock const lock(mutex_);
        DeviceUse all;
        for (auto const& [index, device] : devices_) {
            if (!device.queue) continue;
            DeviceUse const one = device.queue->use();
            all.kernel_s += one.kernel_s;
            all.launches += one.launches;
            all.scenarios += one.scenarios;
        }
        return all;
    }

private:
    struct Device {
        int index = 0;
        std::size_t scenarios = 0;  //!< here now
        std::size_t taken = 0;      //!< ever
        std::string failure;        //!< after which it does nothing more for this process
        std::unique_ptr<DeviceQueue> queue;

        bool before(Device const& other) const
        {
            return scenarios != other.scenarios ? scenarios < other.scenarios : taken < other.taken;
        }
    };

    //! null: all have failed, as `error` then says.
    Device* take(std::uint64_t allowed, std::string& error)
    {
        std::scoped_lock const lock(mutex_);
        Device* best = nullptr;
        for (int index = 0; index != 64; ++index) {
            if ((allowed >> index & 1) == 0) continue;
            Device& device = devices_[index];
            device.index = index;
            if (!device.failure.empty())
                error = device.failure;
            else if (best == nullptr || device.before(*best))
                best = &device;
        }
        if (best == nullptr) {
            if (error.empty()) error = "no device to run on: EngineOptions::devices is 0";
            return nullptr;
        }
        ++best->scenarios;
        ++best->taken;
        return best;
    }

    void give_back(Device& device, std::string const& failure)
    {
        std::scoped_lock const lock(mutex_);
        --device.scenarios;
        if (device.failure.empty()) device.failure = failure;
    }

    DeviceQueue& queue_of(Device& device)
    {
        std::scoped_lock const lock(mutex_);
        if (!device.queue) device.queue = std::make_unique<DeviceQueue>(device.index);
        return *device.queue;
    }

    std::mutex mutex_;
    std::map<int, Device> devices_;
};

}  // namespace

EngineResult run_windows_cuda(EngineInput const& input, EngineOptions const& options)
{
    if (std::string const why = why_no_device(); !why.empty()) throw DeviceError(why);
    return Devices::all().run(input, options);
}

DeviceUse device_use()
{
    return Devices::all().use();
}

}  // namespace copperwall
