#pragma once
// Adapter for cpp-httplib (0.11 and later). Header-only, because the library's macros change its classes.
//
//   httplib::Server server;
//   abide::attach(site, server);  // before the application's own routes
//   server.Get("/", ...);
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <httplib.h>

#include "abide/carry.hpp"
#include "abide/headers.hpp"
#include "abide/site.hpp"

namespace abide {

/// The application's own handlers for set_pre_routing_handler and set_post_routing_handler: a server has only one of
/// each, and Abide uses them. Abide calls these, but not for its own pages. Either may be empty.
struct httplib_handlers {
  httplib::Server::HandlerWithResponse before;
  httplib::Server::Handler after;
};

/// Attaches the site to a server: hides and filters cookies, answers Abide's own pages, inserts the notice into pages,
/// also into those of a content provider. Call it before the first route and before listen. The site must outlive the
/// server. A save blocks the worker thread of its request. Responses that may be pages are sent uncompressed and
/// without ranges: the library compresses before Abide could insert.
void attach(const site&, httplib::Server&, httplib_handlers own = {});

namespace httplib_detail {

class section final : public header_section {
 public:
  explicit section(httplib::Headers& fields) noexcept : fields_(fields) {}

  void each(field_function f, void* context) const override {
    for (const auto& [name, value] : fields_) f(context, name, value);
  }

  std::string_view first(std::string_view name) const override {
    const auto [at, end] = fields_.equal_range(std::string(name));
    return at == end ? std::string_view{} : std::string_view(at->second);
  }

  void keep_if(std::string_view name, keep_function keep, void* context) override {
    auto [at, end] = fields_.equal_range(std::string(name));
    while (at != end) at = keep(context, at->second) ? std::next(at) : fields_.erase(at);
  }

  void add(std::string_view name, std::string_view value) override { fields_.emplace(name, value); }

  void replace(std::string_view name, std::string_view value) override {
    std::string copy(value);  // it may view a field that is erased
    erase(name);
    fields_.emplace(name, std::move(copy));
  }

  void erase(std::string_view name) override { fields_.erase(std::string(name)); }

 private:
  httplib::Headers& fields_;
};

/// The exchange of this thread's request: the library calls all handlers of a request in one thread.
class current_visit {
 public:
  static void keep(const httplib::Request& request, visit v) {
    of() = &request;
    held().emplace(std::move(v));
  }
  /// Null if the request was refused before routing or Abide has answered it.
  static visit* find(const httplib::Request& request) { return of() == &request && held() ? &*held() : nullptr; }
  static void drop() {
    of() = nullptr;
    held().reset();
  }

 private:
  static const httplib::Request*& of() {
    static thread_local const httplib::Request* request = nullptr;
    return request;
  }
  static std::optional<visit>& held() {
    static thread_local std::optional<visit> visit;
    return visit;
  }
};

inline connection connection_of(const httplib::Request& request) {
  transport how = transport::plain;
#ifdef CPPHTTPLIB_OPENSSL_SUPPORT
  if (request.ssl) how = transport::tls;
#endif
  // Of a Unix socket the library states no address, and in place of the port the peer's process if that is visible.
  const bool is_unix = request.remote_addr.empty() && request.remote_port > 0;
  connection from(is_unix ? std::string_view("unix:") : request.remote_addr, how);
  from.takes_chunks = request.version != "HTTP/1.0";
  return from;
}

/// Returns false if the request is not for one of Abide's own pages.
inline bool answer(visit& v, httplib::Request& request, httplib::Response& response, std::string_view body) {
  section fields(request.headers);
  for (effect wanted = v.answer(request.method, request.target, fields, body); wanted;)
    wanted = v.resume(carry_out(v, std::move(wanted)), fields);
  hand_over(v);
  auto own = v.take_reply();
  if (!own) return false;
  response.status = static_cast<int>(own->status);
  for (auto& [name, value] : own->fields) response.headers.emplace(name, value);
  response.body = std::move(own->body);
  request.ranges.clear();                    // the library would send a part
  request.headers.erase("Accept-Encoding");  // and would compress what is compressed
  return true;
}

inline void ask_for_a_whole_page(httplib::Request& request) {
  request.headers.erase("Accept-Encoding");
  request.headers.erase("Range");
  request.ranges.clear();
}

inline void change_length(httplib::Response& response) {
  response.headers.erase("Accept-Ranges");
  response.headers.erase("Content-Length");
  if (!response.content_provider_) response.headers.emplace("Content-Length", std::to_string(response.body.size()));
}

/// A content provider that inserts into the bytes of another one.
class inserting_provider {
 public:
  inserting_provider(httplib::ContentProvider inner, std::size_t length, page_insertion insertion)
      : inner_(std::move(inner)), length_(length), insertion_(std::move(insertion)) {}

  bool write_next(httplib::DataSink& sink) {
    httplib::DataSink inside;
    inside.is_writable = sink.is_writable;
    inside.write = [&](const char* data, std::size_t size) {
      passed_ += size;
      insertion_.feed({data, size}, out_);
      return send(sink);
    };
    inside.done = [&] { end(sink); };
    if (!inner_(passed_, length_ > 0 ? length_ - passed_ : 0, inside)) return false;
    if (length_ > 0 && passed_ >= length_) end(sink);  // a provider of known length does not call done
    return true;
  }

