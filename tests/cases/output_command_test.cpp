// The files that `abide` writes: whole or not at all, and never in the place of what it reads.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "catch.hpp"
#include "command.hpp"

using namespace command_test;
namespace fs = std::filesystem;

namespace {

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A folder with a policy, its key and its log, which is the current folder of the commands.
struct site_folder {
  site_folder() {
    fs::remove_all(path);
    fs::create_directories(path);
    std::ofstream(path / "shop.json") << R"({"site": {"name": "Shop"}, "consent": {"keys": "file:shop.keys"},
      "records": {"store": "sqlite:abide.db"}})";
    std::ofstream(path / "shop.keys") << std::string(40, 'k') + "Lz8\n";
    run("records migrate sqlite:abide.db");
  }
  ~site_folder() { fs::remove_all(path); }

  outcome run(const std::string& words) const {
    return run_in_shell("cd '" + path.string() + "' && '" ABIDE_COMMAND "' " + words);
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
  }

  const fs::path path = fs::temp_directory_path() / ("abide-output-" + std::to_string(getpid()));
};

}  // namespace

TEST_CASE("a report never takes the place of the log, the policy or the keys that it is made from") {
  const site_folder site;
  fs::create_symlink("abide.db", site.path / "linked.html");
  fs::create_hard_link(site.path / "abide.db", site.path / "twin.html");
  const std::size_t files = site.files();
  const std::string log = bytes_of(site.path / "abide.db"), key = bytes_of(site.path / "shop.keys");
  for (const std::string file : {"abide.db", "./abide.db", "abide.db-wal", "abide.db-shm", "abide.db-journal",
                                 "linked.html", "twin.html", "shop.json", "shop.keys"}) {
    const outcome refused = site.run("records report --policy shop.json -o " + file);
    INFO(file << ": " << refused.text);
    CHECK(refused.status == 2);
    CHECK(has(refused.text, file + ": cannot write: this file is an input of the command"));
  }
  CHECK(bytes_of(site.path / "abide.db") == log);
  CHECK(bytes_of(site.path / "shop.keys") == key);
  CHECK(site.files() == files);
}

TEST_CASE("a report replaces an older one as a whole, keeps its permissions, and follows a link") {
  const site_folder site;
  std::ofstream(site.path / "old.html") << std::string(1 << 20, 'x');
  fs::permissions(site.path / "old.html", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("old.html", site.path / "link.html");
  const std::size_t files = site.files();
  CHECK(site.run("records report --policy shop.json -o link.html").status == 0);
  CHECK(fs::is_symlink(site.path / "link.html"));
  CHECK(has(bytes_of(site.path / "old.html"), "</html>"));
  CHECK_FALSE(has(bytes_of(site.path / "old.html"), "xxxx"));
  CHECK(fs::status(site.path / "old.html").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(site.files() == files);
}

TEST_CASE("an older file stays as it was if the new one cannot be written, and the message names the file") {
  const site_folder site;
  fs::create_directories(site.path / "small");
  std::ofstream(site.path / "small" / "catalog.tsv") << "old";
  const outcome full =
      run_in_shell("cd '" + site.path.string() +
                   "' && trap '' XFSZ && ulimit -f 0 && echo _ga | '" ABIDE_COMMAND "' catalog subset small");
  CHECK(full.status == 2);
  CHECK(has(full.text, "small/catalog.tsv: cannot write: File too large"));
  CHECK(bytes_of(site.path / "small" / "catalog.tsv") == "old");
  CHECK(std::distance(fs::directory_iterator(site.path / "small"), fs::directory_iterator()) == 1);
  const outcome folder = site.run("records report --policy shop.json -o .");
  CHECK(folder.status == 2);
  CHECK(has(folder.text, ".: cannot write: Is a directory"));
  CHECK(site.run("records report --policy shop.json -o /dev/null").status == 0);
  CHECK(has(site.run("records report --policy shop.json -o no/report.html").text, "no/report.html: cannot write: "));
}

TEST_CASE("a subset of the catalog never takes the place of the list that it is made from") {
  const site_folder site;
  fs::create_directories(site.path / "small");
  std::ofstream(site.path / "small" / "catalog.tsv") << "_ga\n";
  const outcome refused = site.run("catalog subset small <small/catalog.tsv");
  CHECK(refused.status == 2);
  CHECK(has(refused.text, "small/catalog.tsv: cannot write: this file is an input of the command"));
  CHECK(bytes_of(site.path / "small" / "catalog.tsv") == "_ga\n");
  CHECK(site.run("catalog subset other <small/catalog.tsv").status == 0);
  CHECK(has(bytes_of(site.path / "other" / "catalog.tsv"), "_ga\t"));
}

TEST_CASE("an access log never takes the place of the log, the policy or the keys") {
  const site_folder site;
  if (has(run("proxy --help").text, "unknown command")) return;  // built without the proxy
  const std::string key = bytes_of(site.path / "shop.keys");
  const outcome refused = site.run(
      "proxy --to http://127.0.0.1:9 --listen 0 --policy shop.json --access-log shop.keys & p=$!; sleep 2; kill $p; wait $p");
  CHECK(has(refused.text, "shop.keys: cannot write: this file is an input of the command"));
  CHECK(bytes_of(site.path / "shop.keys") == key);
}
