// Errors of the system are reported and lose as little as possible: the proxy's access log, the log's heads, a new
// store.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "catch.hpp"
#include "proxy/journal.hpp"
#include "records/heads_file.hpp"
#include "records_place.hpp"

using namespace abide::detail;
using namespace records_test;
using Catch::Matchers::Contains;

namespace {

/// Which calls fail, and how. The functions below read it.
struct faults {
  int dup3 = 0;             ///< errno; 0: none
  int times = 1 << 20;      ///< how often dup3 fails
  int fsync = 0;            ///< errno, of folders alone
  std::size_t most = 0;     ///< bytes that one write takes; 0: all
  bool interrupts = false;  ///< every second write is interrupted
};
faults now;

/// Calls fail while it exists.
struct with_faults {
  explicit with_faults(const faults& wanted) { now = wanted; }
  ~with_faults() { now = {}; }
};

bool is_folder(int number) { return ::fcntl(number, F_GETFL) & O_DIRECTORY; }

std::string contents(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct folder {
  std::string path = "/tmp/abide-faults-" + std::to_string(::getpid());
  folder() { std::filesystem::create_directories(path); }
  ~folder() { std::filesystem::remove_all(path); }
};

}  // namespace

extern "C" int dup3(int from, int to, int flags) noexcept {
  if (now.dup3 != 0 && now.times-- > 0) return errno = now.dup3, -1;
  return static_cast<int>(syscall(SYS_dup3, from, to, flags));
}

extern "C" int fsync(int number) {
  if (now.fsync != 0 && is_folder(number)) return errno = now.fsync, -1;
  return static_cast<int>(syscall(SYS_fsync, number));
}

extern "C" ssize_t write(int number, const void* bytes, std::size_t size) {
  static thread_local bool is_interrupted = false;
  if (now.interrupts && (is_interrupted = !is_interrupted)) return errno = EINTR, -1;
  return syscall(SYS_write, number, bytes, now.most > 0 ? std::min(size, now.most) : size);
}

TEST_CASE("an access log that cannot be reopened says why and goes on in the old file") {
  const folder in;
  const std::string file = in.path + "/access.log", old = file + ".1";
  proxy::journal log(file);
  CHECK(log.write("one\n").empty());
  std::filesystem::rename(file, old);

  SECTION("the system gives it no number") {
    const with_faults none({.dup3 = EMFILE});
    CHECK_THAT(log.reopen(), Contains("access.log: cannot reopen the access log") && Contains(": Too many open files"));
  }
  SECTION("its folder is gone") {
    std::filesystem::rename(in.path, in.path + ".gone");
    CHECK_THAT(log.reopen(), Contains("access.log: cannot reopen the access log") && Contains(": No such file"));
    std::filesystem::rename(in.path + ".gone", in.path);
  }
  CHECK(log.write("two\n").empty());
  CHECK(contents(old) == "one\ntwo\n");
}

TEST_CASE("an access log is reopened though another thread opens a file at that moment") {
  const folder in;
  const std::string file = in.path + "/access.log";
  proxy::journal log(file);
  std::filesystem::rename(file, file + ".1");
  const with_faults busy({.dup3 = EBUSY, .times = 3});
  CHECK(log.reopen().empty());
  CHECK(log.write("two\n").empty());
  CHECK(contents(file) == "two\n");
}

TEST_CASE("lines that the access log loses are told once, and again after it worked") {
  proxy::journal log("/dev/full");
  CHECK_THAT(log.write("one\n"),
             Contains("/dev/full: cannot write the access log, lines are lost: No space left on device"));
  CHECK(log.write("two\n").empty());
}

TEST_CASE("access log and heads are whole where the system takes a few bytes at a time") {
  const folder in;
  const place at("sqlite");
  fill(at.url(), 3);
  const auto from = store_at(at.url(), store_use::read, std::chrono::seconds(5));
  from->open();
  const with_faults few({.most = 3, .interrupts = true});
  proxy::journal log(in.path + "/access.log");
  CHECK(log.write("a line of some length\n").empty());
  CHECK(contents(in.path + "/access.log") == "a line of some length\n");
  CHECK(mark_keeper("file:" + in.path + "/heads").keep(*from).empty());
  CHECK_THAT(contents(in.path + "/heads"), Contains("head 1 3 " + from->chains().front().head.hash + "\n"));
  CHECK_THAT(mark_keeper("file:/dev/full").keep(*from),
             Contains("/dev/full: cannot write the log's heads: No space left on device"));
}

TEST_CASE("a new store whose folder cannot be written to the disk is an error") {
  const place at("sqlite");
  const auto made = store_at(at.url(), store_use::write, std::chrono::seconds(5));
  {
    const with_faults sync({.fsync = EIO});
    CHECK_THROWS_WITH(made->open(), Contains("cannot write the file's folder to the disk: Input/output error"));
  }
  const place other("sqlite");
  const with_faults cannot({.fsync = EINVAL});
  CHECK_NOTHROW(store_at(other.url(), store_use::write, std::chrono::seconds(5))->open());
}
