#include "site/response_facts.hpp"

#include "site/reading.hpp"

namespace abide {
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

}  // namespace abide
