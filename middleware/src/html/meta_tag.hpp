#pragma once
// A <meta> tag that is being read: it may hold a content security policy, or name the page's charset.
#include <optional>
#include <string>
#include <string_view>

#include "base/ascii.hpp"

namespace abide::detail {

class meta_tag {
 public:
  /// Takes an attribute; each name at most once before `clear`.
  void take(std::string_view name, std::string_view value, bool is_cut) {
    if (name == "http-equiv") {
      is_policy_ = ascii_text::same(value, "content-security-policy");
      is_type_ = ascii_text::same(value, "content-type");
    }
    if (name == "charset") charset_ = value;
    if (name != "content") return;
    content_ = value;
    is_cut_ = is_cut;
  }
  void clear() noexcept {
    is_policy_ = is_type_ = is_cut_ = false;
    content_.clear();
    charset_.clear();
  }

  bool is_policy() const noexcept { return is_policy_; }
  /// The policy, with its character references resolved; nullopt: it is too long, or has unusual references.
  std::optional<std::string> policy() const;
  /// What browsers use for the charset that the tag names; empty: it names none that they know. May view the tag.
  std::string_view charset() const noexcept;

 private:
  bool is_policy_ = false, is_type_ = false;  ///< by http-equiv
  bool is_cut_ = false;                       ///< the content is longer than what is read of it
  std::string charset_, content_;
};

}  // namespace abide::detail
