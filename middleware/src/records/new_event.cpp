#include "records/new_event.hpp"

#include <algorithm>
#include <utility>

#include "records/ids.hpp"

namespace abide::detail {
namespace {

bool is_service(const event_service& each) {
  return each.category != category::required && !each.vendor.empty() && each.vendor.size() <= 255 &&
         std::none_of(each.vendor.begin(), each.vendor.end(),
                      [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

bool is_plain(std::string_view text) {
  return text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_hash(std::string_view text) {
  const auto fits = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 64 && std::all_of(text.begin(), text.end(), fits);
}

}  // namespace

bool is_subject(std::string_view text) noexcept {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  };
  return text.size() >= 16 && text.size() <= 64 && std::all_of(text.begin(), text.end(), fits);
}

std::string why_refused(const consent_event& e) {
  if (!is_subject(e.subject)) return std::string(subject_expected);
  if (!e.notice_hash.empty() && !is_hash(e.notice_hash))
    return "notice_hash: expected 64 hex digits or an empty string";
  if (e.time_ms < 0) return "time_ms: expected milliseconds since 1970, found " + std::to_string(e.time_ms);
  const std::pair<std::string_view, std::string_view> texts[]{{"language", e.language},
                                                              {"jurisdiction", e.jurisdiction},
                                                              {"place_from", e.place_from},
                                                              {"table_version", e.table_version}};
  for (const auto& [name, text] : texts)
    if (!is_plain(text)) return std::string(name) + ": expected at most 128 printable ASCII characters";
  if (e.services.size() > service_grants_max || !std::all_of(e.services.begin(), e.services.end(), is_service))
    return "services: expected at most 8, each with a name and a category other than required";
  if (to_string(e.kind).empty() || to_string(e.conflict).empty())
    return "kind: expected a known kind of event and state of conflict";
  return {};
}

void complete(consent_event& event) {
  const std::int64_t now = now_ms();
  if (event.notice_hash.empty() && !event.notice_text.empty()) event.notice_hash = sha256_hex(event.notice_text);
  event.id = new_record_id(now);
  if (event.time_ms == 0) event.time_ms = now;
}

}  // namespace abide::detail
