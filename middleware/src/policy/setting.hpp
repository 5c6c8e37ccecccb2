#pragma once
// One value of a configuration file, and its place. Reads itself, or says what was expected there.
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/finding.hpp"
#include "policy/strict_json.hpp"
#include "words/words.hpp"

namespace abide::detail {

/// A value that cannot be used. The reader of the object or list around it records the refusal and continues with the
/// next value.
class refusal : public std::exception {
 public:
  explicit refusal(finding what) : what_(std::move(what)) {}
  const finding& told() const noexcept { return what_; }
  const char* what() const noexcept override { return what_.text.c_str(); }

 private:
  finding what_;
};

/// A file that is being read, and the findings so far.
struct reading {
  policy_source source;
  std::vector<finding> findings;
};

class setting {
 public:
  setting(const file_json& value, std::string path, reading& file)
      : value_(&value), path_(std::move(path)), file_(&file) {}

  bool is_null() const { return value_->is_null(); }
  bool is_object() const { return value_->is_object(); }
  bool is(std::string_view word) const { return value_->is_string() && *value_ == word; }
  std::string text(std::string_view what) const;  ///< not empty; `what`: what is expected
  bool flag() const;
  std::int64_t whole(std::int64_t min, std::int64_t max) const;
  std::vector<setting> list() const;

  struct named;
  std::vector<named> object() const;
  std::optional<setting> find(std::string_view key) const;  ///< a member of the object

  /// `/site: expected an object, found a string`; `meant`: how to write it.
  [[noreturn]] void expected(std::string_view what, std::string_view meant = {}) const;
  /// The same for several words; suggests the one that was probably meant.
  [[noreturn]] void expected_word(const std::vector<std::string_view>& words) const;
  [[noreturn]] void refuse(std::string_view why) const;
  /// The same for a file that is missing here, but may exist where the site runs.
  [[noreturn]] void lacks(std::string_view what) const;
  /// Reports that the object needs this key; `because` may be empty.
  [[noreturn]] void missing(std::string_view key, std::string_view because = {}) const;
  /// `expected a date such as 2026-11-22, found "soon"`, and what was probably meant. `may_be_told`: false if
  /// the text may be a secret; it is then left out.
  [[noreturn]] void expected_text(std::string_view what, std::string_view text, std::string_view meant = {},
                                  bool may_be_told = true) const;
  /// Suggests the key that was probably meant.
  [[noreturn]] void unknown_key(std::string_view key, const std::vector<std::string_view>& known) const;

  /// Runs a part that may refuse, and records its refusal.
  template <class part>
  void attempt(part&& run) const {
    try {
      run();
    } catch (const refusal& refused) {
      file_->findings.push_back(refused.told());
    }
  }

  /// Reads every item of the list, even after a refusal.
  template <class part>
  void each(part&& read) const {
    for (const setting& item : list()) attempt([&] { read(item); });
  }

 private:
  const file_json* value_;
  std::string path_;
  reading* file_;
};

struct setting::named {
  std::string_view key;
  setting value;
};

/// One key that an object may have, and the function that reads its value into `target`.
template <class target>
struct member {
  std::string_view key;
  void (*read)(const setting&, target&);
  bool needed = false;
};

/// Reads an object by the table of its members. Missing keys keep their defaults; any other key is an error.
template <class target>
void read_object(const setting& from, std::span<const member<target>> members, target& into) {
  std::vector<std::string_view> keys;
  for (const member<target>& known : members) keys.push_back(known.key);
  const auto read = [&](const setting::named& item) {
    for (const member<target>& known : members)
      if (known.key == item.key) return known.read(item.value, into);
    from.unknown_key(item.key, keys);
  };
  for (const setting::named& item : from.object()) from.attempt([&] { read(item); });
  for (const member<target>& known : members)
    if (known.needed && !from.find(known.key)) from.attempt([&] { from.missing(known.key); });
}

/// Reads one of the words, or another spelling of one; otherwise the error lists them all.
template <class value, std::size_t count>
value read_word(const setting& from, const std::array<std::string_view, count>& texts,
                std::span<const words::spelling> also = {}) {
  for (std::size_t number = 0; number < count; ++number)
    if (from.is(texts[number])) return static_cast<value>(number);
  for (const words::spelling& each : also)
    if (from.is(each.text)) return static_cast<value>(each.number);
  std::vector<std::string_view> all(texts.begin(), texts.end());
  for (const words::spelling& each : also) all.push_back(each.text);
  from.expected_word(all);
}

}  // namespace abide::detail
