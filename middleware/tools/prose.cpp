#include "tools/prose.hpp"

#include <algorithm>

#include "abide/record.hpp"

namespace abide::detail::cli {
namespace {

// Counts UTF-8 characters: enough for columns.
std::size_t width_of(std::string_view text) {
  const auto starts_letter = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_letter));
}

}  // namespace

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

std::string some_of(const std::vector<std::string>& words, std::size_t most) {
  if (words.size() <= most) return joined(words);
  std::vector<std::string> first(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(most));
  first.push_back(std::to_string(words.size() - most) + " more");
  return joined(first);
}

std::string wrapped(std::string_view indent, std::string_view hanging, std::string_view words) {
  constexpr std::size_t width = 100;
  std::string text, line(indent);
  while (!words.empty()) {
    const std::size_t end = words.find(' ');
    const std::string_view word = words.substr(0, end);
    words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
    if (line.size() + word.size() > width && line.find_first_not_of(' ') != std::string::npos) {
      text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
      line = hanging;
    }
    line += std::string(word) + ' ';
  }
  return text + line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
}

std::string sentence(std::string words) {
  if (words.empty() || words.back() != '.') words += '.';
  return words;
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

std::string table_text(const std::vector<table_row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const table_row& each : rows)
    for (std::size_t i = 0; i < each.size(); ++i) widths[i] = std::max(widths[i], width_of(each[i]));
  std::string text;
  for (const table_row& each : rows) {
    std::string line = " ";
    for (std::size_t i = 0; i < each.size(); ++i)
      line += ' ' + each[i] + std::string(widths[i] + 1 - width_of(each[i]), ' ');
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  return text;
}

std::string date_of(std::int64_t time) {
  char text[10];
  write_date(time, text);
  return {text, sizeof text};
}

}  // namespace abide::detail::cli
