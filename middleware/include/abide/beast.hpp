#pragma once
// Abide around a Boost.Beast handler, in blocking and coroutine servers alike:
//
//   auto visit = abide::begin(site, parser.get(), {peer});                     // after the header, before the body
//   if (auto reply = abide::answer(visit, request)) return *reply;             // Abide's own pages
//   auto response = handle(request);
//   abide::finish(visit, response);                                            // before it becomes a message_generator
#include <optional>
#include <string>
#include <type_traits>

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "abide/site.hpp"

namespace abide {

using beast_request_header = boost::beast::http::request_header<>;
using beast_response_header = boost::beast::http::response_header<>;
using beast_reply = boost::beast::http::response<boost::beast::http::string_body>;

namespace beast_detail {
std::optional<beast_reply> answer(visit&, beast_request_header&, std::string_view body, bool keep_alive,
                                  unsigned version);
bool finish(visit&, beast_response_header&, std::string* body);
}  // namespace beast_detail

/// Takes the header as `read_header` left it, before the body: Beast merges chunked trailers into the fields, and a
/// trailer is no signal (W3C GPC, GPC-6). Removes the Cookie fields' refused cookies.
visit begin(const site&, beast_request_header&, const connection& = {});

/// Tells who is logged in (visit::identify).
void identify(visit&, beast_request_header&, std::string_view account, const visitor& about = {});

/// The reply when the request is for one of Abide's own pages; send it and do not ask the application. Read at most
/// visit.body_limit() + 1 bytes of body where that is not 0.
template <class Body>
std::optional<beast_reply> answer(visit& v, boost::beast::http::request<Body>& request) {
  std::string_view body;
  if constexpr (std::is_same_v<typename Body::value_type, std::string>) body = request.body();
  return beast_detail::answer(v, request.base(), body, request.keep_alive(), request.version());
}

/// Filters the response. Pages with another body than std::string get no notice inserted; their cookies are filtered
/// all the same.
template <class Body>
void finish(visit& v, boost::beast::http::response<Body>& response) {
  std::string* body = nullptr;
  if constexpr (std::is_same_v<typename Body::value_type, std::string>) body = &response.body();
  if (beast_detail::finish(v, response.base(), body)) response.prepare_payload();
}

}  // namespace abide
