#pragma once
// Adapter for Boost.Beast, for blocking servers:
//
//   auto visit = abide::begin(site, parser.get(), stream, abide::transport::plain);  // before the body is read
//   if (auto reply = abide::answer(visit, request)) return *reply;                   // Abide's own pages
//   return abide::finished(visit, handle(request)); // any Beast response
//
// or all three in one call: abide::respond(site, request, stream, abide::transport::plain, handle). Servers that must
// not block use `co_await abide::async_answer(visit, request)` (beast_async.hpp). Messages may have any fields,
// allocator and body.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/message_generator.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "abide/api.h"
#include "abide/beast_body.hpp"
#include "abide/beast_fields.hpp"
#include "abide/beast_stream.hpp"
#include "abide/carry.hpp"
#include "abide/site.hpp"

namespace abide {

/// A reply from one of Abide's own pages. For HEAD it has no body, but the Content-Length of GET: send it as it is.
using beast_reply = boost::beast::http::response<boost::beast::http::string_body>;

/// A parser that drops the trailer fields of a chunked request, which Beast would merge into the header: they are
/// neither signals nor cookies (W3C GPC, GPC-6). For servers that read the whole request before begin; servers that
/// call begin between header and body do not need it.
template <class Body, class Allocator = std::allocator<char>>
class request_parser : public boost::beast::http::request_parser<Body, Allocator> {
 public:
  using boost::beast::http::request_parser<Body, Allocator>::request_parser;

