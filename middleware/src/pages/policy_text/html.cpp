// A document as HTML.
#include "pages/policy_text/document.hpp"
#include "pages/template.hpp"

namespace abide::detail {
namespace {

void append_attribute(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  out.append(" ").append(name).append("=\"");
  append_escaped(out, text);
  out += '"';
}

std::string_view tag_of(const piece& p) noexcept {
  if (!p.url.empty()) return "a";
  if (p.code) return "code";
  if (p.strong) return "strong";
  return p.language.empty() ? std::string_view{} : "span";
}

void append_piece(std::string& out, const piece& p) {
  const std::string_view tag = tag_of(p);
  if (tag.empty()) return append_escaped(out, p.text);
  out.append("<").append(tag);
  append_attribute(out, "href", p.url);
  append_attribute(out, "lang", p.language);
  // A name is read from left to right in Arabic too; a text of another language, its own way.
  if (p.code) append_attribute(out, "dir", "ltr");
  else if (!p.language.empty()) append_attribute(out, "dir", "auto");
  out += '>';
  append_escaped(out, p.text);
  out.append("</").append(tag).append(">");
}

void append_prose(std::string& out, const prose& text) {
  for (const piece& p : text) append_piece(out, p);
}

void append_element(std::string& out, std::string_view open, const prose& text, std::string_view close) {
  out += open;
  append_prose(out, text);
  out += close;
}

void append_heading(std::string& out, const block& b) {
  const std::string level = std::to_string(b.level);
  out += "<h" + level;
  append_attribute(out, "id", b.id);
  append_element(out, ">", b.text, "</h" + level + ">\n");
}

// The roles keep it a table for screen readers where a style sheet lays the cells out as cards.
void append_table(std::string& out, const block& b) {
  std::string name;
  for (const piece& p : b.text) name += p.text;
  out += "<table class=\"abide-table\" role=\"table\"";
  append_attribute(out, "aria-label", name);
  out += ">\n<thead role=\"rowgroup\"><tr role=\"row\">";
  for (const std::string& column : b.columns) {
    out += "<th scope=\"col\" role=\"columnheader\">";
    append_escaped(out, column);
    out += "</th>";
  }
  out += "</tr></thead>\n<tbody role=\"rowgroup\">\n";
  for (const std::vector<prose>& row : b.rows) {
    out += "<tr role=\"row\">";
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += i == 0 ? "<th scope=\"row\" role=\"rowheader\"" : "<td role=\"cell\"";
      if (i > 0) append_attribute(out, "data-label", b.columns[i]);
      append_element(out, ">", row[i], i == 0 ? "</th>" : "</td>");
    }
    out += "</tr>\n";
  }
  out += "</tbody>\n</table>\n";
}

}  // namespace

std::string to_html(const document& text) {
  std::string out;
  bool in_list = false;
  for (const block& b : text) {
    const bool is_item = b.what == block::kind::item;
    if (is_item != in_list) out += is_item ? "<ul>\n" : "</ul>\n";
    in_list = is_item;
    switch (b.what) {
      case block::kind::heading: append_heading(out, b); break;
      case block::kind::paragraph: append_element(out, "<p>", b.text, "</p>\n"); break;
      case block::kind::note: append_element(out, "<p role=\"note\"><strong>", b.text, "</strong></p>\n"); break;
      case block::kind::item: append_element(out, "<li>", b.text, "</li>\n"); break;
      case block::kind::table: append_table(out, b); break;
    }
  }
  if (in_list) out += "</ul>\n";
  return out;
}

}  // namespace abide::detail
