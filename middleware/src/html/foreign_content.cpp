#include "html/foreign_content.hpp"

#include <algorithm>
#include <iterator>

namespace abide::detail {
namespace {

constexpr std::size_t depth_max = 64;

// HTML start tags that this stack cannot follow, and those that open no element.
constexpr std::string_view unfollowed_names[]{"table", "caption", "colgroup", "col", "tbody",  "thead",
                                              "tfoot", "tr",      "td",       "th",  "select", "template"};
constexpr std::string_view childless_names[]{
    "area", "base", "basefont", "bgsound", "br",    "embed", "hr",   "image", "img",  "input", "keygen",
    "link", "meta", "param",    "source",  "track", "wbr",   "html", "head",  "body", "frame", "frameset"};
constexpr std::string_view implied_names[]{"dd", "dt", "li", "optgroup", "option", "p", "rb", "rp", "rt", "rtc"};
constexpr std::string_view ruby_names[]{"rb", "rp", "rt", "rtc"};

template <std::size_t count>
bool is_one_of(std::string_view name, const std::string_view (&names)[count]) noexcept {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool is_heading(std::string_view name) noexcept {
  return name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6';
}

bool is_scope_bound(std::string_view name) noexcept {
  return name == "applet" || name == "marquee" || name == "object";
}

bool ends_in_scope(const name_facts& known) noexcept {
  return known.is_in(name_list::block) || is_scope_bound(known.name) || known.name == "button";
}

bool is_special(const name_facts& known) noexcept {
  return (ends_in_scope(known) && known.name != "dialog") || known.name == "form";
}

/// Whether the list, names separated by spaces, contains the name.
bool contains(std::string_view list, std::string_view name) noexcept {
  for (; !list.empty(); list.remove_prefix(std::min(list.find(' '), list.size() - 1) + 1))
    if (list.substr(0, list.find(' ')) == name) return true;
  return false;
}

}  // namespace

void foreign_content::clear() noexcept {
  open_.clear();
  is_doubtful_ = in_select_ = false;
}

void foreign_content::append_ends(std::string& to) const {
  for (std::size_t at = open_.size(); at-- > 0;) {
    const std::string_view name = open_[at].name.name();
    if (!name.empty() && (!is_doubtful_ || name == "template")) to.append("</").append(name).append(">");
  }
}

bool foreign_content::takes_cdata() {
  if (open_.empty() || open_.back().is == kind::html) return false;
  // Parsers disagree about CDATA sections directly inside an integration point.
  if (is_doubtful_ || open_.back().is_point) lose();
  return true;
}

bool foreign_content::is_foreign(std::string_view name) const noexcept {
  if (open_.empty() || is_lost_ || is_doubtful_ || open_.back().is == kind::html) return false;
  const element& current = open_.back();
  if (current.is_point)
    return current.is == kind::math && !current.name.view().starts_with("annotation") &&
           (name == "mglyph" || name == "malignmark");
  return name != "svg" || current.name.view() != "annotation-xml";
}

bool foreign_content::start(const tag& read, const foreign_start& facts) {
  const name_facts& known = *read.known;
  if (is_doubtful_ && !facts.breaks_out) {
    // If svg or math was closed, the tag is HTML. Only names without a rule have the same effect in both cases.
    if (known.lists != 0) lose();
    else open_foreign(read, false);
    return true;
  }
  if (facts.breaks_out) break_out();
  else if (is_foreign(read.name)) {
    open_foreign(read, facts.holds_html);
    return true;
  }
  if (known.is_in(name_list::foreign)) {
    if (read.is_self_closing) return true;
    open(read, read.name == "svg" ? kind::svg : kind::math);
    is_doubtful_ = in_select_ = facts.in_select;
    return true;
  }
  if (!open_.empty()) start_html(read, facts.may_open_form);
  return false;
}

void foreign_content::open(const tag& read, kind is) {
  if (open_.size() >= depth_max) return lose();
  element opened{{}, read.known, is, false, false};
  opened.name.add(read.name);
  open_.push_back(opened);
}

void foreign_content::open_foreign(const tag& read, bool holds_html) {
  if (read.is_self_closing) return;
  open(read, open_.back().is);
  element& opened = open_.back();
  const bool is_annotation = opened.is == kind::math && read.name == "annotation-xml";
  opened.is_point = read.known->is_in(opened.is == kind::svg ? name_list::svg_html : name_list::math_html) ||
                    (is_annotation && holds_html);
  opened.is_barrier = opened.is_point || is_annotation;
}

/// The rules of "in body" for a start tag inside an integration point.
void foreign_content::start_html(const tag& read, bool may_open_form) {
  const std::string_view name = read.name;
  const name_facts& known = *read.known;
  const bool is_again = (name == "a" || name == "nobr" || name == "button") && has_html(name);
  if (name.empty() || is_again || is_one_of(name, unfollowed_names)) return lose();
  if (name == "form" && !may_open_form) return lose();
  if (name == "li") end_item("li", "li");
  if (name == "dd" || name == "dt") end_item("dd", "dt");
  if (known.is_in(name_list::block) || name == "form" || name == "plaintext") end_in_scope("p", "button");
  if (is_heading(name) && open_.back().is == kind::html && is_heading(open_.back().name.view())) open_.pop_back();
  if ((name == "option" || name == "optgroup") && is_top("option")) open_.pop_back();
  if (is_one_of(name, ruby_names) && find_in_scope("ruby", {}) != none)
    end_implied(name == "rt" || name == "rp" ? "rtc" : "");
  if (is_one_of(name, childless_names) || known.is_in(name_list::content)) return;
  open(read, kind::html);
}

bool foreign_content::end(const tag& read) {
  const std::string_view name = read.name;
  if (open_.back().is == kind::html) return end_html(read);
  if (name != "p" && name != "br") return end_foreign(read);
  break_out();
  return open_.empty() || end_html(read);
}

bool foreign_content::end_foreign(const tag& read) {
  if (read.name.empty() &&
      std::any_of(open_.begin(), open_.end(), [](const element& each) { return each.name.view().empty(); })) {
    lose();
    return false;
  }
  if (const std::size_t at = find_foreign(read.name); at != none) {
    open_.resize(at);
    if (open_.empty()) clear();
    return false;
  }
  const bool may_reach_outside =
      std::none_of(open_.begin(), open_.end(), [](const element& each) { return each.is_barrier; });
  return may_reach_outside ? end_outside(read.name) : end_html(read);
}

/// The caller handles templates that are open outside. A <select> ends with all that is in it; more is not followed.
bool foreign_content::end_outside(std::string_view name) {
  is_doubtful_ = is_doubtful_ || name != "template";
  if (!in_select_ || name == "template" || !is_one_of(name, unfollowed_names)) return false;
  if (name != "select") lose();
  else clear();
  return name == "select";
}

/// The rules of "in body" for an end tag. Below every HTML element there is a barrier.
bool foreign_content::end_html(const tag& read) {
  const std::string_view name = read.name;
  if (name == "template") return false;
  if (is_one_of(name, unfollowed_names)) {
    lose();
    return false;
  }
  if (name == "form") return end_form();
  if (name == "p") return end_in_scope(name, "button");
  if (name == "li") return end_in_scope(name, "ol ul");
  if (read.known->is_in(name_list::formatting)) return end_formatting(name);
  if (ends_in_scope(*read.known)) return end_in_scope(name);
  return end_other(name);
}

/// Browsers remove the form from the middle of the stack; this is followed only if the form is on top.
bool foreign_content::end_form() noexcept {
  const std::size_t at = find_in_scope("form", {});
  if (at == none) return false;
  end_implied();
  if (at + 1 != open_.size()) is_lost_ = true;
  open_.resize(at);
  return true;
}

bool foreign_content::end_formatting(std::string_view name) {
  const std::size_t at = find_in_scope(name, {});
  if (at == none) return false;
  for (std::size_t i = at + 1; i < open_.size(); ++i)
    if (open_[i].is == kind::html && is_special(*open_[i].known)) lose();
  if (!is_lost_) pop_from(at);
  return true;
}

bool foreign_content::end_other(std::string_view name) {
  for (std::size_t at = open_.size(); at-- > 0;) {
    const element& each = open_[at];
    const bool is_same = each.name.view() == name;
    if (is_same && each.is == kind::html) {
      pop_from(at);
      return true;
    }
    // Parsers disagree about an end tag inside HTML that has the name of the svg or math element around it.
    if (is_same) lose();
    if (each.is_barrier || (each.is == kind::html && is_special(*each.known))) return false;
  }
  return false;
}

/// Closes the list item that a new one follows.
void foreign_content::end_item(std::string_view name, std::string_view other) {
  for (std::size_t at = open_.size(); at-- > 0;) {
    const element& each = open_[at];
    const std::string_view is = each.name.view();
    if (each.is_barrier) return;
    if (each.is == kind::html && (is == name || is == other)) return pop_from(at);
    if (each.is == kind::html && is_special(*each.known) && is != "address" && is != "div" && is != "p") return;
  }
}

void foreign_content::end_implied(std::string_view but) noexcept {
  while (open_.back().is == kind::html && open_.back().name.view() != but &&
         is_one_of(open_.back().name.view(), implied_names))
    open_.pop_back();
}

bool foreign_content::end_in_scope(std::string_view name, std::string_view more_bounds) {
  const std::size_t at = find_in_scope(name, more_bounds);
  if (at == none) return false;
  pop_from(at);
  return true;
}

/// Closes an element and everything open in it. Gives up if that includes formatting elements, which browsers reopen.
void foreign_content::pop_from(std::size_t at) {
  for (std::size_t i = at + 1; i < open_.size(); ++i)
    if (open_[i].is == kind::html && open_[i].known->is_in(name_list::formatting)) return lose();
  open_.resize(at);
}

/// Closes elements of svg and math up to an integration point.
void foreign_content::break_out() noexcept {
  while (!open_.empty() && open_.back().is != kind::html && !open_.back().is_point) open_.pop_back();
  if (open_.empty()) clear();
}

bool foreign_content::is_top(std::string_view name) const noexcept {
  return open_.back().is == kind::html && open_.back().name.view() == name;
}

bool foreign_content::has_html(std::string_view name) const noexcept {
  return std::any_of(open_.begin(), open_.end(),
                     [&](const element& each) { return each.is == kind::html && each.name.view() == name; });
}

std::size_t foreign_content::find_foreign(std::string_view name) const noexcept {
  for (std::size_t at = open_.size(); at-- > 0 && open_[at].is != kind::html;)
    if (open_[at].name.view() == name) return at;
  return none;
}

std::size_t foreign_content::find_in_scope(std::string_view name, std::string_view more_bounds) const noexcept {
  for (std::size_t at = open_.size(); at-- > 0;) {
    const element& each = open_[at];
    if (each.is_barrier) return none;
    if (each.is != kind::html) continue;
    const std::string_view is = each.name.view();
    if (is == name || (is_heading(name) && is_heading(is))) return at;
    if (is_scope_bound(is) || contains(more_bounds, is)) return none;
  }
  return none;
}

}  // namespace abide::detail
