// A browser's visits in a row, with the contents of its cookie jar after each. A visitor who refused is not tracked
// until they accept, whatever the order of an adapter's calls, and no answer grows.
#include "abide/carry.hpp"
#include "abide/site.hpp"
#include "fields.hpp"
#include "input.hpp"
#include "unit/cookie_jar.hpp"

namespace {

constexpr std::int64_t start = 1795305600;
const tests::web_address page{"www.shop.example", "/", true}, form{"www.shop.example", "/consent", true};

abide::site make_site(std::string_view place) {
  abide::site_options options;
  options.keys = {std::string(32, 'k')};
  options.location = place;
  options.records = "none";
  options.warn = [](const std::string&) {};
  return abide::site(abide::parse_config(
                         R"({"site": {"host": "www.shop.example"}, "cookies": [{"name": "r", "category": "required"},
              {"name": "t*", "category": "targeting"}, {"name": "a", "category": "analytics"}]})",
                         "policy"),
                     std::move(options));
}

constexpr std::string_view choices[]{"choice=reject-all",
                                     "choice=accept-all",
                                     "choice=withdraw",
                                     "choice=confirm",
                                     "choice=save&grant=analytics",
                                     "choice=opt-out",
                                     "gpc=1",
                                     "choice=save&grant=targeting",
                                     ""};

class browser {
 public:
  explicit browser(const abide::site& site) : site_(site) {}

  void visit_page(input& in) {
    const unsigned how = in.byte();
    field_list request = fields(how);
    abide::visit v = begin("GET", "/", request);
    if (how & 4) carry(v, v.identify("account", {}, request), request);
    if (how & 8) (void)v.take_reply();  // before any question
    carry(v, v.answer("GET", "/", request, {}), request);
    must(!v.take_reply(), "a page is the application's");
    check_followed(request, how);
    field_list response{{"Content-Type", "text/html"}, {"Set-Cookie", "t1=new; Path=/"}, {"Set-Cookie", "r=1; Path=/"}};
    std::string body(how & 16 ? "" : "<!doctype html><title>x</title>");
    body += in.line();
    const std::size_t size = body.size();
    v.finish(how & 32 ? 404 : 200, response, how & 64 ? nullptr : &body);
    must(body.size() <= size + 65'536, "what is put into a page is bounded");
    must(response.all("Set-Cookie").find("r=1") != std::string::npos, "what is required passes");
    keep(response.list, page);
    if (refused_) must(jar_.header(page).find("t1=new") == std::string::npos, "and what was refused does not");
    if (how & 128) v.finish(200, response, &body);  // a second time: an adapter's mistake
  }

  void choose(input& in) {
    const unsigned how = in.byte();
    const std::string_view body = in.flag() ? choices[in.byte() % std::size(choices)] : in.line();
    field_list request = fields(how);
    request.add("Content-Type", "application/x-www-form-urlencoded");
    abide::visit v = begin("POST", "/consent", request);
    carry(v, v.answer("POST", "/consent", request, body), request);
    const auto own = v.take_reply();
    must(own.has_value() && own->body.size() < 262'144, "a form has an answer, which is bounded");
    must(own->status == 303 || own->status == 200 || own->status == 204 || own->status >= 400, "of a usual status");
    keep(own->fields, form);
    if (own->status >= 400) return;
    refused_ = body == choices[0] || body == choices[2];
  }

  void later(unsigned seconds) { now_ += seconds; }

 private:
  field_list fields(unsigned how) {
    jar_.store("t2=x; Path=/", page);  // set by a script
    field_list request{{"Host", "www.shop.example"}, {"Sec-Fetch-Site", "same-origin"}};
    if (const std::string cookies = jar_.header(page); !cookies.empty()) request.add("Cookie", cookies);
    if (how & 1) request.add("Sec-GPC", "1");
    if (how & 2) request.add("Sec-Fetch-Mode", "navigate");
    return request;
  }
  abide::visit begin(std::string_view method, std::string_view target, field_list& request) {
    return site_.begin(method, target, request, {"", abide::transport::tls}, now_);
  }
  static void carry(abide::visit& v, abide::effect wanted, field_list& request) {
    for (unsigned count = 0; wanted; ++count) {
      must(count < 8, "an exchange asks for a few things and ends");
      wanted = v.resume(abide::carry_out(v, std::move(wanted)), request);
    }
    abide::hand_over(v);
  }
  void check_followed(const field_list& request, unsigned how) const {
    if (refused_ || how & 1)
      must(request.all("Cookie").find("t2=") == std::string::npos, "who refused, or sends the signal, is not followed");
  }
  void keep(const std::vector<std::pair<std::string, std::string>>& fields, const tests::web_address& from) {
    std::size_t count = 0;
    for (const auto& [name, value] : fields) {
      if (name != "Set-Cookie") continue;
      ++count;
      jar_.store(value, from);
    }
    must(count <= 42, "an answer has a budget");
  }

  const abide::site& site_;
  tests::cookie_jar jar_{start};
  std::int64_t now_ = start;
  bool refused_ = false;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const abide::site in_germany = make_site("DE"), in_california = make_site("US-CA");
  input in(data, size);
  browser b(in.flag() ? in_germany : in_california);
  for (unsigned count = 0; count < 12 && !in.empty(); ++count) {
    const unsigned what = in.byte();
    b.later(what);
    if (what & 1) b.choose(in);
    else b.visit_page(in);
  }
  return 0;
}
