// A refusal from any browser: the answer stays within its budget, has the consent cookie first, and expires nothing
// that is required, whatever cookies, host and address the request has.
#include "abide/cookie.hpp"
#include "abide/site.hpp"
#include "fields.hpp"
#include "input.hpp"
#include "linear.hpp"

namespace {

constexpr std::size_t fields_max = 40, bytes_max = 3072;
constexpr std::int64_t now = 1795305600;

abide::site make_site() {
  abide::site_options options;
  options.keys = {std::string(32, 'k')};
  options.records = "none";
  options.warn = [](const std::string&) {};
  return abide::site(abide::parse_config(R"({"cookies": [{"name": "r*", "category": "required"}]})", "policy"),
                     std::move(options));
}

/// What a choice sets, or a page for a visitor who refused.
std::vector<std::string> set_by(const abide::site& site, bool posts, std::string_view target, std::string_view host,
                                std::string_view cookie, bool tls) {
  field_list request{{"Host", std::string(host)}, {"Cookie", std::string(cookie)}};
  const std::string_view method = posts ? "POST" : "GET";
  abide::visit visit =
      site.begin(method, target, request, {"", tls ? abide::transport::tls : abide::transport::plain}, now);
  (void)visit.answer(method, target, request, "choice=reject-all");
  std::vector<std::string> set;
  field_list response{{"Content-Type", "text/html"}};
  const auto own = visit.take_reply();
  if (!own) visit.finish(200, response, nullptr);
  for (const auto& [name, value] : own ? own->fields : response.list)
    if (name == "Set-Cookie") set.push_back(value);
  return set;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const abide::site site = make_site();
  input in(data, size);
  const bool posts = in.flag(), tls = in.flag();
  const std::string target = posts ? "/consent" : "/" + std::string(in.line());
  const std::string host(in.line()), cookie(in.rest());
  const std::vector<std::string> set = set_by(site, posts, target, host, cookie, tls);
  std::size_t bytes = 0;
  for (const std::string& field : set) {
    bytes += field.size() + std::string_view("Set-Cookie: \r\n").size();
    must(field.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos, "a field is one line");
    const abide::set_cookie c = abide::parse_set_cookie(field);
    must(abide::deletes(c, now) || c.name.find("abide") != std::string_view::npos, "only Abide's own cookie is made");
    must(c.name.empty() || c.name.front() != 'r', "nothing that is required ends");
  }
  must(set.size() <= fields_max && bytes <= bytes_max, "an answer has a budget");
  if (posts && !set.empty()) must(set.front().find("abide=1.n") != std::string::npos, "the consent cookie comes first");
  must_be_linear(cookie, [&](std::string_view text) { (void)set_by(site, posts, target, host, text, tls); });
  return 0;
}
