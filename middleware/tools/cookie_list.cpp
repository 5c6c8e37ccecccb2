#include "tools/cookie_list.hpp"

#include "abide/config.hpp"
#include "tools/list_csv.hpp"
#include "tools/list_json.hpp"
#include "tools/text_file.hpp"

namespace abide::detail::cli {

cookie_list read_cookie_list(const std::string& file) {
  const std::string text = as_utf8(read_whole(file));
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  cookie_list list;
  if (first != text.npos && (text[first] == '{' || text[first] == '[')) {
    if (!read_json(list, text)) throw config_error(file + ": not valid JSON");
  } else if (const std::size_t line = read_csv(list, text); line > 0) {
    throw config_error(file + ':' + std::to_string(line) + ": a quote opens a cell here, but none closes it");
  }
  if (list.cookies.empty())
    throw config_error(file + ": expected cookies with a name and a known category, found none");
  return list;
}

}  // namespace abide::detail::cli
