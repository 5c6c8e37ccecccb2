#include "proxy/replies.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "pages/template.hpp"
#include "policy/texts.hpp"

namespace abide::detail::proxy {
namespace {

struct status_words {
  unsigned status = 0;
  std::string_view reason, sentence = {};
  std::string_view title = "proxy.refused", text = {};  ///< of the page: keys of texts
};

constexpr std::string_view later = "page.later";

/// Of the methods that are registered with RFC 9110 and RFC 5789, the proxy refuses CONNECT and TRACE.
constexpr std::string_view supported_methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

constexpr std::array words{
    status_words{200, "OK"},
    status_words{204, "No Content"},
    status_words{302, "Found"},
    status_words{303, "See Other"},
    status_words{304, "Not Modified"},
    status_words{400, "Bad Request", "The request is malformed or ambiguous."},
    status_words{403, "Forbidden"},
    status_words{404, "Not Found"},
    status_words{405, "Method Not Allowed", "This method is not supported."},
    status_words{408, "Request Timeout", "The request did not arrive in time.", "proxy.late", later},
    status_words{413, "Content Too Large", "The request is too large.", "proxy.large"},
    status_words{414, "URI Too Long", "The address is too long.", "proxy.large"},
    status_words{417, "Expectation Failed", "Expect: only 100-continue is supported."},
    status_words{421, "Misdirected Request"},
    status_words{429, "Too Many Requests"},
    status_words{431, "Request Header Fields Too Large", "The header fields are too large.", "proxy.large"},
    status_words{501, "Not Implemented", "This transfer coding is not supported."},
    status_words{502, "Bad Gateway", "The application behind this site does not answer. Please try again in a moment.",
                 "proxy.away", later},
    status_words{503, "Service Unavailable",
                 "Too many visitors are waiting for this site. Please try again in a moment.", "proxy.away", later},
    status_words{504, "Gateway Timeout",
                 "The application behind this site takes too long. Please try again in a moment.", "proxy.away", later},
    status_words{505, "HTTP Version Not Supported", "This proxy supports HTTP/1.1."},
};

const status_words* find(unsigned status) noexcept {
  const auto at = std::ranges::find(words, status, &status_words::status);
  return at == words.end() ? nullptr : &*at;
}

std::string_view reason_of(unsigned status) noexcept {
  const status_words* const known = find(status);
  return known ? known->reason : std::string_view();
}

std::string page_of(const language& in, const status_words& of, const std::string& choices) {
  const std::string title = escaped(in[of.title]);
  std::string page = "<!doctype html><html lang=\"";
  page.append(in.tag()).append("\" dir=\"").append(in["direction"]).append("\"><head><meta charset=\"utf-8\"><title>");
  page.append(title).append("</title></head><body><h1>").append(title).append("</h1>");
  if (!of.text.empty()) page.append("<p>").append(escaped(in[of.text])).append("</p>");
  if (!choices.empty())
    page.append("<p><a href=\"")
        .append(escaped(choices))
        .append("\">")
        .append(escaped(in["link.settings"]))
        .append("</a></p>");
  return page.append("</body></html>\n");
}

}  // namespace

std::string own_head(const own_reply& reply, bool stays, unsigned minor, std::string_view date) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + ' ';
  head.append(reason_of(reply.status)).append("\r\nDate: ").append(date).append("\r\n");
  for (const auto& [name, value] : reply.fields) head.append(name).append(": ").append(value).append("\r\n");
  if (reply.status != 204 && reply.status != 304)
    head.append("Content-Length: ").append(std::to_string(reply.body.size())).append("\r\n");
  if (!stays) head.append("Connection: close\r\n");
  else if (minor == 0) head.append("Connection: keep-alive\r\n");
  return head.append("\r\n");
}

own_reply failure_reply(unsigned status, const config& site, const header_section& asked, bool links) {
  const status_words* const known = find(status);
  own_reply made;
  made.status = status;
  made.fields = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}};
  if (status == 405) made.fields.emplace_back("Allow", supported_methods);
  if (asked.first("Accept").find("text/html") == std::string_view::npos) {
    made.body = std::string(known ? known->sentence : "") + "\n";
    return made;
  }
  made.fields.front().second = "text/html; charset=utf-8";
  const language& texts = texts_of(site).in(pick_language(asked.first("Accept-Language"), site.languages));
  made.fields.emplace_back("Content-Language", texts.tag());
  made.body = page_of(texts, known ? *known : status_words{}, links ? site.consent_path : std::string());
  return made;
}

}  // namespace abide::detail::proxy
