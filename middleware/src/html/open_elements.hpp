#pragma once
// What is open in the body and would change an insertion: paragraphs, formatting elements, tables, <form>, <button> and
// <select> (WHATWG HTML sections 13.2.4.2, 13.2.4.3 and 13.2.6.4.7).
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "html/element_names.hpp"

namespace abide::detail {

class open_elements {
 public:
  /// Reads a tag by its tag_effect alone.
  void start(const name_facts& known) noexcept {
    known.is_in(name_list::formatting) ? start_formatting(known) : start_block(known);
  }
  void end(const name_facts& known) noexcept {
    known.is_in(name_list::formatting) ? end_formatting(known) : end_block(known);
  }
  /// Reads any tag. Inside svg and math, blocks leave the paragraph outside open.
  void start(std::string_view name, const name_facts&, bool is_outside_foreign) noexcept;
  void end(std::string_view name, const name_facts&, bool is_outside_foreign) noexcept;

  bool has_formatting() const noexcept { return open_formatting_ > 0; }
  bool in_form() const noexcept { return in_form_; }
  bool in_select() const noexcept { return in_select_; }
  /// Whether links, forms and buttons can be inserted here without being changed by open elements or changing them.
  bool takes_more() const noexcept { return open_formatting_ == 0 && !in_select_ && !in_form_ && !in_button_; }
  /// Whether </body> here ends the body, and insertions before it are children of the body.
  bool is_plain() const noexcept { return takes_more() && !paragraph_ && scopes_ == 0; }
  /// Appends end tags for <select>, <button> and <form>, and for what is around them.
  void append_ends(std::string& to) const;
  /// Whether there were more tables and the like than can be followed. From then on the open elements are unknown.
  bool is_lost() const noexcept { return is_lost_; }

 private:
  using formatting_counts = std::array<std::uint32_t, formatting_count>;
  struct scope {
    char kind;                  ///< the first letter of the element's name
    formatting_counts outside;  ///< formatting elements opened outside: end tags inside do not close them
  };
  static constexpr unsigned scopes_max = 32;

  void start_block(const name_facts& known) noexcept {
    if (!known.is_in(name_list::block)) return;
    if (scopes_ == 0) paragraph_ = false;
    if (known.end == tag_effect::paragraph) paragraph_ = true;
  }
  void end_block(const name_facts& known) noexcept {
    if (known.end == tag_effect::paragraph && scopes_ == 0) paragraph_ = false;
  }
  void start_formatting(const name_facts&) noexcept;
  void end_formatting(const name_facts&) noexcept;
  std::uint32_t opened_outside(std::size_t formatting_index) const noexcept;
  void start_scope(std::string_view name) noexcept;
  void end_scope(std::string_view name) noexcept;
  void start_button() noexcept;
  void end_button() noexcept;
  void start_in_select(std::string_view name) noexcept;
  void end_select() noexcept;
  void set_in_select(bool) noexcept;

  bool paragraph_ = false;
  bool in_form_ = false;             ///< in a <form>, which cannot contain another form
  bool in_select_ = false;           ///< in a <select>, which cannot contain most elements
  bool is_select_doubtful_ = false;  ///< browsers disagree whether the <select> is open
  bool in_button_ = false;
  bool is_lost_ = false;
  /// Whether a paragraph is open around the <select>, around the <button>: nothing inside closes it.
  bool select_paragraph_ = false, button_paragraph_ = false;
  formatting_counts formatting_{};      ///< open <b>, <i> and the like, which browsers reopen in what follows
  formatting_counts select_outside_{};  ///< those that were open where the <select> began
  std::uint64_t open_formatting_ = 0;   ///< their sum
  unsigned scopes_ = 0;                 ///< open tables and the like, in which </body> is ignored
  unsigned button_scope_ = 0;           ///< how many scopes are around the open <button>
  unsigned select_scope_ = 0;           ///< how many were around the open <select>
  std::array<scope, scopes_max> scope_;
};

}  // namespace abide::detail
