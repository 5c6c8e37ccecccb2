#pragma once
// The elements that are open inside <svg> and <math>, so that each tag there is read as browsers read it (WHATWG HTML
// sections 13.2.6.5 and 13.2.6.4.7). Outside of them nothing is open, and nothing costs.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "html/element_names.hpp"
#include "html/tokenizer.hpp"

namespace abide::detail {

/// What is known of a start tag besides its name.
struct foreign_start {
  bool breaks_out = false;     ///< it ends svg and math
  bool holds_html = false;     ///< an <annotation-xml> whose `encoding` is that of HTML
  bool may_open_form = false;  ///< no form is open that would make browsers ignore a <form>
};

/// Elements of svg and math, and HTML elements inside their integration points (<foreignObject>, <title>, <mtext> ...).
/// It follows ordinary pages. What it cannot follow (tables, misnested <b>, more than 64 levels) makes it lost, for
/// good: from there on nobody knows what is open.
class foreign_content {
 public:
  bool empty() const noexcept { return open_.empty(); }
  bool is_lost() const noexcept { return is_lost_; }
  void lose() noexcept { is_lost_ = true; }
  /// Whether the current node is an element of svg or math, where CDATA sections are text.
  bool takes_cdata();
  /// Whether a start tag of this name, which does not break out, would certainly open an element of svg or math.
  bool is_foreign(std::string_view name) const noexcept;
  /// Whether an element of svg or math would end with this name.
  bool has_foreign(std::string_view name) const noexcept { return find_foreign(name) != none; }
  /// Whether the tag is one of svg or math; otherwise it is HTML.
  bool start(const tag&, const foreign_start&);
  /// Whether an HTML element ends, inside or outside; not called while empty.
  bool end(const tag&);
  void clear() noexcept;

 private:
  enum class kind : std::uint8_t { svg, math, html };
  struct element {
    cut_text<24> name;
    const name_facts* known;
    kind is;
    bool is_point;    ///< an integration point: start tags inside it are HTML
    bool is_barrier;  ///< special, and the bound of every scope: the points, and each <annotation-xml>
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
  void pop_from(std::size_t at);
  void break_out() noexcept;
  bool is_top(std::string_view name) const noexcept;
  bool has_html(std::string_view name) const noexcept;
  std::size_t find_foreign(std::string_view name) const noexcept;
  std::size_t find_in_scope(std::string_view name, std::string_view more_bounds) const noexcept;

  std::vector<element> open_;
  bool is_lost_ = false;
  bool is_doubtful_ = false;  ///< an end tag may have ended an element outside, and all of these with it
};

}  // namespace abide::detail
