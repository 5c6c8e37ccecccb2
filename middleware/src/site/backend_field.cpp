#include "site/backend_field.hpp"

#include <vector>

#include "site/reading.hpp"

namespace abide::detail {
namespace {

void add(std::string& list, std::string_view key, bool value) {
  if (!list.empty()) list.append(", ");
  list.append(key);
  if (!value) list.append("=?0");
}

/// Adds a key with a token (RFC 8941 section 3.3.4).
void add(std::string& list, std::string_view key, std::string_view value) {
  list.append(", ").append(key).append("=").append(value);
}

/// Whether vendors that sell or share data may do all that the others may.
bool may_share(const decision& d) noexcept {
  bool any = false;
  for (unsigned c = 1; c < d.own.size(); ++c) {
    if (d.own[c].allowed && !d.shared[c].allowed) return false;
    any = any || d.shared[c].allowed;
  }
  return any;
}

}  // namespace

std::string backend_field(const decision& d, bool has_chosen) {
  std::string list;
  for (unsigned c = 0; c < d.own.size(); ++c) add(list, to_string(static_cast<category>(c)), d.own[c].allowed);
  add(list, "sharing", may_share(d));
  add(list, "gpc", d.seen.gpc);
  add(list, "chosen", has_chosen);
  add(list, "regime", to_string(d.place->regime));
  if (d.place->code != "ZZ") add(list, "place", d.place->code);  // ZZ: unknown
  return list;
}

void strip_backend_field(header_section& request) {
  std::vector<std::string> found;
  for_each_field(request, [&](std::string_view name, std::string_view) {
    if (is_backend_field(name)) found.emplace_back(name);
  });
  for (const std::string& name : found) request.erase(name);
}

}  // namespace abide::detail
