// The guarantees of abide/headers.hpp about a header section, checked for every adapter.
#include <algorithm>
#include <cctype>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "abide/beast_fields.hpp"
#include "abide/headers.hpp"
#include "catch.hpp"
#if ABIDE_TEST_HTTPLIB
#include "abide/httplib.hpp"
#endif

using abide::header_section;

namespace {

using field_list = std::vector<std::pair<std::string, std::string>>;

/// Calls `ask` with a section that holds the fields.
using with_section = std::function<void(const field_list&, const std::function<void(header_section&)>& ask)>;

void with_beast(const field_list& fields, const std::function<void(header_section&)>& ask) {
  boost::beast::http::fields held;
  for (const auto& [name, value] : fields) held.insert(name, value);
  abide::beast_detail::section section(held);
  ask(section);
}

/// The fields as insert() leaves them if it is told no number: Beast does not know their names.
void with_beast_unnumbered(const field_list& fields, const std::function<void(header_section&)>& ask) {
  boost::beast::http::fields held;
  for (const auto& [name, value] : fields) held.insert(boost::beast::http::field::unknown, name, value);
  abide::beast_detail::section section(held);
  ask(section);
}

#if ABIDE_TEST_HTTPLIB
void with_httplib(const field_list& fields, const std::function<void(header_section&)>& ask) {
  httplib::Headers held;
  for (const auto& [name, value] : fields) held.emplace(name, value);
  abide::httplib_detail::section section(held);
  ask(section);
}
#endif

const std::vector<std::pair<std::string, with_section>> sections {
  {"Boost.Beast", with_beast}, {"Boost.Beast without numbers", with_beast_unnumbered},
#if ABIDE_TEST_HTTPLIB
      {"cpp-httplib", with_httplib},
#endif
};

std::vector<std::string> values_of(const header_section& section, std::string_view name) {
  std::pair<std::string, std::vector<std::string>> wanted{std::string(name), {}};
  section.each(
      [](void* context, std::string_view field, std::string_view value) {
        auto& [asked, found] = *static_cast<decltype(wanted)*>(context);
        std::string lower(field);
        for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        if (lower == asked) found.emplace_back(value);
      },
      &wanted);
  return wanted.second;
}

/// Keeps the values on a list, and records every call.
struct keeping {
  std::vector<std::string> kept, asked;
  static bool keep(void* context, std::string_view value) {
    auto& k = *static_cast<keeping*>(context);
    k.asked.emplace_back(value);
    return std::find(k.kept.begin(), k.kept.end(), value) != k.kept.end();
  }
};

using strings = std::vector<std::string>;

}  // namespace

TEST_CASE("a header section shows every field, fields of one name in order, in any letter case") {
  for (const auto& [library, with] : sections) {
    CAPTURE(library);
    with({{"Set-Cookie", "a=1"}, {"Vary", "x"}, {"set-cookie", "b=2"}, {"SET-COOKIE", "c=3"}}, [](header_section& s) {
      CHECK(values_of(s, "set-cookie") == strings{"a=1", "b=2", "c=3"});
      CHECK(values_of(s, "vary") == strings{"x"});
      CHECK(s.first("SET-cookie") == "a=1");
      CHECK(s.first("Cookie").empty());
    });
  }
}

TEST_CASE("keep_if asks for each value once and removes any subset: the first, the last, neighbours, all") {
  const strings values{"a", "b", "c", "d", "e", "f"};
  field_list fields{{"Accept", "*/*"}};
  for (const std::string& value : values) fields.emplace_back("Set-Cookie", value);
  fields.emplace_back("Vary", "x");
  for (const auto& [library, with] : sections)
    for (unsigned bits = 0; bits < 64; ++bits) {
      CAPTURE(library, bits);
      keeping k;
      for (std::size_t i = 0; i < values.size(); ++i)
        if (bits >> i & 1u) k.kept.push_back(values[i]);
      with(fields, [&](header_section& s) {
        s.keep_if("set-cookie", keeping::keep, &k);
        CHECK(k.asked == values);
        CHECK(values_of(s, "set-cookie") == k.kept);
        CHECK(values_of(s, "vary") == strings{"x"});
        CHECK(values_of(s, "accept") == strings{"*/*"});
      });
    }
}

TEST_CASE("add puts a field after those of its name; replace leaves one; erase leaves none") {
  for (const auto& [library, with] : sections) {
    CAPTURE(library);
    with({{"Cookie", "a"}, {"Host", "h"}, {"cookie", "b"}}, [](header_section& s) {
      s.add("COOKIE", "c");
      CHECK(values_of(s, "cookie") == strings{"a", "b", "c"});
      s.replace("Cookie", "d");
      CHECK(values_of(s, "cookie") == strings{"d"});
      s.replace("X-New", "n");
      CHECK(values_of(s, "x-new") == strings{"n"});
      s.erase("cookie");
      s.erase("cookie");
      CHECK(values_of(s, "cookie").empty());
      CHECK(values_of(s, "host") == strings{"h"});
    });
  }
}

TEST_CASE("replace takes a value that views the field being replaced") {
  const std::string value = "a=1; " + std::string(100, 'b') + "; c=3";
  for (const auto& [library, with] : sections) {
    CAPTURE(library);
    with({{"Cookie", value}, {"Cookie", "other"}}, [&](header_section& s) {
      s.replace("Cookie", s.first("Cookie").substr(5));
      CHECK(values_of(s, "cookie") == strings{value.substr(5)});
    });
  }
}
