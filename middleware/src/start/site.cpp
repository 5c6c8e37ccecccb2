// Opens the parts of a site: keys, store, place database, browser files.
#include "abide/site.hpp"

#include <atomic>
#include <cstdio>
#include <ctime>
#include <utility>

#include "abide/records.hpp"
#include "pages/page_words.hpp"
#include "pages/public_policy.hpp"
#include "policy/finding.hpp"
#include "policy/texts.hpp"
#include "site/exchange.hpp"
#include "start/preparing.hpp"

namespace abide {

using namespace detail;

namespace {

void warn_on_standard_error(const std::string& text) { std::fprintf(stderr, "abide: %s\n", text.c_str()); }

/// The options override the policy.
void apply(const site_options& options, config& settings) {
  if (options.mode) settings.policy.mode = *options.mode;
  if (!options.records.empty()) settings.records = options.records == "none" ? "" : options.records;
}

std::shared_ptr<records> open_records(const config& settings, const site_options& options,
                                      const std::vector<std::string>& secrets,
                                      const std::vector<std::string>& retired) {
  if (settings.records.empty()) {
    if (options.records != "none")
      options.warn("records.store is not set: choices of visitors are not recorded, so nothing can prove them");
    return nullptr;
  }
  records_options how;
  how.keys = secrets;
  how.keys_retired = retired;
  how.retain_days = settings.retain_days;
  how.heads = settings.record_heads;
  how.warn = options.warn;
  return records::open(settings.records, std::move(how));
}

browser_files files_of(const config& settings, const std::string& folder) {
  browser_files files(folder, public_policy_json(settings));
  for (const std::string& tag : settings.languages)
    files.add(tag + ".json", "application/json", page_words_json(texts_of(settings).in(tag)));
  return files;
}

cookie_names names_of(const config& settings) {
  const std::string name(settings.policy.consent_cookie);
  const auto with = [&](std::string_view prefix) {
    const auto named = [&](std::string_view kind) { return std::string(prefix).append(kind).append(name); };
    return cookie_names::pair{named(""), named(signal_cookie_prefix), named(twin_cookie_prefix)};
  };
  return {with(""), with("__Host-"), with("__Secure-")};
}

/// Throws one error with everything that prevents the start of the site; gives a warning for the rest.
void tell(const std::vector<finding>& findings, const config& settings, const site_options& options) {
  const std::string file = settings.source ? settings.source->file : "";
  std::vector<finding> errors;
  for (const finding& each : findings)
    if (each.is_warning) options.warn(told(each, file));
    else errors.push_back(each);
  if (!errors.empty()) throw config_error(told(errors, file));
}

std::uint64_t next_number() noexcept {
  static std::atomic<std::uint64_t> count{0};
  return ++count;
}

std::unique_ptr<site_state> open_state(config settings, site_options options) {
  if (!options.warn) options.warn = warn_on_standard_error;
  apply(options, settings);
  prepared from = prepare(settings, options);
  tell(from.findings, settings, options);
  std::vector<std::string> secrets = std::move(from.secrets);
  const std::vector<std::string> retired = std::move(from.retired);
  std::shared_ptr<records> kept;
  if (!options.log) kept = open_records(settings, options, secrets, retired);
  if (secrets.empty()) {
    options.warn("consent.keys is not set: a random key signs choices, and a restart discards them");
    secrets.push_back(random_secret());
  }
  cookie_names names = names_of(settings);
  browser_files files = files_of(settings, options.browser_files);
  const std::int64_t now = options.clock ? options.clock() : static_cast<std::int64_t>(std::time(nullptr));
  const std::uint64_t insertions = settings.shares_pages ? fingerprint_of_insertions(settings, files, now) : 0;
  auto rates = std::make_unique<detail::choice_rates>(settings.choices_per_minute);
  abide::records* const own = kept.get();
  std::shared_ptr<log> log = options.log ? std::move(options.log) : std::move(kept);
  return std::make_unique<site_state>(
      site_state{next_number(), std::move(settings), options.reports, std::move(options.clock), std::move(options.warn),
                 keys(secrets, "consent.keys", key_use::cookies), std::move(*from.where), std::move(*from.origins),
                 std::move(files), std::move(names), insertions, std::move(log), own, std::move(rates)});
}

}  // namespace

site::site(config settings, site_options options) : state_(open_state(std::move(settings), std::move(options))) {}
site::site(site&&) noexcept = default;
site::~site() = default;

site load_site(const std::string& policy_file, site_options options) {
  return site(load_config(policy_file), std::move(options));
}

}  // namespace abide
