#include "site/reading.hpp"

#include "abide/cookie.hpp"
#include "place/forwarded.hpp"
#include "site/cdn_fields.hpp"

namespace abide::detail {
namespace {

// Fields are told apart by the length of their names first: most are none of these.
void read_field(std::string_view name, std::string_view value, response_facts& facts) {
  switch (name.size()) {
    case 4:
      facts.varies += is_field(name, "Vary");
      if (is_field(name, "Date")) facts.date = value;
      break;
    case 10: facts.sets_cookies = facts.sets_cookies || is_field(name, "Set-Cookie"); break;
    case 12:
      if (facts.content_type.empty() && is_field(name, "Content-Type")) facts.content_type = value;
      break;
    case 13: facts.cache_controls += is_field(name, "Cache-Control"); break;
    case 16:
      if (facts.content_encoding.empty() && is_field(name, "Content-Encoding")) facts.content_encoding = value;
      break;
    case 19:
      if (facts.disposition.empty() && is_field(name, "Content-Disposition")) facts.disposition = value;
      break;
    case 23: facts.has_content_policy |= is_field(name, "Content-Security-Policy"); break;
    default: break;
  }
  facts.has_cdn_control |= is_cdn_field(name);
}

// Folds one field into the facts. Fields are told apart by the length of their names first: most are none of these.
void read_field(std::string_view name, std::string_view value, header_facts& facts, joined_values joined) {
  switch (name.size()) {
    case 3: read_signal(name, value, facts.seen, joined); break;
    case 4:
      if (is_field(name, "Host") && facts.hosts++ == 0) facts.host = value;
      break;
    case 6:
      if (is_field(name, "Accept")) facts.page.accept = value;
      if (!is_field(name, "Cookie")) break;
      if (facts.cookie_fields == 0) facts.cookie = value;
      facts.cookie_bytes += value.size() + 2;
      ++facts.cookie_fields;
      break;
    case 7:
      read_signal(name, value, facts.seen, joined);
      if (is_field(name, "Purpose")) facts.prefetch |= value.find("prefetch") != std::string_view::npos;
      break;
    case 10: facts.page.is_of_script |= detail::is_mark_of_script(name); break;
    case 11:
      facts.page.is_of_script |= detail::is_mark_of_script(name);
      if (is_field(name, "Sec-Purpose")) facts.prefetch |= value.find("prefetch") != std::string_view::npos;
      break;
    case 14:
      if (is_field(name, "Sec-Fetch-Dest")) facts.page.dest = value;
      else if (is_field(name, "Sec-Fetch-Mode")) facts.page.mode = value;
      break;
    case 5: facts.has_range |= is_field(name, "Range"); break;
    case 13: facts.is_conditional |= is_field(name, "If-None-Match"); break;
    case 9:
    case 15:
    case 16: facts.page.is_of_script |= detail::is_mark_of_script(name); [[fallthrough]];
    case 17: facts.is_conditional |= is_field(name, "If-Modified-Since"); [[fallthrough]];
    case 18:
    case 20: facts.forwarded |= detail::is_forwarded_field(name); break;
    default: break;
  }
}

}  // namespace

response_facts read_response(const header_section& response) {
  response_facts facts;
  for_each_field(response, [&](std::string_view name, std::string_view value) { read_field(name, value, facts); });
  return facts;
}

header_facts read_request(const header_section& request, joined_values joined) {
  header_facts facts;
  for_each_field(request,
                 [&](std::string_view name, std::string_view value) { read_field(name, value, facts, joined); });
  return facts;
}

}  // namespace abide::detail
