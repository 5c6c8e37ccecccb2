#include "html/template_content.hpp"

namespace abide::detail {
namespace {

/// Whether formatting elements inside this element are not reopened after it.
bool is_cell(std::string_view name) noexcept {
  return name == "td" || name == "th" || name == "caption" || name == "object" || name == "applet" || name == "marquee";
}

}  // namespace

void template_content::start(std::string_view name, const name_facts& known) noexcept {
  if (name == "template") return open();
  if (name == "select") select_ = depth_;
  if (is_cell(name)) ++cells_;
  if (name == "table" || name == "colgroup") table_ = depth_;
  if (name == "col") has_lone_columns_ = has_lone_columns_ || table_ != depth_;
  if (cells_ == 0 && known.is_in(name_list::formatting)) ++formatting_;
}

void template_content::end(std::string_view name, const name_facts& known, bool is_html) noexcept {
  if (name == "select" && select_ == depth_) select_ = 0;
  if (!is_html) return;
  if (name == "table" || name == "tr") cells_ = 0;
  if (cells_ > 0 && is_cell(name)) --cells_;
  if (cells_ == 0 && formatting_ > 0 && known.is_in(name_list::formatting)) --formatting_;
}

bool template_content::close() noexcept {
  if (select_ == depth_) select_ = 0;
  has_open_cells_ = has_open_cells_ || cells_ > 0;
  if (--depth_ > 0) return true;
  // Browsers forget only the formatting inside the innermost open cell; the rest is reopened after the template.
  const bool is_known = formatting_ == 0 || !has_open_cells_;
  *this = {};
  return is_known;
}

void template_content::append_ends(std::string& to) const {
  for (unsigned count = depth_; count > 0; --count) to += "</template>";
}

}  // namespace abide::detail