 private:
  bool send(httplib::DataSink& sink) {
    const bool sent = out_.empty() || sink.write(out_.data(), out_.size());
    out_.clear();
    return sent;
  }

  void end(httplib::DataSink& sink) {
    if (std::exchange(has_ended_, true)) return;
    insertion_.finish(out_);
    send(sink);
    sink.done();
  }

  httplib::ContentProvider inner_;
  std::size_t length_, passed_ = 0;
  page_insertion insertion_;
  std::string out_;
  bool has_ended_ = false;
};

inline void finish_provider(visit& v, httplib::Response& response, section& fields) {
  const auto status = static_cast<unsigned>(response.status);
  page_insertion insertion;
  if (v.takes_chunks() && v.wants_body(status, fields)) insertion = v.finish_streamed(status, fields, {}, false);
  else v.finish(status, fields, nullptr);
  if (!insertion) return;
  change_length(response);
  if (response.content_length_ > 0) {
    response.is_chunked_content_provider_ = true;
    response.headers.emplace("Transfer-Encoding", "chunked");
  }
  auto made = std::make_shared<inserting_provider>(std::move(response.content_provider_),
                                                   std::exchange(response.content_length_, 0), std::move(insertion));
  response.content_provider_ = [made](std::size_t, std::size_t, httplib::DataSink& sink) {
    return made->write_next(sink);
  };
}

/// Whether the library reads a body of the request, if it gets as far as a route.
inline bool has_body(const httplib::Request& request) {
  if (request.method == "DELETE")
    return request.get_header_value("Content-Length").find_first_not_of('0') != std::string::npos;
  return request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
}

/// Abide answers a request with a body in its own route: only there can the body be read, and the library would take
/// what is left of it for the next request.
inline httplib::Server::HandlerResponse lead_to_own_route(const site& s, httplib::Request& request) {
  request.path = s.settings().consent_path;
  if (request.is_multipart_form_data()) request.headers.erase("Content-Type");  // else the library takes it apart
  request.headers.erase("Content-Encoding");                                    // and decodes a coded body
  return httplib::Server::HandlerResponse::Unhandled;
}

inline httplib::Server::HandlerResponse begin(const site& s, httplib::Request& request, httplib::Response& response,
                                              const httplib_handlers& own) {
  using outcome = httplib::Server::HandlerResponse;
  current_visit::drop();
  section fields(request.headers);
  visit v = s.begin(request.method, request.target, fields, connection_of(request), current_time(s));
  if (v.may_be_page()) ask_for_a_whole_page(request);
  const bool has_form = v.body_limit() > 0 && has_body(request);  // answered when its body is read
  if (!has_form && answer(v, request, response, {}))
    return has_body(request) ? lead_to_own_route(s, request) : outcome::Handled;
  current_visit::keep(request, std::move(v));
  if (has_form) return lead_to_own_route(s, request);
  return own.before ? own.before(request, response) : outcome::Unhandled;
}

inline void finish(const httplib::Request& request, httplib::Response& response, const httplib_handlers& own) {
  visit* const v = current_visit::find(request);
  if (!v) return;
  if (own.after) own.after(request, response);
  section fields(response.headers);
  if (response.content_provider_) finish_provider(*v, response, fields);
  else if (v->finish(static_cast<unsigned>(response.status), fields, &response.body)) change_length(response);
  hand_over(*v);
  current_visit::drop();
}

/// Abide's own route: reads the whole body, of which Abide gets no more than its limit and one byte.
inline void answer_form(httplib::Request& request, httplib::Response& response, const httplib::ContentReader& read) {
  visit* const v = current_visit::find(request);
  const std::size_t most = v ? v->body_limit() + 1 : 0;
  std::string body;
  read([&](const char* data, std::size_t size) {
    body.append(data, std::min(size, most - body.size()));
    return true;
  });
  if (!v) return;        // answered without the body
  response.status = -1;  // if the reader gave up
  if (answer(*v, request, response, body)) current_visit::drop();
  else response.status = 404;
}

/// A regular expression that matches only this path.
inline std::string pattern_of(std::string_view path) {
  std::string pattern;
  for (const char c : path) {
    if (std::string_view(R"(\^$.|?*+()[]{})").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

/// The object belongs to the server and is not const; only the signatures of its handlers are.
inline httplib::Request& changeable(const httplib::Request& request) { return const_cast<httplib::Request&>(request); }

}  // namespace httplib_detail

/// See the declaration above.
inline void attach(const site& s, httplib::Server& server, httplib_handlers own) {
  using namespace httplib_detail;
  const auto shared = std::make_shared<httplib_handlers>(std::move(own));
  server.set_pre_routing_handler([&s, shared](const httplib::Request& request, httplib::Response& response) {
    return begin(s, changeable(request), response, *shared);
  });
  server.set_post_routing_handler(
      [shared](const httplib::Request& request, httplib::Response& response) { finish(request, response, *shared); });
  const std::string route = pattern_of(s.settings().consent_path);
  const httplib::Server::HandlerWithContentReader own_route =
      [](const httplib::Request& request, httplib::Response& response, const httplib::ContentReader& read) {
        answer_form(changeable(request), response, read);
      };
  server.Post(route, own_route);
  server.Put(route, own_route);
  server.Patch(route, own_route);
  server.Delete(route, own_route);
}

}  // namespace abide
