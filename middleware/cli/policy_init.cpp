#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/write_whole.hpp"
#include "command.hpp"
#include "policy/keys.hpp"
#include "policy/policy_reading.hpp"
#include "tools/policy_warnings.hpp"
#include "tools/text_file.hpp"

namespace abide::detail::cli {
namespace {

using json = nlohmann::ordered_json;

struct question {
  std::string_view option, asks, otherwise;  ///< otherwise: the answer for an empty line; may be empty
};
constexpr question questions[] = {
    {"--name", "Name of the site, as visitors know it?", ""},
    {"--contact", "Contact for questions about privacy (an address or a URL)?", ""},
    {"--place",
     "Where are visitors? One place for all (DE, US-CA), ZZ for the strictest rules, or the provider that reports each "
     "visitor's place (cloudflare, fastly, google_lb ...)",
     "ZZ"},
    {"--languages", "Languages of the notice, the default one first?", "en"},
    {"--store", "Where to keep records (sqlite:FILE, postgres://...)?", "sqlite:abide.db"},
};

bool is_asked() { return isatty(STDIN_FILENO) && isatty(STDERR_FILENO); }

std::string ask(const question& what) {
  std::string prompt(what.asks);
  if (!what.otherwise.empty()) prompt.append(" [").append(what.otherwise).append("]");
  for (std::string line;;) {
    std::fprintf(stderr, "%s ", prompt.c_str());
    if (!std::getline(std::cin, line))
      throw usage_error(std::string(what.option) + ": expected an answer, found the end of input");
    if (line.empty()) line = what.otherwise;
    if (!line.empty()) return line;
  }
}

/// A terminal, or a file that answers came from, may use another coding than JSON, which is always UTF-8.
std::string as_text(std::string_view option, std::string answer) {
  if (!is_utf8(answer))
    throw usage_error(std::string(option) + ": expected text in UTF-8, found bytes of another coding");
  return answer;
}

std::string answer_to(arguments& from, const question& what) {
  if (auto given = from.take_option(what.option)) return *given;
  if (is_asked()) return ask(what);
  if (what.otherwise.empty())
    throw usage_error(std::string(what.option) + " is missing, and standard input is not a terminal");
  return std::string(what.otherwise);
}

json list_of(std::string_view text) {
  json list = json::array();
  std::string item;
  const auto take = [&] {
    if (!item.empty()) list.push_back(std::exchange(item, {}));
  };
  for (const char c : text)
    if (c == ',' || c == ' ') take();
    else item += c;
  take();
  return list;
}

bool is_word(std::string_view text) {
  for (const std::string_view each : words::geo_source)
    if (each == text) return true;
  return false;
}

bool is_network_name(std::string_view text) {
  for (const words::network& each : words::networks)
    if (each.name == text) return true;
  return false;
}

/// A place for all visitors, or the provider that tells it and the provider's networks.
json jurisdiction_of(const std::string& place, const std::optional<std::string>& proxies) {
  if (!is_word(place)) return {{"fixed", place}};
  if (place == "maxmind" || place == "fixed")
    throw usage_error("--place: expected a place or a provider; " + place + " must be set in the policy file");
  if (proxies) return {{"from", place}, {"trusted_proxies", list_of(*proxies)}};
  if (!is_network_name(place))
    throw usage_error("--proxies RANGES is required with --place " + place + ": the networks its requests come from");
  return {{"from", place}, {"trusted_proxies", {place}}};
}

[[noreturn]] void fail_to_create(const std::string& file, int why) {
  throw config_error(file + ": cannot create: " + std::strerror(why));
}

/// A new file, which is removed again unless it is kept; never an existing one.
class new_file {
 public:
  new_file(std::string file, mode_t who)
      : file_(std::move(file)), number_(::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, who)) {
    if (number_ < 0) fail_to_create(file_, errno);
  }
  new_file(const new_file&) = delete;
  new_file& operator=(const new_file&) = delete;
  ~new_file() {
    if (number_ >= 0) ::close(number_);
    if (!is_kept_) ::unlink(file_.c_str());
  }

  /// Writes everything to the disk: some systems tell only then that it is full.
  void write(std::string_view text) {
    int why = write_whole(number_, text);
    if (why == 0 && ::fsync(number_) != 0 && errno != EINVAL) why = errno;
    if (::close(std::exchange(number_, -1)) != 0 && why == 0) why = errno;
    if (why != 0) fail_to_create(file_, why);
  }
  void keep() noexcept { is_kept_ = true; }

 private:
  std::string file_;
  int number_;
  bool is_kept_ = false;
};

/// The answers may be invalid or unwise.
void check(const std::string& text, const std::string& file) {
  policy_reading read = read_policy(text, file);
  if (!has_errors(read.findings)) read.findings = policy_warnings(read.settings, std::time(nullptr));
  if (!read.findings.empty()) throw config_error(told(read.findings, file));
}

int init(arguments& from) {
  std::vector<std::string> answers;
  const auto proxies = from.take_option("--proxies");
  if (proxies) as_text("--proxies", *proxies);
  for (const question& each : questions) answers.push_back(as_text(each.option, answer_to(from, each)));
  const std::filesystem::path file = from.take_word("FILE");
  from.done();
  if (file == "-") throw usage_error("FILE: expected the name of a file, found \"-\": the key is written beside it");
  const std::filesystem::path keys = std::filesystem::path(file).replace_extension(".keys");
  const json made{{"site", {{"name", answers[0]}, {"contact", answers[1]}}},
                  {"mode", "enforce"},
                  {"jurisdiction", jurisdiction_of(answers[2], proxies)},
                  {"notice", {{"version", 1}, {"languages", list_of(answers[3])}}},
                  {"cookies", json::array()},
                  {"consent", {{"keys", "file:" + keys.filename().string()}}},
                  {"records", {{"store", answers[4]}, {"retain_days", 730}}}};
  const std::string text = made.dump(2) + '\n';
  check(text, file.string());
  if (std::filesystem::exists(file)) throw config_error(file.string() + ": already exists");
  new_file key(keys.string(), S_IRUSR | S_IWUSR), policy(file.string(), S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
  key.write(random_secret() + '\n');
  policy.write(text);
  key.keep();
  policy.keep();
  std::printf("%s: created. The key that signs choices is in %s: back it up, and keep it secret.\n", file.c_str(),
              keys.c_str());
  std::printf("Next: declare the site's cookies in \"cookies\", then run abide policy check %s\n", file.c_str());
  return ok;
}

}  // namespace

const command policy_init_command{
    "policy init",
    "FILE [--name NAME] [--contact WHO] [--place PLACE [--proxies RANGES]] [--languages TAGS] [--store STORE]",
    "Creates a first policy and its key, from five questions or five options",
    "  --name NAME        the site's name, as visitors know it\n"
    "  --contact WHO      contact for questions about privacy: an address or a URL\n"
    "  --place PLACE      one place for all visitors (DE, US-CA), ZZ (default) for the strictest rules, or the provider that\n"
    "                     reports each visitor's: cloudflare, cloudfront, vercel, fastly, akamai, appengine, google_lb\n"
    "  --proxies RANGES   the networks that the provider's requests come from, if Abide does not know them\n"
    "  --languages TAGS   languages of the notice, the default one first; default: en\n"
    "  --store STORE      where to keep records; default: sqlite:abide.db, beside the policy\n\n"
    "On a terminal, the command asks for options that are not given. It writes the key beside the policy, with the extension\n"
    ".keys, and never overwrites a file. The new policy passes abide policy check --strict once the store's folder exists.\n",
    init};

}  // namespace abide::detail::cli
