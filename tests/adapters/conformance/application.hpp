#pragma once
// The application of the conformance test: see README.md.
#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace application {

constexpr std::string_view page =
    "<!doctype html><html lang=\"en\"><head><title>Shop</title></head><body><h1>Shop</h1></body></html>";

struct answer {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

/// `200 Content-Type: text/html`, more fields in lines of their own, an empty line and the body, in hexadecimal.
inline answer answer_in(std::string_view hex) {
  std::string text;
  for (; hex.size() >= 2; hex.remove_prefix(2)) {
    unsigned byte = 0;
    std::from_chars(hex.data(), hex.data() + 2, byte, 16);
    text += static_cast<char>(byte);
  }
  const std::size_t head = text.find("\n\n");
  answer made{0, {}, text.substr(head + 2)};
  std::from_chars(text.data(), text.data() + 3, made.status);
  for (std::string_view lines = std::string_view(text).substr(4, head - 4); !lines.empty();) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    const std::size_t colon = line.find(": ");
    made.fields.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
  }
  return made;
}

inline answer answer_to(std::string_view method, std::string_view target, std::string_view cookies,
                        std::string_view body) {
  const std::string_view path = target.substr(0, target.find('?'));
  constexpr std::string_view any = "/any/";
  if (path.starts_with(any)) return answer_in(path.substr(any.size()));
  const std::vector<std::pair<std::string, std::string>> set{{"Set-Cookie", "cart=1; Path=/; HttpOnly"},
                                                             {"Set-Cookie", "_ga=GA1.1.1.1; Path=/; Max-Age=34560000"},
                                                             {"Set-Cookie", "_fbp=fb.1.1; Path=/; Max-Age=7776000"}};
  answer made{200, {{"Content-Type", "text/html; charset=utf-8"}}, std::string(page)};
  if (path == "/page" || path == "/stream") made.fields.insert(made.fields.end(), set.begin(), set.end());
  else if (path == "/download") made.fields.emplace_back("Content-Disposition", "attachment; filename=\"page.html\"");
  else if (path == "/cached")
    made.fields.insert(made.fields.end(), {{"Cache-Control", "public, max-age=600"}, {"ETag", "\"a\""}});
  else if (path == "/final") {
    made.fields.emplace_back("Cache-Control", "max-age=600, no-transform");
    made.fields.insert(made.fields.end(), set.begin(), set.end());
  } else if (path == "/amp") {
    made.body.insert(page.find("<html") + 5, " amp");
  } else if (path == "/json") {
    made.fields = set;
    made.fields.emplace_back("Content-Type", "application/json");
    made.body = "{\"cookie\":\"" + std::string(cookies) + "\"}";
  } else if (path == "/echo" && method == "POST") {
    made.fields = {{"Content-Type", "text/plain"}};
    made.body = body;
  } else if (path == "/logout") {
    made = {303, {{"Location", "/page?bye#top"}, {"Clear-Site-Data", "\"cookies\""}}, {}};
  } else {
    made.status = 404;
  }
  return made;
}

}  // namespace application
