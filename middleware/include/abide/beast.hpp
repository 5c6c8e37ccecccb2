#pragma once
// Abide around a Boost.Beast handler, in blocking servers:
//
//   auto visit = abide::begin(site, parser.get(), stream, abide::transport::plain);  // before the body is read
//   if (auto reply = abide::answer(visit, request)) return *reply;                   // Abide's own pages
//   return abide::finished(visit, handle(request));                                  // any response of Beast's
//
// or the three in one: abide::respond(site, request, stream, abide::transport::plain, handle). Servers that must not
// block say `co_await abide::async_answer(visit, request)` (beast_async.hpp). Messages may have any fields, allocator
// and body.
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

/// A reply of Abide's own. For HEAD it has no body and the length of the one that GET has: send it as it is.
using beast_reply = boost::beast::http::response<boost::beast::http::string_body>;

/// A parser that drops the trailers of a chunked request, which Beast merges into the fields: a trailer is no signal
/// and no cookie (W3C GPC, GPC-6). For servers that read a request as a whole and call begin after it; whoever calls
/// begin between header and body needs none.
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

/// Takes the header as `read_header` left it, before the body, or as a request_parser of Abide's left it. Removes the
/// refused cookies from the Cookie fields. Does not wait.
template <class Fields>
visit begin(const site& s, boost::beast::http::header<true, Fields>& header, connection from) {
  from.takes_chunks = header.version() >= 11;
  beast_detail::section fields(beast_detail::fields_of(header));
  return s.begin(beast_detail::view(header.method_string()), beast_detail::view(header.target()), fields, from,
                 current_time(s));
}

/// The same; asks the socket, or the stream above it, for the peer's address. One system call.
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
                                                           : "its body type has no bytes that Abide can read";

/// The body as far as Abide's own pages read it; nothing for a request that is not theirs.
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
effect resume(visit& v, boost::beast::http::request<Body, Fields>& request, effect_result result) {
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

/// Tells who is logged in (visit::identify). May wait for the log, a tenth of a second at most.
template <class Fields>
void identify(visit& v, boost::beast::http::header<true, Fields>& header, std::string_view account,
              const visitor& about = {}) {
  beast_detail::section fields(beast_detail::fields_of(header));
  for (effect wanted = v.identify(account, about, fields); wanted;)
    wanted = v.resume(carry_out(v, std::move(wanted)), fields);
  hand_over(v);
}

/// The reply when the request is for one of Abide's own pages; send it and do not ask the application. Read at most
/// visit.body_limit() + 1 bytes of body where that is not 0. Waits for the log where a choice is saved: for threads
/// that may block.
template <class Body, class Fields>
[[nodiscard]] std::optional<beast_reply> answer(visit& v, boost::beast::http::request<Body, Fields>& request) {
  for (effect wanted = beast_detail::ask(v, request); wanted;)
    wanted = beast_detail::resume(v, request, carry_out(v, std::move(wanted)));
  return beast_detail::reply_to(v, request);
}

/// Filters the response in place and inserts the notice into a page whose body can be changed: strings, vectors of
/// characters, Beast's buffers. Of other bodies only the fields are filtered, and the site warns once: `finished` can
/// change files too. Does not wait.
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
    if (inserted && !changed) beast_detail::warn_of_fixed_page(v, "its buffer has no room for one");
  } else {
    v.finish(status, fields, nullptr);
    beast_detail::warn_of_fixed_page(v, beast_detail::why_fixed<Body>);
  }
  if (changed) response.prepare_payload();
  hand_over(v);
}

/// The same for a body that is sent piece by piece: of a file, or one whose buffers the application fills as it goes
/// (`buffer_body`, then in `body().inner`). Serialize what comes back. Memory stays flat, and the first byte is not
/// held back; a page is sent in chunks. Does not wait for the log; reads the beginning of a file.
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

/// The same in one call at the end, for any body: a page from a file is inserted into as it is sent. Does not wait for
/// the log.
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

/// A response of any body and fields, to be passed to `finished`: a handler returns it in place of a message_generator.
/// It cannot be written to a stream, so no response leaves unfinished. It owns the response.
class any_response {
 public:
  /// Takes the response over.
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

/// The same for what any_response holds.
[[nodiscard]] inline boost::beast::http::message_generator finished(visit& v, any_response&& response) {
  return response.held_->finished_by(v);
}

/// The whole exchange in one call, for servers that read a request as a whole (into a request_parser):
/// `handle(request)` makes the application's response, of any body, and is not asked for Abide's own pages. For threads
/// that may block.
template <class Body, class Fields, class Stream, class Handle>
[[nodiscard]] boost::beast::http::message_generator respond(const site& s,
                                                            boost::beast::http::request<Body, Fields>& request,
                                                            const Stream& stream, transport how, Handle&& handle) {
  visit v = begin(s, request, stream, how);
  if (auto reply = answer(v, request)) return std::move(*reply);
  return finished(v, std::forward<Handle>(handle)(request));
}

}  // namespace abide
