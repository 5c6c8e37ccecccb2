#include "abide/beast.hpp"

#include "site/exchange.hpp"

namespace abide::beast_detail {

namespace http = boost::beast::http;

beast_reply reply_of(own_reply&& own, unsigned version, bool keep_alive, bool is_head) {
  beast_reply reply(static_cast<http::status>(own.status), version);
  for (const auto& [name, value] : own.fields) reply.insert(name, value);
  reply.keep_alive(keep_alive);
  reply.content_length(own.body.size());
  if (!is_head) reply.body() = std::move(own.body);
  return reply;
}

void warn_of_unreadable_form(const visit& v) {
  v.warn_once(
      detail::warning::unreadable_form,
      "Abide cannot read the body type of the request with the notice's form, so the choice is refused; read requests "
      "as string_body, or pass abide::answer a request with a string_body");
}

void warn_of_fixed_page(const visit& v, std::string_view why) {
  v.warn_once(detail::warning::fixed_page, "an HTML page has no notice, because " + std::string(why) +
                                               "; send pages as string_body, or as file_body through abide::finished");
}

}  // namespace abide::beast_detail
