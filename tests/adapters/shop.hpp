#pragma once
// A site for tests of adapters, and the requests that they send.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "abide/site.hpp"

namespace adapters {

namespace http = boost::beast::http;
using text_request = http::request<http::string_body>;

constexpr std::string_view policy = R"({
  "site": {"name": "Shop", "host": "www.shop.example"},
  "cookies": [{"name": "cart", "category": "required"}]
})";
constexpr std::string_view page =
    "<!doctype html><html lang=en><head><title>Shop</title></head><body><h1>Shop</h1></body></html>";
constexpr std::string_view refusal = "choice=reject-all&from=banner&return=%2F";
constexpr std::string_view consent = "choice=accept-all&from=banner&return=%2F";

struct shop {
  std::shared_ptr<std::vector<std::string>> warnings = std::make_shared<std::vector<std::string>>();
  abide::site site;

  explicit shop(std::shared_ptr<abide::log> log = nullptr, std::string where = "DE")
      : shop(options_of(std::move(log), std::move(where))) {}
  explicit shop(abide::site_options options) : site(made(std::move(options), warnings)) {}

  static abide::site_options options_of(std::shared_ptr<abide::log> log, std::string where) {
    abide::site_options options;
    options.location = std::move(where);
    if (!log) options.records = "none";
    options.log = std::move(log);
    return options;
  }

  static abide::site made(abide::site_options options, std::shared_ptr<std::vector<std::string>> warnings) {
    options.keys = {std::string(32, 'k')};
    options.warn = [warnings](const std::string& text) { warnings->push_back(text); };
    return abide::site(abide::parse_config(policy, "policy.json"), std::move(options));
  }
};

template <class Header>
void set_fields(Header& header, http::verb method, std::string_view target) {
  header.version(11);
  header.method(method);
  header.target({target.data(), target.size()});
  header.set(http::field::host, "www.shop.example");
  if (method == http::verb::post) header.set("Sec-Fetch-Site", "same-origin");
}

inline text_request get(std::string_view target = "/") {
  text_request request;
  set_fields(request, http::verb::get, target);
  return request;
}

inline text_request choice(std::string_view form) {
  text_request request;
  set_fields(request, http::verb::post, "/consent");
  request.body() = form;
  request.prepare_payload();
  return request;
}

inline const abide::connection direct{"127.0.0.1", abide::transport::plain};

}  // namespace adapters
