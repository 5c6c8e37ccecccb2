#include "records_place.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "output_file.hpp"
#include "policy/shapes.hpp"
#include "records/edit.hpp"

namespace abide::detail::cli {
namespace {

constexpr auto patience = std::chrono::milliseconds(10'000);

// A URL, and libpq's other form (host=... password=...), may hold a password, which is not repeated.
std::string take_store_word(arguments& from) {
  std::string word = from.take_word("STORE");
  if (is_store(word)) return word;
  from.done();  // the word may be the value of a mistyped option
  if (word.find_first_of(":=") != std::string::npos) throw usage_error("STORE: expected sqlite:FILE or postgres://...");
  throw usage_error("STORE: expected sqlite:FILE or postgres://..., found \"" + word +
                    "\"; did you mean sqlite:" + word + "?");
}

std::string take_store(arguments& from, const std::optional<config>& site) {
  if (!site || from.has_word()) return take_store_word(from);
  if (site->records.empty()) throw usage_error("STORE is missing, and the policy has no records.store");
  return site->records;
}

void warn(const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); }

}  // namespace

records_place take_records(arguments& from) {
  records_place made;
  if (const auto file = from.take_option("--policy")) made.site = load_config(*file), made.policy_file = *file;
  made.where = take_store(from, made.site);
  if (made.site && !made.site->keys.empty()) made.secrets = read_secrets(made.site->keys, "consent.keys", warn);
  else if (std::getenv("ABIDE_KEYS")) made.secrets = read_secrets("env:ABIDE_KEYS", "keys", warn);
  if (made.site) made.retired = read_secrets(made.site->keys_retired, "consent.keys_retired", warn);
  return made;
}

std::unique_ptr<keys> records_place::signing() const {
  return secrets.empty() ? nullptr : std::make_unique<keys>(secrets, "consent.keys", key_use::records, retired);
}

std::vector<std::string> records_place::inputs() const {
  std::vector<std::string> all = files_of_store(where);
  if (!site) return all;
  all.push_back(policy_file);
  for (std::string& each : files_of_policy(*site)) all.push_back(std::move(each));
  return all;
}

void records_place::must_exist() const {
  constexpr std::string_view sqlite = "sqlite:";
  if (!where.starts_with(sqlite) || std::filesystem::exists(where.substr(sqlite.size()))) return;
  throw std::runtime_error(where.substr(sqlite.size()) + ": file not found");
}

std::unique_ptr<store> records_place::closed(store_use use) const { return store_at(where, use, patience); }

std::unique_ptr<store> records_place::open(store_use use) const {
  auto made = closed(use);
  for (const std::string& told : made->open()) std::fprintf(stderr, "%s\n", told.c_str());
  return made;
}

bool records_place::settle(store& at, const keys* signing) const {
  std::vector<std::string> told;
  const bool done = detail::settle(at, signing, told);
  for (const std::string& each : told) std::fprintf(stderr, "%s\n", each.c_str());
  return done;
}

}  // namespace abide::detail::cli
