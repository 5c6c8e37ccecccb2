#pragma once
// What the readers of a policy file's keys share (policy/members.hpp).
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abide/config.hpp"
#include "policy/setting.hpp"
#include "policy/shapes.hpp"

struct abide::config::text {
  std::deque<std::string> strings;  // a deque never moves its elements, short strings included
  std::vector<cookie_rule> cookies;
  std::vector<exemption> exemptions;
  std::vector<bool> processors;  ///< for each cookie, whether a contract binds its vendor to the site's purposes

  std::string_view keep(std::string value) { return strings.emplace_back(std::move(value)); }
};

namespace abide::detail {

/// A policy file that is being read.
struct policy_draft {
  config made;
  std::optional<setting> own_texts;  ///< the folder of the site's own texts
  std::shared_ptr<config::text> text = std::make_shared<config::text>();
};

/// One of its cookies that is being read.
struct cookie_draft {
  std::string name, host, vendor, programme;
  cookie_declaration words;
  abide::category category = abide::category::targeting;
  std::optional<bool> shared;
  std::optional<bool> processor;  ///< of a contract; none: the policy does not say
};

std::string read_text(const setting& from, const shape& wanted);

/// Reads a list of at least `least` texts.
void read_list(const setting& from, const shape& wanted, std::size_t least, std::vector<std::string>& into);

template <class number>
void read_whole(const setting& from, std::int64_t min, std::int64_t max, number& into) {
  into = static_cast<number>(from.whole(min, max));
}

/// Refuses the object if `key` is missing or null although `other` is `word`.
void need_if(const setting& object, std::string_view key, std::string_view other, std::string_view word);

template <class target>
void put(std::string& into, std::string text, target&) {
  into = std::move(text);
}
/// The core's policy views texts that the configuration owns.
inline void put(std::string_view& into, std::string text, policy_draft& read) {
  into = read.text->keep(std::move(text));
}

}  // namespace abide::detail
