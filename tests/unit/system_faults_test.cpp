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
#include <thread>
#include <vector>

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
  long room = -1;           ///< bytes that the disk still takes; -1: all
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
  if (now.room == 0) return errno = ENOSPC, -1;
  if (now.room > 0) {
    size = std::min(size, static_cast<std::size_t>(now.room));
    now.room -= static_cast<long>(size);
  }
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

TEST_CASE("a line that a full disk cut off in the access log is not continued by the next one") {
  const folder in;
  const std::string file = in.path + "/access.log";
  const auto lose_half = [](proxy::journal& log) {
    const with_faults full({.room = 6});
    CHECK_THAT(log.write("one\ntwo\n"), Contains("lines are lost: No space left on device"));
    CHECK(log.write("never\n").empty());
  };
  SECTION("while it runs") {
    proxy::journal log(file);
    lose_half(log);
    CHECK(log.write("three\n").empty());
    CHECK(log.write("four\n").empty());
    CHECK(contents(file) == "one\ntw\nthree\nfour\n");
  }
  SECTION("when it is started again") {
    {
      proxy::journal log(file);
      lose_half(log);
    }
    proxy::journal log(file);
    CHECK(log.write("three\n").empty());
    CHECK(contents(file) == "one\ntw\nthree\n");
  }
  SECTION("but a new file begins with a line") {
    proxy::journal log(file);
    lose_half(log);
    std::filesystem::rename(file, file + ".1");
    CHECK(log.reopen().empty());
    CHECK(log.write("three\n").empty());
    CHECK(contents(file) == "three\n");
  }
  SECTION("nor by one of another thread, where the system takes a few bytes at a time") {
    proxy::journal log(file);
    const with_faults few({.most = 1});
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int k = 0; k < 50; ++k) static_cast<void>(log.write("a line\n"));
      });
    for (std::thread& each : threads) each.join();
    std::string wanted;
    for (int i = 0; i < 200; ++i) wanted += "a line\n";
    CHECK(contents(file) == wanted);
  }
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
