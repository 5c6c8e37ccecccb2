#pragma once
// The texts that visitors read, by language. Data: middleware/texts/*.json, built into the library.
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace abide {
struct config;
}

namespace abide::detail {

/// The texts of one language.
class language {
 public:
  std::string_view tag() const noexcept { return tag_; }
  /// The text of a key; the English one if this language lacks it.
  std::string_view operator[](std::string_view key) const noexcept;
  /// The text of a key that this language may lack; empty then.
  std::string_view find(std::string_view key) const noexcept;
  /// What stands between two sentences; may be empty.
  std::string_view space() const noexcept { return (*this)["list.stop"].ends_with(' ') ? " " : ""; }
  const std::map<std::string, std::string, std::less<>>& all() const noexcept { return words_; }

 private:
  friend class texts;
  std::string tag_, file_;  // file_: the file read last, for messages
  std::map<std::string, std::string, std::less<>> words_;
  const language* english_ = nullptr;
};

struct text_file {
  std::string_view tag, json;
  std::string_view name = {};  ///< for messages; empty: `texts` and the tag
};

class texts {
 public:
  /// Reads files of key and text; a later file of a language replaces texts of an earlier one. English must be among
  /// them. All must have the keys of the first English file, no others, no {placeholders} that it lacks, and the plural
  /// forms of their rule.
  /// Keys that begin with `place.` are optional: the default is the jurisdiction's English name. Throws config_error
  /// that names the file and the key.
  explicit texts(std::span<const text_file>);
  texts(const texts&) = delete;
  texts& operator=(const texts&) = delete;

  /// All languages of the library, with every key that its templates use.
  static const texts& built_in();

  /// English and the library's languages of these tags, with a site's own files on top. Throws config_error.
  static std::unique_ptr<const texts> of(std::span<const std::string> tags, std::span<const text_file> own);

  /// The language of a tag (`de`, `de-AT`); English if the site has no texts in it.
  const language& in(std::string_view tag) const noexcept;
  bool has_language(std::string_view tag) const noexcept;
  std::span<const language> languages() const noexcept { return languages_; }

 private:
  const language* find(std::string_view tag) const noexcept;
  language& take(const text_file&);
  std::vector<language> languages_;
};

/// The languages of a site: those of its policy file; without one, the library's.
const texts& texts_of(const config&);

/// The language to answer in, from `available`: the best match by Accept-Language (RFC 9110 section 12.5.4, lookup as
/// in RFC 4647 section 3.4); the first available one if none matches; `en` if none is available. Reads at most 1,024
/// bytes and 32 members.
std::string_view pick_language(std::string_view accept_language, std::span<const std::string> available) noexcept;

}  // namespace abide::detail
