#include "directory/change_signal.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace directory {

namespace {

[[noreturn]] void fail(const std::string& file) {
  throw base::Failure(base::ErrorKind::kUnavailable, "cannot use the directory's change file", file + ": " + std::strerror(errno));
}

}  // namespace

ChangeSignal::ChangeSignal(const std::string& file) {
  if (file.empty()) return;
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0) fail(file);
  struct stat info {};
  // Growing a file adds zeros; two processes that both do it agree.
  const bool sized = fstat(fd, &info) == 0 && (info.st_size >= 8 || ftruncate(fd, 8) == 0);
  void* mapped = sized ? mmap(nullptr, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
  const int error = errno;
  close(fd);
  errno = error;
  if (mapped == MAP_FAILED) fail(file);
  counter_ = static_cast<uint64_t*>(mapped);
}

ChangeSignal::~ChangeSignal() {
  if (counter_ != &own_) munmap(counter_, 8);
}

}  // namespace directory
