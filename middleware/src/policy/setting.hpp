#pragma once
// One value of a configuration file and where it stands. Reads itself, or says what was expected there.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/strict_json.hpp"
#include "words/words.hpp"

namespace abide::detail {

class setting {
 public:
  setting(const file_json& value, std::string path, const std::string& file)
      : value_(&value), path_(std::move(path)), file_(&file) {}

  bool is_null() const { return value_->is_null(); }
  bool is_object() const { return value_->is_object(); }
  bool is(std::string_view word) const { return value_->is_string() && *value_ == word; }
  std::string text(std::string_view what) const;  ///< not empty; `what` is expected
  bool flag() const;
  std::int64_t whole(std::int64_t min, std::int64_t max) const;
  std::vector<setting> list() const;

  struct named;
  std::vector<named> object() const;
  std::optional<setting> find(std::string_view key) const;  ///< a member of the object

  /// `policy.json: /cookies/2/category: expected ...`
  [[noreturn]] void expected(std::string_view what) const;
  /// `policy.json: /cookies/2: ...`
  [[noreturn]] void refuse(std::string_view why) const;
  /// Says that the object needs this key; `because` may be empty.
  [[noreturn]] void missing(std::string_view key, std::string_view because = {}) const;
  /// Names the key that was probably meant.
  [[noreturn]] void unknown_key(std::string_view key, const std::vector<std::string_view>& known) const;

 private:
  const file_json* value_;
  std::string path_;
  const std::string* file_;
};

struct setting::named {
  std::string_view key;
  setting value;
};

/// One key that an object may have, and what reads its value into `target`.
template <class target>
struct member {
  std::string_view key;
  void (*read)(const setting&, target&);
  bool needed = false;
};

/// Reads an object by the table of its members. Missing keys keep their defaults; any other key is an error.
template <class target>
void read_object(const setting& from, std::span<const member<target>> members, target& into) {
  for (const setting::named& item : from.object()) {
    const member<target>* found = nullptr;
    for (const member<target>& known : members)
      if (known.key == item.key) found = &known;
    if (found) {
      found->read(item.value, into);
      continue;
    }
    std::vector<std::string_view> keys;
    for (const member<target>& known : members) keys.push_back(known.key);
    from.unknown_key(item.key, keys);
  }
  for (const member<target>& known : members)
    if (known.needed && !from.find(known.key)) from.missing(known.key);
}

/// Reads one of the words, or another spelling of one; otherwise the error lists them all.
template <class value, std::size_t count>
value read_word(const setting& from, const std::array<std::string_view, count>& texts,
                std::span<const words::spelling> also = {}) {
  std::string all;
  const auto is_found = [&](std::string_view text) {
    all += (all.empty() ? "" : ", ") + std::string(text);
    return from.is(text);
  };
  for (std::size_t number = 0; number < count; ++number)
    if (is_found(texts[number])) return static_cast<value>(number);
  for (const words::spelling& each : also)
    if (is_found(each.text)) return static_cast<value>(each.number);
  from.expected("one of " + all);
}

}  // namespace abide::detail
