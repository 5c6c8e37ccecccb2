#pragma once
// The stack of open elements inside <svg> and <math>, so that each tag there is read as browsers read it (WHATWG HTML
// sections 13.2.6.5 and 13.2.6.4.7). Outside svg and math the stack is empty and costs nothing.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "html/element_names.hpp"
#include "html/tokenizer.hpp"

namespace abide::detail {

/// What the caller knows about a start tag besides its name.
struct foreign_start {
  bool breaks_out = false;     ///< the tag closes svg and math
  bool holds_html = false;     ///< an <annotation-xml> whose `encoding` is that of HTML
  bool may_open_form = false;  ///< no form is open that would make browsers ignore a <form>
  bool in_select = false;      ///< browsers before 2025 ignore the tag
};

/// Elements of svg and math, and HTML elements inside their integration points (<foreignObject>, <title>, <mtext> ...).
/// Gives up on what it cannot follow (tables, misnested <b>, more than 64 levels): from then on it is lost, and the
/// open elements are unknown.
class foreign_content {
 public:
  bool empty() const noexcept { return open_.empty(); }
  bool is_lost() const noexcept { return is_lost_; }
  void lose() noexcept { is_lost_ = true; }
  /// Whether `<![CDATA[` begins a CDATA section here: the current node is an element of svg or math.
  bool takes_cdata();
  /// Whether a start tag with this name certainly opens an element of svg or math. Not for tags that break out.
  bool is_foreign(std::string_view name) const noexcept;
  /// Whether an end tag with this name closes an element of svg or math.
  bool has_foreign(std::string_view name) const noexcept { return !open_.empty() && find_foreign(name) != none; }
  /// Reads a start tag; returns whether it belongs to svg or math. Otherwise it is HTML.
  bool start(const tag&, const foreign_start&);
  /// Reads an end tag; returns whether it closes an HTML element, inside or outside. Must not be called while empty.
  bool end(const tag&);
  void clear() noexcept;
  /// Appends end tags for all open elements; where it is unclear which are open, only those that would otherwise stand
  /// in for the end of an HTML template. An HTML table that follows is outside svg and math.
  void append_ends(std::string& to) const;

 private:
  enum class kind : std::uint8_t { svg, math, html };
  struct element {
    cut_text<24> name;
    const name_facts* known;
    kind is;
    bool is_point;    ///< an integration point: start tags inside it are HTML
    bool is_barrier;  ///< special, and limits every scope: integration points, and each <annotation-xml>
  };
  static constexpr std::size_t none = ~std::size_t{0};

  void open(const tag&, kind);
  void open_foreign(const tag&, bool holds_html);
  void start_html(const tag&, bool may_open_form);
  bool end_foreign(const tag&);
  bool end_html(const tag&);
  bool end_form() noexcept;
  bool end_formatting(std::string_view name);
  bool end_other(std::string_view name);
  void end_item(std::string_view name, std::string_view other);
  void end_implied(std::string_view but = {}) noexcept;
  bool end_in_scope(std::string_view name, std::string_view more_bounds = {});
  bool end_outside(std::string_view name);
  void pop_from(std::size_t at);
  void break_out() noexcept;
  bool is_top(std::string_view name) const noexcept;
  bool has_html(std::string_view name) const noexcept;
  std::size_t find_foreign(std::string_view name) const noexcept;
  std::size_t find_in_scope(std::string_view name, std::string_view more_bounds) const noexcept;

  std::vector<element> open_;
  bool is_lost_ = false;
  bool is_doubtful_ = false;  ///< they may be closed, by an end tag of an element outside, or were never opened
  bool in_select_ = false;    ///< they were opened in a <select>
};

}  // namespace abide::detail
