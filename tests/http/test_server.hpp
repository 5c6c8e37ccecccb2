#pragma once
// A blocking Beast server on an ephemeral port of 127.0.0.1, with Abide around a scripted application, and a client
// that sends any bytes. Beast itself stays in test_server.cpp.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abide/records.hpp"
#include "abide/signal.hpp"
#include "abide/site.hpp"

namespace http_test {

using field_pairs = std::vector<std::pair<std::string, std::string>>;

/// The values of all fields of this name, with ` | ` between them.
std::string all_of(const field_pairs&, std::string_view name);
bool has(const field_pairs&, std::string_view name);

/// A request as the application saw it.
struct asked {
  std::string method, target, body;
  field_pairs fields;
};

/// What the application answers with.
struct told {
  unsigned status = 200;
  field_pairs fields;
  std::string body;
  bool opaque_body = false;  ///< the body is not a std::string, so Abide cannot change it
};

using application = std::function<told(const asked&)>;

/// An HTML page.
told page(std::string body =
              "<!doctype html><html lang=\"en\"><head><title>Shop</title></head><body><h1>Shop</h1></body></html>",
          field_pairs more = {});

/// Fields of a request say what an application would know: `X-Account: name`, `X-Age: 15`, `X-Incentive: kept` (any
/// other value: was asked, and withdrew).
class test_server {
 public:
  test_server(abide::site, application);
  ~test_server();

  unsigned short port() const noexcept;
  abide::records* log() const noexcept;
  /// Tells Abide that connections use TLS.
  void pretend_tls(bool) noexcept;
  /// Tells Abide this peer address instead of the real one.
  void pretend_peer(std::string) noexcept;

  /// The report of the latest exchange that reached the application.
  asked seen() const;
  std::vector<abide::report_item> report() const;
  std::size_t exchanges() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// A response as it was sent over the wire.
struct answer {
  unsigned status = 0;  ///< 0: the server closed without an answer
  field_pairs fields;
  std::string body;

  std::string all(std::string_view name) const { return all_of(fields, name); }
  std::vector<std::string> set_cookies() const;
  /// The Set-Cookie fields of this name, with ` | ` between them.
  std::string set_cookie(std::string_view name) const;
};

/// Sends the bytes, reads until the server closes, and parses the responses.
std::vector<answer> talk(unsigned short port, const std::string& bytes);
std::string request_text(std::string_view method, std::string_view target, const field_pairs& fields,
                         std::string_view body);

}  // namespace http_test
