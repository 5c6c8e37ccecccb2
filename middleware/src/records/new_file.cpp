#include "records/new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "records/ids.hpp"
#include "records/store.hpp"

namespace abide::detail {
namespace {

store_error fault(const std::string& file, const char* what) {
  return store_error(file + ": " + what + ": " + std::strerror(errno));
}

/// Some file systems cannot sync a folder (EINVAL), and some folders cannot be read; neither is an error.
void sync_folder_of(const std::string& file) {
  const std::string folder = std::filesystem::path(file).parent_path().string();
  const int opened = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return;
  const int why = ::fsync(opened) == 0 ? 0 : errno;
  ::close(opened);
  errno = why;
  if (why != 0 && why != EINVAL) throw fault(file, "cannot write the file's folder to the disk");
}

}  // namespace

bool is_empty_file(const std::string& file) {
  struct stat about {};
  return ::stat(file.c_str(), &about) == 0 && S_ISREG(about.st_mode) && about.st_size == 0;
}

void warn_of_readers(const std::string& file, std::vector<std::string>& told) {
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0 || (about.st_mode & 0007u) == 0) return;
  told.push_back(file + ": every user of this machine may read or write the log; run chmod 600 " + file);
}

new_file::new_file(const std::string& target) : target_(target), name_(target + ".new-" + new_subject()) {
  const int made = ::open(name_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made < 0) throw fault(target_, "cannot create the file");
  ::close(made);
}

new_file::~new_file() {
  for (const char* rest : {"", "-journal", "-wal", "-shm"}) ::unlink((name_ + rest).c_str());
}

// Uses link, not rename, which would replace a log that another process just made; renames only if the file system has
// no links.
void new_file::take_place() const {
  const bool is_there = ::link(name_.c_str(), target_.c_str()) == 0 || errno == EEXIST;
  if (!is_there && ::rename(name_.c_str(), target_.c_str()) != 0) throw fault(target_, "cannot create the file");
  sync_folder_of(target_);
}

}  // namespace abide::detail
