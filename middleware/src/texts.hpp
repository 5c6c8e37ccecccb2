#pragma once
// The words visitors read, by language. Data: middleware/texts/*.json, built into the library.
#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace abide {

/// The texts of one language.
class language {
 public:
  std::string_view tag() const noexcept { return tag_; }
  /// The text of a key; English when this language lacks it.
  std::string_view operator[](std::string_view key) const noexcept;
  /// The text of a key that this language may lack; empty then.
  std::string_view find(std::string_view key) const noexcept;
  const std::map<std::string, std::string, std::less<>>& all() const noexcept { return words_; }

 private:
  friend class texts;
  std::string tag_;
  std::map<std::string, std::string, std::less<>> words_;
  const language* english_ = nullptr;
};

struct text_file {
  std::string_view tag, json;
};

class texts {
 public:
  /// Reads files of key and text. English must be among them; the others must have its keys, no others, and no unknown
  /// {placeholders}. Keys that begin with `place.` are free: the jurisdiction's English name stands in.
  /// Throws config_error, which names the language and the key.
  explicit texts(std::span<const text_file>);
  texts(const texts&) = delete;
  texts& operator=(const texts&) = delete;

  /// The languages of the library, with every key that its templates use.
  static const texts& built_in();

  /// The language of a tag (`de`, `de-AT`); English when it is not spoken.
  const language& in(std::string_view tag) const noexcept;
  bool speaks(std::string_view tag) const noexcept;
  std::span<const language> languages() const noexcept { return languages_; }

 private:
  const language* find(std::string_view tag) const noexcept;
  std::vector<language> languages_;
};

/// The language to answer in, out of `available`: the best by Accept-Language (RFC 9110 section 12.5.4, look-up as in
/// RFC 4647 section 3.4); the first available one when none is wanted; `en` when there is none at all. Reads no more
/// than 1,024 bytes and 32 members.
std::string_view pick_language(std::string_view accept_language, std::span<const std::string> available) noexcept;

}  // namespace abide
