#pragma once
// The application of the conformance test: see README.md.
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

inline answer answer_to(std::string_view method, std::string_view target, std::string_view cookies,
                        std::string_view body) {
  const std::string_view path = target.substr(0, target.find('?'));
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
