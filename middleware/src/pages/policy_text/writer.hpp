#pragma once
// Writes the sentences of one text, for one reader, into a document.
#include <initializer_list>

#include "pages/policy_text/audience.hpp"
#include "pages/policy_text/document.hpp"

namespace abide::detail {

class writer {
 public:
  writer(const reader& to, std::int64_t now, document& out) : to_(to), now_(now), out_(out) {}

  const config& settings() const noexcept { return *to_.settings; }
  const policy& rules() const noexcept { return to_.settings->policy; }
  const reader& to() const noexcept { return to_; }
  const language& words() const noexcept { return *to_.words; }
  std::int64_t now() const noexcept { return now_; }
  bool is_observing() const noexcept { return rules().mode == mode::observe; }

  std::string word(std::string_view key) const;
  std::string stop() const;   ///< the sign that ends a sentence
  std::string space() const;  ///< what stands between two sentences; may be empty
  /// `182 days`
  std::string days(unsigned count) const;
  std::string titles(category_set) const;    ///< `Statistics and Targeted ads`
  std::string purposes(category_set) const;  ///< `statistics and targeted ads`

  piece site() const;
  piece choices(std::string_view label_key = "link.settings") const;  ///< the link to the preference page
  piece declaration() const;                                          ///< the link to the cookie declaration

  void heading(int level, std::string_view id, std::string_view key);
  void named_heading(int level, std::string name);
  /// The sentences of these keys as one paragraph; empty keys are left out.
  void paragraph(std::initializer_list<std::string_view> keys, std::initializer_list<named_piece> values = {});
  void note(std::string_view key);
  void item(prose);
  void add(block b) { out_.push_back(std::move(b)); }

 private:
  std::string path_of_choices() const;

  const reader& to_;
  std::int64_t now_;
  document& out_;
};

inline piece plain(std::string text) { return {std::move(text), {}, {}}; }
inline piece code_piece(std::string text) { return {std::move(text), {}, {}, true, false}; }
inline piece strong_piece(std::string text) { return {std::move(text), {}, {}, false, true}; }

// ---- what the policy says, as the sentences ask it

/// Categories that have a declared cookie; `only_shared`: one whose vendor sells or shares what it learns.
category_set declared_categories(const policy&, bool only_shared = false) noexcept;

/// Whether a declared cookie is for targeted ads, or is optional and its data is sold or shared.
bool sells(const policy&) noexcept;

// ---- the parts; general holds for every reader, regional for the places of an audience

void write_cookies(writer&, int level);
void write_cookies_at(writer&, const audience&);
void write_choices(writer&, int level);
void write_choices_at(writer&, const audience&);
void write_records(writer&, int level);
void write_signals(writer&, int level);
void write_signals_at(writer&, const audience&);

}  // namespace abide::detail
