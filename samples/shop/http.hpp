#pragma once
// The shop's types for requests and responses.
#include <boost/beast/http.hpp>

namespace firwick {

namespace http = boost::beast::http;
using request = http::request<http::string_body>;
using response = http::response<http::string_body>;

}  // namespace firwick
