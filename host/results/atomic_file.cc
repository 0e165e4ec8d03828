#include "host/results/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace copperwall {

namespace {

namespace fs = std::filesystem;

//! A new file beside the final one; gone again unless it was renamed.
class PartFile {
public:
    explicit PartFile(fs::path file) : final_(std::move(file)), part_(part_name())
    {
        descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        require(descriptor_ >= 0);
    }
    ~PartFile()
    {
        if (descriptor_ >= 0) ::close(descriptor_);
        if (!part_.empty()) ::unlink(part_.c_str());
    }
    PartFile(PartFile const&) = delete;
    PartFile& operator=(PartFile const&) = delete;

    void write(std::span<char const> bytes)
    {
        while (!bytes.empty()) {
            ssize_t const written = ::write(descriptor_, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            require(written > 0);
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
    }

    void commit()
    {
        require(::fsync(descriptor_) == 0);
        require(::close(std::exchange(descriptor_, -1)) == 0);
        require(::rename(part_.c_str(), final_.c_str()) == 0);
        part_.clear();
    }

private:
    std::string part_name() const
    {
        static std::atomic<unsigned> next{0};
        return final_.string() + "." + std::to_string(::getpid()) + "." + std::to_string(next++) + ".part";
    }

    void require(bool fine) const
    {
        if (fine) return;
        throw std::runtime_error("cannot write " + final_.string() + ": " +
                                 std::generic_category().message(errno));
    }

    fs::path final_;
    std::string part_;
    int descriptor_ = -1;
};

}  // namespace

void write_whole(fs::path const& file, std::span<char const> bytes)
{
    PartFile part(file);
    part.write(bytes);
    part.commit();
}

}  // namespace copperwall
