#include "start/preparing.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "base/cookie_domain.hpp"
#include "policy/keys.hpp"
#include "records/heads_file.hpp"
#include "records/store.hpp"

namespace abide::detail {
namespace {

constexpr std::string_view keys_path = "/consent/keys", retired_path = "/consent/keys_retired";

/// `consent.keys` for /consent/keys.
std::string key_of(std::string_view path) {
  std::string key(path.substr(1));
  std::replace(key.begin(), key.end(), '/', '.');
  return key;
}

/// Converts the text of an exception or a warning to a finding: `consent.keys: cannot read x` becomes /consent/keys and
/// the rest.
finding about(const config& settings, std::string_view path, std::string_view text) {
  const std::string key = key_of(path);
  if (text.starts_with(key + ": ")) text.remove_prefix(key.size() + 2);
  const text_place at = settings.source ? settings.source->place_of(path) : text_place{};
  return {std::string(path), std::string(text), at};
}

enum class cause { policy, machine };

/// Runs a part of the opening and records its error.
template <class part>
void attempt(prepared& into, const config& settings, std::string_view path, cause why, part&& run) {
  try {
    run();
  } catch (const config_error& error) {
    into.findings.push_back(about(settings, path, error.what()));
    into.findings.back().is_of_machine = why == cause::machine;
  }
}

std::vector<std::string> secrets_at(prepared& into, const config& settings, const std::string& place,
                                    std::string_view path) {
  std::vector<std::string> secrets;
  const auto warn = [&](const std::string& text) {
    into.findings.push_back(about(settings, path, text));
    into.findings.back().is_warning = true;
  };
  attempt(into, settings, path, cause::machine, [&] { secrets = read_secrets(place, key_of(path), warn); });
  return secrets;
}

/// Warns of keys in both lists: a leaked key there would remain valid for grants.
void look_for_kept(prepared& into, const config& settings) {
  for (std::size_t i = 0; i < into.retired.size(); ++i) {
    if (std::find(into.secrets.begin(), into.secrets.end(), into.retired[i]) == into.secrets.end()) continue;
    into.findings.push_back(
        about(settings, retired_path,
              "key " + std::to_string(i + 1) + " is also in consent.keys: consent signed with it still counts"));
    into.findings.back().is_warning = true;
  }
}

void check_domain(const std::string& domain) {
  if (!domain.empty() && cookie_domains(domain).empty())
    throw config_error("expected a domain that can have cookies, found \"" + domain +
                       "\", an address or a public suffix");
}

/// Appending to the keys would make the site unable to start, and would publish them.
void check_heads(const config& settings) {
  const auto names = [&](const std::string& place) { return !place.empty() && place == settings.record_heads; };
  if (names(settings.keys) || names(settings.keys_retired))
    throw config_error("expected a file of its own, found the one with the keys");
}

void try_all(prepared& made, const config& settings, const site_options& options) {
  attempt(made, settings, "/consent/domain", cause::policy, [&] { check_domain(settings.consent_domain); });
  made.secrets = options.keys.empty() ? secrets_at(made, settings, settings.keys, keys_path) : options.keys;
  made.retired = options.keys_retired.empty() ? secrets_at(made, settings, settings.keys_retired, retired_path)
                                              : options.keys_retired;
  look_for_kept(made, settings);
  attempt(made, settings, "/jurisdiction/maxmind", cause::machine,
          [&] { made.where.emplace(settings, options.location); });
  attempt(made, settings, "/site/origin", cause::policy, [&] { made.origins.emplace(settings); });
  if (options.log || settings.records.empty()) return;
  attempt(made, settings, "/records/store", cause::policy,
          [&] { store_at(settings.records, store_use::write, std::chrono::milliseconds(1)); });
  attempt(made, settings, "/records/heads", cause::policy, [&] { check_heads(settings); });
  attempt(made, settings, "/records/heads", cause::policy, [&] { mark_keeper checked(settings.record_heads); });
}

bool may_write(const std::filesystem::path& path, int how) noexcept {
  return ::faccessat(AT_FDCWD, path.c_str(), how, AT_EACCESS) == 0;
}

/// Empty if the file can be written, or can be made.
std::string why_unwritable(const std::filesystem::path& file, bool needs_folder) {
  std::error_code ignored;
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const bool exists = std::filesystem::exists(file, ignored);
  if (!std::filesystem::is_directory(folder, ignored)) return "folder " + folder.string() + " not found";
  if ((needs_folder || !exists) && !may_write(folder, W_OK | X_OK))
    return "this user cannot write folder " + folder.string();
  if (exists && !may_write(file, R_OK | W_OK)) return "this user cannot write " + file.string();
  return {};
}

void look_at_file(std::vector<finding>& into, const config& settings, std::string_view path, const std::string& place,
                  std::string_view scheme, std::string_view consequence) {
  if (place.rfind(scheme, 0) != 0) return;
  const bool is_database = scheme == "sqlite:";  // which makes files beside its own
  const std::string why = why_unwritable(place.substr(scheme.size()), is_database);
  if (why.empty()) return;
  into.push_back(about(settings, path, why + std::string(consequence)));
  into.back().is_warning = into.back().is_of_machine = true;
}

}  // namespace

std::vector<finding> look_for_unwritable(const config& settings) {
  std::vector<finding> found;
  look_at_file(found, settings, "/records/store", settings.records, "sqlite:", ", so no records can be kept");
  look_at_file(found, settings, "/records/heads", settings.record_heads, "file:", ", so the log's heads are not kept");
  return found;
}

prepared prepare(const config& settings, const site_options& options) {
  prepared made;
  try_all(made, settings, options);
  sort_by_place(made.findings);
  return made;
}

}  // namespace abide::detail
