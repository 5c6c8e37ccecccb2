#include "site/reading.hpp"

#include "abide/cookie.hpp"
#include "place/forwarded.hpp"

namespace abide::detail {
namespace {

// Fields are told apart by the length of their names first: most are none of these.
void read_field(std::string_view name, std::string_view value, response_facts& facts) {
  switch (name.size()) {
    case 4:
      if (is_field(name, "Vary") && facts.varies++ == 0) facts.vary = value;
      break;
    case 10: facts.sets_cookies = facts.sets_cookies || is_field(name, "Set-Cookie"); break;
    case 12:
      if (facts.content_type.empty() && is_field(name, "Content-Type")) facts.content_type = value;
      break;
    case 13:
      if (is_field(name, "Cache-Control") && facts.cache_controls++ == 0) facts.cache_control = value;
      break;
    case 16:
      if (facts.content_encoding.empty() && is_field(name, "Content-Encoding")) facts.content_encoding = value;
      break;
    case 17: facts.has_cdn_control |= is_field(name, "Surrogate-Control") || is_field(name, "CDN-Cache-Control"); break;
    case 23: facts.has_content_policy |= is_field(name, "Content-Security-Policy"); break;
    default: break;
  }
}

// Folds one field into the facts. Fields are told apart by the length of their names first: most are none of these.
void read_field(std::string_view name, std::string_view value, header_facts& facts, joined_values joined) {
  switch (name.size()) {
    case 3: read_signal(name, value, facts.seen, joined); break;
    case 4:
      if (is_field(name, "Host") && facts.hosts++ == 0) facts.host = value;
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
    case 9:
    case 15:
    case 16:
    case 17:
    case 18:
    case 20: facts.forwarded |= detail::is_forwarded_field(name); break;
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

response_facts read_response(const header_section& response) {
  response_facts facts;
  for_each_field(response, [&](std::string_view name, std::string_view value) { read_field(name, value, facts); });
  return facts;
}

bool is_html(const response_facts& facts) noexcept {
  constexpr std::string_view html = "text/html";
  const std::string_view type = facts.content_type;
  if (type.size() < html.size() || !is_field(type.substr(0, html.size()), html)) return false;
  return type.size() == html.size() || type[html.size()] == ';' || type[html.size()] == ' ' ||
         type[html.size()] == '\t';
}

header_facts read_request(const header_section& request, joined_values joined) {
  header_facts facts;
  for_each_field(request,
                 [&](std::string_view name, std::string_view value) { read_field(name, value, facts, joined); });
  return facts;
}

std::string_view find_consent(const header_section& request, const header_facts& facts, std::string_view name) {
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

}  // namespace abide::detail
