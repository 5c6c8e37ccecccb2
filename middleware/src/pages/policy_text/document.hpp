#pragma once
// A text before it becomes HTML or Markdown: headings, paragraphs, lists and tables of words and links.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace abide::detail {

/// A piece of running text; at most one of link, code and strong.
struct piece {
  std::string text;
  std::string url;       ///< not empty: a link
  std::string language;  ///< when it is not the document's
  bool code = false, strong = false;
};
using prose = std::vector<piece>;

struct block {
  enum class kind : std::uint8_t { heading, paragraph, note, item, table };
  kind what = kind::paragraph;
  int level = 0;                         ///< of a heading, 1 to 6
  std::string id;                        ///< of a heading; may be empty
  prose text;                            ///< of a table: its name
  std::vector<std::string> columns;      ///< of a table
  std::vector<std::vector<prose>> rows;  ///< each as long as `columns`; the first cell names the row
};
using document = std::vector<block>;

/// A named piece for the {placeholders} of a text.
struct named_piece {
  std::string_view name;
  piece what;
};
prose prose_of(std::string_view text, std::span<const named_piece> values = {});

/// A fragment: no html, head or body. Everything is escaped.
std::string to_html(const document&);

/// CommonMark with tables (GFM). Everything is escaped: no text becomes markup, HTML or a cell of its own.
std::string to_markdown(const document&);

}  // namespace abide::detail
