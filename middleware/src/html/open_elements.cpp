#include "html/open_elements.hpp"

namespace abide::detail {

void open_elements::start(std::string_view name, const name_facts& known, bool is_outside_foreign) noexcept {
  if (is_outside_foreign) start_block(known);
  if (name == "form") in_form_ = true;
  if (name == "button") start_button();
  if (known.is_in(name_list::formatting)) start_formatting(known);
  if (known.is_in(name_list::scope)) start_scope(name);
  if (known.is_in(name_list::select_end)) start_in_select(name);
}

void open_elements::end(std::string_view name, const name_facts& known, bool is_outside_foreign) noexcept {
  if (is_outside_foreign) end_block(known);
  if (known.is_in(name_list::formatting)) end_formatting(known);
  if (known.is_in(name_list::scope)) end_scope(name);
  if (name == "select") end_select();
  if (name == "form") in_form_ = false;
  if (name == "button") end_button();
}

void open_elements::append_ends(std::string& to) const {
  if (!in_select_ && !in_button_ && !in_form_) return;
  // Inside a table or the like, browsers ignore the end tags of what is open outside.
  for (unsigned count = scopes_; count > 0; --count) {
    const char kind = scope_[count - 1].kind;
    to += kind == 't' ? "</table>" : kind == 'o' ? "</object>" : kind == 'm' ? "</marquee>" : "</applet>";
  }
  if (in_select_) to += "</select>";
  if (in_button_) to += "</button>";
  if (in_form_) to += "</form>";
}

void open_elements::start_formatting(const name_facts& known) noexcept {
  ++formatting_[known.formatting_index];
  ++open_formatting_;
}

/// How many of these elements were opened outside the table or <select> that is open.
std::uint32_t open_elements::opened_outside(std::size_t i) const noexcept {
  if (in_select_ && scopes_ == select_scope_) return select_outside_[i];
  return scopes_ > 0 ? scope_[scopes_ - 1].outside[i] : 0;
}

void open_elements::end_formatting(const name_facts& known) noexcept {
  const std::size_t i = known.formatting_index;
  if (formatting_[i] == opened_outside(i)) return;
  --formatting_[i];
  --open_formatting_;
}

void open_elements::start_scope(std::string_view name) noexcept {
  is_lost_ = is_lost_ || scopes_ == scopes_max;
  is_select_doubtful_ = is_select_doubtful_ || in_select_;
  if (!is_lost_) scope_[scopes_++] = {name.front(), formatting_};
}

/// Only the end of a table closes other scopes that are open in it, and a <select>.
void open_elements::end_scope(std::string_view name) noexcept {
  const auto is_same = [&](unsigned count) { return count == 0 || scope_[count - 1].kind == name.front(); };
  unsigned count = scopes_;
  while (name == "table" && !is_same(count)) --count;
  if (count == 0 || !is_same(count)) return;
  scopes_ = count - 1;
  if (name == "table" && scopes_ < select_scope_ && !is_select_doubtful_) set_in_select(false);
}

void open_elements::start_button() noexcept {
  if (!in_button_) {
    button_scope_ = scopes_;
    button_paragraph_ = paragraph_;
  }
  in_button_ = true;
}

void open_elements::end_button() noexcept {
  if (!in_button_ || (scopes_ > 0 && scopes_ != button_scope_)) return;
  in_button_ = false;
  paragraph_ = paragraph_ || button_paragraph_;
}

/// Inside a <select> browsers before 2025 ignore tables, and end it at a <textarea>.
void open_elements::start_in_select(std::string_view name) noexcept {
  if (name == "input") return end_select();
  if (name != "select") {
    is_select_doubtful_ = is_select_doubtful_ || in_select_;
    return;
  }
  is_lost_ = is_lost_ || is_select_doubtful_;
  // In a table, a row may have closed the <select> that is open: then another one is not its end.
  set_in_select(!in_select_ || scopes_ > 0);
}

/// Some browsers ignore what ends a <select> in a table inside it.
void open_elements::end_select() noexcept {
  if (in_select_ && scopes_ > select_scope_) return;
  set_in_select(false);
  is_select_doubtful_ = is_select_doubtful_ && scopes_ > 0;
}

/// Browsers disagree whether a block inside a <select> closes the paragraph around it.
void open_elements::set_in_select(bool is_inside) noexcept {
  if (is_inside) {
    select_paragraph_ = paragraph_;
    select_scope_ = scopes_;
    select_outside_ = formatting_;
  } else if (in_select_) {
    paragraph_ = paragraph_ || select_paragraph_;
  }
  in_select_ = is_inside;
}

}  // namespace abide::detail
