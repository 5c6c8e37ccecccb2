#pragma once
// A file in memory, for code that opens files by name.
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "input.hpp"

class memory_file {
 public:
  explicit memory_file(std::string_view bytes = {}) : file_(memfd_create("fuzz", 0)) {
    must(file_ >= 0, "there is room for a file");
    for (; !bytes.empty(); bytes.remove_prefix(static_cast<std::size_t>(put(bytes)))) continue;
    lseek(file_, 0, SEEK_SET);
  }
  ~memory_file() { close(file_); }
  memory_file(const memory_file&) = delete;

  int number() const { return file_; }
  std::string name() const { return "/proc/self/fd/" + std::to_string(file_); }
  std::string text() const {
    std::string read(static_cast<std::size_t>(lseek(file_, 0, SEEK_END)), '\0');
    const auto size = pread(file_, read.data(), read.size(), 0);
    must(size == static_cast<ssize_t>(read.size()), "the file can be read");
    return read;
  }

 private:
  ssize_t put(std::string_view bytes) const {
    const ssize_t size = write(file_, bytes.data(), bytes.size());
    must(size > 0, "the file can be written");
    return size;
  }
  int file_;
};
