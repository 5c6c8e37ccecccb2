#include "site/reading.hpp"

#include "abide/cookie.hpp"

namespace abide {
namespace {

// Folds one field into the facts. Fields are told apart by the length of their names first: most are none of these.
void read_field(std::string_view name, std::string_view value, request_facts& facts, joined_values joined) {
  switch (name.size()) {
    case 3: read_signal(name, value, facts.seen, joined); break;
    case 4:
      if (facts.host.empty() && is_field(name, "Host")) facts.host = value;
      break;
    case 6:
      if (!is_field(name, "Cookie")) break;
      if (facts.cookie_fields == 0) facts.cookie = value;
      facts.cookie_bytes += value.size() + 2;
      ++facts.cookie_fields;
      break;
    case 7:
      read_signal(name, value, facts.seen, joined);
      if (is_field(name, "Purpose")) facts.prefetch |= value.find("prefetch") != std::string_view::npos;
      break;
    case 11:
      if (is_field(name, "Sec-Purpose")) facts.prefetch |= value.find("prefetch") != std::string_view::npos;
      break;
    case 14:
      if (is_field(name, "Sec-Fetch-Dest")) facts.fetch_dest = value;
      break;
    case 17:
      if (is_field(name, "X-Forwarded-Proto")) facts.forwarded_proto = value;
      break;
    default: break;
  }
}

struct found_consent {
  std::string_view value;
  unsigned count = 0;
};

void look_in(std::string_view field, std::string_view name, found_consent& found) {
  // Only that cookie's value holds a tilde, as good as always.
  if (field.find('~') == std::string_view::npos) return;
  cookie_pair pair;
  for (cookie_walk walk(field); walk.next(pair);) {
    if (pair.name != name) continue;
    found.value = pair.value;
    ++found.count;
  }
}

}  // namespace

request_facts read_request(const header_section& request, joined_values joined) {
  request_facts facts;
  for_each_field(request,
                 [&](std::string_view name, std::string_view value) { read_field(name, value, facts, joined); });
  return facts;
}

std::string_view find_consent(const header_section& request, const request_facts& facts, std::string_view name) {
  found_consent found;
  if (facts.cookie_fields == 1) {
    look_in(facts.cookie, name, found);
  } else if (facts.cookie_fields > 1) {
    for_each_field(request, [&](std::string_view field, std::string_view value) {
      if (is_field(field, "Cookie")) look_in(value, name, found);
    });
  }
  return found.count == 1 ? found.value : std::string_view{};
}

std::string_view host_without_port(std::string_view host) noexcept {
  for (std::size_t at = host.size(); at > 0 && host[at - 1] != ']'; --at)
    if (host[at - 1] == ':') return host.substr(0, at - 1);
  return host;
}

}  // namespace abide
