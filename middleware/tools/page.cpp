#include "tools/page.hpp"

#include "base/embedded.hpp"
#include "pages/template.hpp"

namespace abide::detail::cli {
namespace {

std::string table_html(const std::vector<table_row>& rows) {
  if (rows.empty()) return {};
  std::string html = "<div class=\"scroll\" tabindex=\"0\"><table>\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    html += "<tr>";
    for (std::size_t k = 0; k < rows[i].size(); ++k) {
      const std::string name = i == 0 ? "th scope=\"col\"" : k == 0 ? "th scope=\"row\"" : "td";
      html += '<' + name + '>' + escaped(rows[i][k]) + "</" + name.substr(0, 2) + '>';
    }
    html += "</tr>\n";
  }
  return html + "</table></div>\n";
}

}  // namespace

std::string to_text(const page& from) {
  std::string text = from.title + '\n';
  for (const page_section& each : from.sections) {
    text += '\n' + each.heading + '\n';
    for (const std::string& words : each.sentences) text += wrapped("  ", "    ", words);
    if (!each.table.empty()) text += table_text(each.table);
  }
  return text;
}

std::string to_html(const page& from) {
  std::string css;
  for (const embedded_file& file : embedded_files())
    if (file.name == "report.css") css = file.bytes;
  std::string html =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n<title>" +
      escaped(from.title) + "</title>\n<style>" + css + "</style></head>\n<body><main>\n<h1>" + escaped(from.title) +
      "</h1>\n";
  for (const page_section& each : from.sections) {
    html += "<section><h2>" + escaped(each.heading) + "</h2>\n";
    for (const std::string& words : each.sentences) html += "<p>" + escaped(words) + "</p>\n";
    html += table_html(each.table) + "</section>\n";
  }
  return html + "</main></body></html>\n";
}

}  // namespace abide::detail::cli
