#include <chrono>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "abide/config.hpp"
#include "errors.hpp"
#include "log.hpp"
#include "objects.hpp"
#include "records/store.hpp"
#include "start/preparing.hpp"
#include "texts.hpp"

using namespace abide::detail::c;

namespace {

abide::config config_of(const abide_site_options& from) {
  if (from.policy_file.size > 0) return abide::load_config(std::string(view(from.policy_file)));
  return abide::parse_config(from.policy_json.size > 0 ? view(from.policy_json) : "{}", "policy");
}

std::vector<std::string> keys_of(const abide_site_options& from) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < from.key_count; ++i) keys.emplace_back(view(from.keys[i]));
  return keys;
}

abide::site_options options_of(const abide_site_options& from) {
  abide::site_options options;
  options.location = view(from.location);
  options.records = view(from.records);
  options.browser_files = view(from.browser_files);
  options.keys = keys_of(from);
  options.reports = from.reports != 0;
  if (from.has_mode) options.mode = from.mode == ABIDE_MODE_OBSERVE ? abide::mode::observe : abide::mode::enforce;
  if (from.warn)
    options.warn = [warn = from.warn, context = from.warn_context](const std::string& text) {
      warn(context, text_of(text));
    };
  if (from.log) options.log = log_of(*from.log, from.log_context);
  if (from.clock) options.clock = [clock = from.clock, context = from.clock_context] { return clock(context); };
  return options;
}

bool are_sound(const abide_site_options* from) noexcept {
  if (!has_size(from)) return false;
  const abide_site_options options = taken(*from);
  return (options.keys || options.key_count == 0) && (!options.log || is_complete(*options.log));
}

void check_store(const abide::config& settings, const std::function<void(const std::string&)>& warn) {
  using namespace abide::detail;
  if (settings.records.empty()) return;
  static_cast<void>(store_at(settings.records, store_use::write, std::chrono::milliseconds(1)));
  const std::string file = settings.source ? settings.source->file : "";
  for (const finding& each : look_for_unwritable(settings)) warn(told(each, file));
}

constexpr std::string_view unsound =
    "abide_site_options: size is not set, keys is NULL although key_count is not 0, or log has no size, save or history";

}  // namespace

int abide_site_interface(void) { return ABIDE_SITE_INTERFACE; }

int abide_site_open(const abide_site_options* from, abide_site** out, abide_error* error) {
  if (!out) return bad_argument(error, "the pointer to the site must not be NULL");
  *out = nullptr;
  if (!are_sound(from)) return bad_argument(error, unsound);
  return guarded(error, [&] {
    const abide_site_options options = taken(*from);
    abide::config settings = config_of(options);
    abide::site_options how = options_of(options);
    if (how.keys.empty() && settings.keys.empty() && options.spare_key.size > 0)
      how.keys.emplace_back(view(options.spare_key));
    *out = new abide_site{abide::site(std::move(settings), std::move(how)),
                          static_cast<abide::detail::counting::metrics*>(options.counts)};
    return ABIDE_OK;
  });
}

int abide_site_check(const abide_site_options* from, abide_error* error) {
  if (!are_sound(from)) return bad_argument(error, unsound);
  return guarded(error, [&] {
    const abide_site_options options = taken(*from);
    abide::site_options how = options_of(options);
    abide::config settings = config_of(options);
    if (!how.warn) how.warn = [](const std::string&) {};
    if (!how.records.empty()) settings.records = how.records == "none" ? "" : how.records;
    if (!how.log) check_store(settings, how.warn);
    how.records = "none";  // an open store has threads
    how.log = nullptr;
    static_cast<void>(abide::site(std::move(settings), std::move(how)));
    return ABIDE_OK;
  });
}

void abide_site_close(abide_site* site) { delete site; }
