#pragma once
// What is open inside <template> elements (WHATWG HTML section 13.2.6.4.22). Only where the outermost one ends matters,
// and whether browsers reopen formatting elements after it.
#include <string>
#include <string_view>

#include "html/element_names.hpp"

namespace abide::detail {

class template_content {
 public:
  bool empty() const noexcept { return depth_ == 0; }
  void open() noexcept { ++depth_; }
  /// Reads </template>; returns false if what is open after it is unknown. Must not be called while empty.
  bool close() noexcept;
  /// Reads any other tag. Must not be called while empty. `is_html`: the tag closes no element of svg or math.
  void start(std::string_view name, const name_facts&) noexcept;
  void end(std::string_view name, const name_facts&, bool is_html) noexcept;

  void append_ends(std::string& to) const;

  bool in_select() const noexcept { return select_ > 0; }
  /// Whether a <col> is in no table: after it, browsers ignore all start tags but <col> and <template>.
  bool has_lone_columns() const noexcept { return has_lone_columns_; }

 private:
  unsigned depth_ = 0;
  unsigned select_ = 0;      ///< how many templates are around the open <select>; 0: none is open
  unsigned formatting_ = 0;  ///< open formatting elements outside cells
  unsigned cells_ = 0;       ///< open <td>, <object> and the like
  unsigned table_ = 0;       ///< how many templates are around the last <table> or <colgroup>
  bool has_lone_columns_ = false;
  bool has_open_cells_ = false;  ///< a template ended with an open cell
};

}  // namespace abide::detail
