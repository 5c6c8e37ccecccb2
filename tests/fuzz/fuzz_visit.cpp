// A whole exchange through the middleware: request fields, body, response fields and page of any bytes.
#include "abide/site.hpp"
#include "fields.hpp"
#include "input.hpp"

namespace {

abide::site make_site(abide::mode mode) {
  abide::site_options options;
  options.mode = mode;
  options.keys = {std::string(32, 'k')};
  options.reports = true;
  options.clock = [] { return std::int64_t{1795305600}; };
  options.warn = [](const std::string&) {};
  return abide::site(
      abide::parse_config(
          R"({"site": {"host": "www.shop.example"}, "jurisdiction": {"from": "akamai", "trusted_proxies": ["10.0.0.0/8"]},
    "notice": {"languages": ["en", "de"]}, "exempt": ["GB:statistical:_pk_*"],
    "cookies": [{"name": "r", "category": "required"}, {"name": "t*", "category": "targeting"}]})",
          "policy"),
      std::move(options));
}

constexpr std::string_view names[]{"Cookie",
                                   "Sec-GPC",
                                   "DNT",
                                   "Host",
                                   "X-Forwarded-Proto",
                                   "X-Akamai-Edgescape",
                                   "Sec-Fetch-Site",
                                   "Sec-Fetch-Dest",
                                   "Origin",
                                   "Referer",
                                   "Accept-Language",
                                   "Accept",
                                   "X-Forwarded-For",
                                   "Content-Type",
                                   "Set-Cookie",
                                   "Cache-Control",
                                   "Vary",
                                   "Content-Security-Policy",
                                   "Content-Encoding",
                                   "Content-Range"};
constexpr std::string_view targets[]{
    "/", "/consent", "/consent/state", "/consent/signal", "/.well-known/gpc.json", "/consent/v-1/notice.css"};

field_list take_fields(input& in) {
  field_list fields;
  for (unsigned n = in.byte() % 8; n > 0; --n) {
    const std::string_view name = names[in.byte() % std::size(names)];
    fields.add(name, in.line());
  }
  return fields;
}

bool is_safe(std::string_view value) {
  return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const abide::site enforcing = make_site(abide::mode::enforce), observing = make_site(abide::mode::observe);
  input in(data, size);
  const unsigned how = in.byte();
  const abide::site& site = how & 1 ? observing : enforcing;
  const std::string_view method = how & 2 ? "POST" : how & 4 ? "HEAD" : "GET";
  std::string target(targets[in.byte() % std::size(targets)]);
  if (how & 8) target += "?" + std::string(in.line());
  field_list request = take_fields(in);
  bool clean = is_safe(target);
  for (const auto& field : request.list) clean = clean && is_safe(field.second);

  abide::visit visit = site.begin(
      method, target, request,
      {how & 16 ? "10.1.2.3" : "", (how & 32) != 0 ? abide::transport::tls : abide::transport::plain}, 1795305600);
  const std::string_view body = in.line();
  for (abide::effect wanted = visit.answer(method, target, request, body); wanted;) wanted = visit.resume({}, request);
  if (const auto own = visit.take_reply()) {
    must(own->status >= 200 && own->status < 500, "an own page has an answer");
    for (const auto& field : own->fields) must(!clean || is_safe(field.second), "no answer breaks out of its field");
    return 0;
  }
  if (!(how & 1))
    for (const auto& [name, value] : request.list)
      if (abide::same_field(name, "Cookie"))
        must(visit.chosen() || value.rfind("unheard", 0) != 0, "an unknown cookie is hidden");
  field_list response = take_fields(in);
  if (how & 64) response.add("Content-Type", "text/html");
  std::string page(in.rest());
  const std::string before = page;
  const bool changed = visit.finish(how & 128 ? 404 : 200, response, &page);
  must(changed || page == before, "a page that was not changed is as it was");
  must(page.size() >= before.size() || before.find("data-abide-status") != std::string::npos,
       "nothing of a page is lost");
  must(!changed || !response.all("Cache-Control").empty(), "a page that was changed says who may keep it");
  return 0;
}
