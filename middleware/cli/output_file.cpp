#include "output_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/write_whole.hpp"

namespace abide::detail::cli {
namespace {

namespace fs = std::filesystem;

/// A path may name a file that does not exist yet, such as the journal of a store that nobody writes to.
bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code ignored;
  if (fs::equivalent(a, b, ignored)) return true;
  const fs::path one = fs::weakly_canonical(fs::absolute(a, ignored), ignored);
  return !one.empty() && one == fs::weakly_canonical(fs::absolute(b, ignored), ignored);
}

[[noreturn]] void fail(const std::string& file, int why) {
  throw config_error(file + ": cannot write: " + std::strerror(why));
}

/// Returns 0, or errno. Some systems tell only at the end that the disk is full.
int write_and_close(int number, std::string_view bytes) {
  int why = write_whole(number, bytes);
  if (why == 0 && ::fsync(number) != 0 && errno != EINVAL && errno != EROFS) why = errno;
  if (::close(number) != 0 && why == 0) why = errno;
  return why;
}

void write_into(const std::string& file, std::string_view bytes) {
  const int number = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (number < 0) fail(file, errno);
  if (const int why = write_and_close(number, bytes); why != 0) fail(file, why);
}

/// Who may read a new file is what the process's umask says, as if `open` had made it.
mode_t mode_of_new_file() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

/// `shown`: the file as the user named it.
void replace(const std::string& file, const std::string& shown, std::string_view bytes, mode_t who) {
  std::string made = file + ".XXXXXX";
  const int number = ::mkstemp(made.data());
  if (number < 0) fail(shown, errno);
  int why = ::fchmod(number, who) == 0 ? 0 : errno;
  if (const int worse = write_and_close(number, bytes); why == 0) why = worse;
  if (why == 0 && ::rename(made.c_str(), file.c_str()) != 0) why = errno;
  if (why == 0) return;
  ::unlink(made.c_str());
  fail(shown, why);
}

}  // namespace

std::vector<std::string> files_of_store(const std::string& store) {
  constexpr std::string_view sqlite = "sqlite:";
  if (!store.starts_with(sqlite)) return {};
  const std::string file = store.substr(sqlite.size());
  return {file, file + "-wal", file + "-shm", file + "-journal"};
}

std::vector<std::string> files_of_policy(const config& site) {
  constexpr std::string_view scheme = "file:";
  std::vector<std::string> all = files_of_store(site.records);
  for (const std::string& place : {site.keys, site.keys_retired, site.record_heads})
    if (place.starts_with(scheme)) all.push_back(place.substr(scheme.size()));
  if (!site.maxmind_file.empty()) all.push_back(site.maxmind_file);
  return all;
}

void refuse_input(const std::string& file, const std::vector<std::string>& inputs) {
  for (const std::string& each : inputs)
    if (is_same_file(file, each))
      throw config_error(file + ": cannot write: this file is an input of the command; name another one");
}

void write_output(const std::string& file, std::string_view bytes, const std::vector<std::string>& inputs) {
  refuse_input(file, inputs);
  struct stat facts {};
  const bool exists = ::stat(file.c_str(), &facts) == 0;
  if (exists && S_ISDIR(facts.st_mode)) fail(file, EISDIR);
  if (exists && !S_ISREG(facts.st_mode)) return write_into(file, bytes);
  std::error_code ignored;
  const fs::path target = fs::weakly_canonical(file, ignored);  // a link stays a link
  replace(target.empty() ? file : target.string(), file, bytes, exists ? facts.st_mode & 07777 : mode_of_new_file());
}

}  // namespace abide::detail::cli