 private:
  void on_field_impl(boost::beast::http::field name, boost::beast::string_view name_string,
                     boost::beast::string_view value, boost::beast::error_code&) override {
    if (!has_header_) this->get().insert(name, name_string, value);
  }
  void on_header_impl(boost::beast::error_code& error) override {
    has_header_ = true;
    error = {};
  }
  bool has_header_ = false;
};

/// Call it with the header from `read_header`, before the body, or from Abide's request_parser. Removes refused cookies
/// from the Cookie fields. Does not block.
template <class Fields>
visit begin(const site& s, boost::beast::http::header<true, Fields>& header, connection from) {
  from.takes_chunks = header.version() >= 11;
  beast_detail::section fields(beast_detail::fields_of(header));
  return s.begin(beast_detail::view(header.method_string()), beast_detail::view(header.target()), fields, from,
                 current_time(s));
}

/// The same, but gets the peer's address from the socket or from a stream above it, with one system call.
template <class Fields, class Stream>
visit begin(const site& s, boost::beast::http::header<true, Fields>& header, const Stream& stream, transport how) {
  const std::string peer = beast_detail::peer_of(boost::beast::get_lowest_layer(stream));
  return begin(s, header, connection(peer, how));
}

namespace beast_detail {

[[nodiscard]] ABIDE_API beast_reply reply_of(own_reply&&, unsigned version, bool keep_alive, bool is_head);
ABIDE_API void warn_of_unreadable_form(const visit&);
ABIDE_API void warn_of_fixed_page(const visit&, std::string_view why);

template <class Body>
inline constexpr std::string_view why_fixed =
    readable<typename Body::value_type>                    ? "abide::finish cannot replace its body"
    : std::is_same_v<Body, boost::beast::http::empty_body> ? "its body is not in the response"
                                                           : "Abide cannot read its body type";

/// The body, up to the limit of Abide's own pages; empty if the request is not for them.
template <class Body>
std::string form_of(const visit& v, typename Body::value_type& body) {
  if (v.body_limit() == 0) return {};
  if constexpr (readable<typename Body::value_type>) return received_text(body, v.body_limit() + 1);
  else if constexpr (!std::is_same_v<Body, boost::beast::http::empty_body>) warn_of_unreadable_form(v);
  return {};
}

template <class Body, class Fields>
effect ask(visit& v, boost::beast::http::request<Body, Fields>& request) {
  section fields(fields_of(request));
  const std::string form = form_of<Body>(v, request.body());
  return v.answer(view(request.method_string()), view(request.target()), fields, form);
}

template <class Body, class Fields>
effect resume(visit& v, boost::beast::http::request<Body, Fields>& request, effect_result&& result) {
  section fields(fields_of(request));
  return v.resume(std::move(result), fields);
}

template <class Body, class Fields>
std::optional<beast_reply> reply_to(visit& v, const boost::beast::http::request<Body, Fields>& request) {
  hand_over(v);
  auto own = v.take_reply();
  if (!own) return {};
  return reply_of(std::move(*own), request.version(), request.keep_alive(),
                  request.method() == boost::beast::http::verb::head);
}

}  // namespace beast_detail

/// See visit::identify. May block for the log, at most a tenth of a second.
template <class Fields>
void identify(visit& v, boost::beast::http::header<true, Fields>& header, std::string_view account,
              const visitor& about = {}) {
  beast_detail::section fields(beast_detail::fields_of(header));
  for (effect wanted = v.identify(account, about, fields); wanted;)
    wanted = v.resume(carry_out(v, std::move(wanted)), fields);
  hand_over(v);
}

/// The reply if the request is for one of Abide's own pages: send it and do not call the application. If
/// visit.body_limit() is not 0, read at most visit.body_limit() + 1 bytes of body before. Blocks for the log when a
/// choice is saved.
template <class Body, class Fields>
[[nodiscard]] std::optional<beast_reply> answer(visit& v, boost::beast::http::request<Body, Fields>& request) {
  for (effect wanted = beast_detail::ask(v, request); wanted;)
    wanted = beast_detail::resume(v, request, carry_out(v, std::move(wanted)));
  return beast_detail::reply_to(v, request);
}

/// Filters the response in place and inserts the notice into a page if its body can be changed: strings, vectors of
/// characters, Beast's buffers. For other bodies it only filters the fields, and the site warns once; `finished` can
/// change files too. Does not block.
template <class Body, class Fields>
void finish(visit& v, boost::beast::http::response<Body, Fields>& response) {
  using value = typename Body::value_type;
  beast_detail::section fields(beast_detail::fields_of(response));
  const unsigned status = response.result_int();
  bool changed = false;
  if constexpr (std::is_same_v<value, std::string>) {
    changed = v.finish(status, fields, &response.body());
  } else if (!v.wants_body(status, fields)) {
    v.finish(status, fields, nullptr);
  } else if constexpr (beast_detail::assignable<value> || beast_detail::buffered<value>) {
    std::string page = beast_detail::text_of(response.body(), static_cast<std::size_t>(-1));
    const bool inserted = v.finish(status, fields, &page);
    changed = inserted && beast_detail::assign(response.body(), page);
    if (inserted && !changed) beast_detail::warn_of_fixed_page(v, "its buffer has no room for the notice");
  } else {
    v.finish(status, fields, nullptr);
    beast_detail::warn_of_fixed_page(v, beast_detail::why_fixed<Body>);
  }
  if (changed) response.prepare_payload();
  hand_over(v);
}

/// Like finish for a body that is sent in pieces: a file, or a `buffer_body` that the application fills step by step
/// (then in `body().inner`). Serialize the returned response. Memory use is constant, and the first byte is not
/// delayed; a page is sent in chunks. Does not wait for the log; reads the beginning of a file.
template <class Body, class Fields>
[[nodiscard]] boost::beast::http::response<streamed_body<Body>, Fields> streamed(
    visit& v, boost::beast::http::response<Body, Fields>&& response) {
  beast_detail::section fields(beast_detail::fields_of(response));
  const unsigned status = response.result_int();
  beast_detail::body_beginning beginning;
  if (v.wants_body(status, fields)) beginning = beast_detail::beginning_of(response.body());
  page_insertion insertion = v.finish_streamed(status, fields, beginning.bytes, beginning.is_whole);
  boost::beast::http::response<streamed_body<Body>, Fields> sent(std::move(response.base()));
  sent.body().inner = std::move(response.body());
  if (insertion) beast_detail::end_by_itself(sent, v.takes_chunks());
  sent.body().insertion = std::move(insertion);
  hand_over(v);
  return sent;
}

/// Like finish for any body, as the last call: inserts into a page from a file while it is sent. Does not wait for the
/// log.
template <class Body, class Fields>
[[nodiscard]] boost::beast::http::message_generator finished(visit& v,
                                                             boost::beast::http::response<Body, Fields>&& response) {
  using value = typename Body::value_type;
  if constexpr (beast_detail::readable<value> && !beast_detail::assignable<value> && !beast_detail::buffered<value>) {
    beast_detail::section fields(beast_detail::fields_of(response));
    if (v.wants_body(response.result_int(), fields)) {
      if constexpr (beast_detail::filed<value>)
        return boost::beast::http::message_generator(streamed(v, std::move(response)));
      boost::beast::http::response<boost::beast::http::string_body, Fields> page(std::move(response.base()));
      page.body() = beast_detail::text_of(response.body(), static_cast<std::size_t>(-1));
      finish(v, page);
      return boost::beast::http::message_generator(std::move(page));
    }
  }
  finish(v, response);
  return boost::beast::http::message_generator(std::move(response));
}

/// A response with any body and fields, for handlers that would otherwise return a message_generator. Owns the
/// response. Only `finished` accepts it, so no response can be sent unfinished.
class any_response {
 public:
  /// Takes ownership of the response.
  template <class Body, class Fields>
  any_response(boost::beast::http::response<Body, Fields>&& response)
      : held_(std::make_unique<held<Body, Fields>>(std::move(response))) {}

  friend boost::beast::http::message_generator finished(visit&, any_response&&);

 private:
  struct base {
    virtual ~base() = default;
    virtual boost::beast::http::message_generator finished_by(visit&) = 0;
  };

  template <class Body, class Fields>
  struct held final : base {
    explicit held(boost::beast::http::response<Body, Fields>&& r) : response(std::move(r)) {}
    boost::beast::http::message_generator finished_by(visit& v) override { return finished(v, std::move(response)); }
    boost::beast::http::response<Body, Fields> response;
  };

  std::unique_ptr<base> held_;
};

/// The same for the response in an any_response.
[[nodiscard]] inline boost::beast::http::message_generator finished(visit& v, any_response&& response) {
  return response.held_->finished_by(v);
}

/// The whole exchange in one call, for servers that read whole requests (with a request_parser). `handle(request)`
/// returns the application's response, with any body; it is not called for Abide's own pages. May block.
template <class Body, class Fields, class Stream, class Handle>
[[nodiscard]] boost::beast::http::message_generator respond(const site& s,
                                                            boost::beast::http::request<Body, Fields>& request,
                                                            const Stream& stream, transport how, Handle&& handle) {
  visit v = begin(s, request, stream, how);
  if (auto reply = answer(v, request)) return std::move(*reply);
  return finished(v, std::forward<Handle>(handle)(request));
}

}  // namespace abide
