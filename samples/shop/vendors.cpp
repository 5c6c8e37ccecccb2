#include "vendors.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "form.hpp"
#include "tracking.hpp"

namespace firwick {
namespace {

using nlohmann::json;

constexpr std::size_t most_noted = 500;

/// One transparent pixel.
constexpr char pixel[] =
    "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff\x21\xf9\x04\x01\x00\x00\x00\x00"
    "\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b";
static_assert(sizeof pixel - 1 == 43);

std::string text_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

response answer_with(http::status status, std::string_view type, std::string body) {
  response answer{status, 11};
  answer.set(http::field::content_type, type);
  answer.set(http::field::cache_control, "no-store");
  answer.body() = std::move(body);
  return answer;
}

}  // namespace

vendor::vendor(std::string name, std::string cookie, const std::filesystem::path& tag)
    : name_(std::move(name)), cookie_(std::move(cookie)) {
  std::ifstream in(tag, std::ios::binary);
  if (!in) throw std::runtime_error(tag.string() + ": cannot read");
  std::ostringstream content;
  content << in.rdbuf();
  tag_ = content.str();
}

response vendor::handle(const request& asked) {
  const std::string target = text_of(asked.target());
  const std::string path = target.substr(0, target.find('?'));
  if (path == "/log" && asked.method() == http::verb::delete_) log_.clear();
  if (path == "/log") return log();

  note(asked);
  response answer;
  if (path == "/tag.js") answer = answer_with(http::status::ok, "text/javascript; charset=utf-8", tag_);
  else if (path == "/pixel.gif") answer = answer_with(http::status::ok, "image/gif", {pixel, sizeof pixel - 1});
  else if (path == "/collect") answer = answer_with(http::status::no_content, "text/plain", {});
  else return answer_with(http::status::not_found, "text/plain", "Not found\n");
  recognise(asked, answer);
  return answer;
}

response vendor::log() const {
  return answer_with(http::status::ok, "application/json", json{{"vendor", name_}, {"requests", log_}}.dump(2) + "\n");
}

void vendor::note(const request& asked) {
  if (log_.size() == most_noted) log_.pop_front();
  log_.push_back({{"method", text_of(asked.method_string())},
                  {"target", text_of(asked.target())},
                  {"cookie", text_of(asked[http::field::cookie])},
                  {"referer", text_of(asked[http::field::referer])},
                  {"gpc", text_of(asked["Sec-GPC"])},
                  {"body", asked.body().substr(0, 1024)}});
}

/// Recognizes the browser on every site with the tag: the purpose of third-party cookies.
void vendor::recognise(const request& asked, response& answer) const {
  const auto known = cookie_of(asked, cookie_);
  answer.insert(http::field::set_cookie, cookie_ + "=" + known.value_or(random_token()) +
                                             "; Path=/; Max-Age=31536000; Secure; HttpOnly; SameSite=None");
  if (const auto origin = asked[http::field::origin]; !origin.empty()) {
    answer.set(http::field::access_control_allow_origin, origin);
    answer.set(http::field::access_control_allow_credentials, "true");
    answer.set(http::field::vary, "Origin");
  }
}

}  // namespace firwick
