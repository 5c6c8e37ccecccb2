#pragma once
// The shop with a log, and what the log and the browser know of a visitor.
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "shop.hpp"

namespace http_test {

/// The second part of the consent cookie.
inline std::string subject_in(const browser& b) {
  const std::string held = "; " + b.cookies();
  const std::size_t first = held.find('~', held.find("; abide="));
  return first == std::string::npos ? "" : held.substr(first + 1, held.find('~', first + 1) - first - 1);
}

inline std::vector<abide::consent_record> recorded(shop& s, const browser& b) {
  const auto found = s.server.log()->history(subject_in(b));
  REQUIRE(found.has_value());
  return *found;
}

inline std::string kinds(const std::vector<abide::consent_record>& records) {
  std::string text;
  for (const auto& each : records) text += (text.empty() ? "" : " ") + std::string(to_string(each.event.kind));
  return text;
}

inline std::string asks(shop& s, browser& b, field_pairs who = {}) {
  s.sets({"r=1", "a=1", "f=1", "t=1", "s=1"});
  std::string names;
  for (const std::string& field : b.get("/", std::move(who)).set_cookies())
    if (field.size() == 3 && field.substr(1) == "=1") names += field[0];
  return names;
}

/// A shop whose log takes five choices a minute from one visitor.
inline setting with_few_choices(const log_folder& file) {
  std::string policy(shop_policy);
  policy.insert(policy.rfind('}'), R"(, "consent": {"choices_per_minute": 5})");
  return {.policy = std::move(policy), .records = file.store()};
}

}  // namespace http_test
