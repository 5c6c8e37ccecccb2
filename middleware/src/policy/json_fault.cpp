#include "policy/json_fault.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "policy/text_lines.hpp"

namespace abide::detail {
namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::string_view blank = " \t\r\n";

bool is_word(char c) noexcept { return ascii_text::is_alphanumeric(c) || c == '_' || c == '+' || c == '-' || c == '.'; }

/// The start of the token at which the parser failed, and the last character before it.
struct stumble {
  std::string_view text;
  std::size_t at, before;

  explicit stumble(const parsed_part& part) : text(part.text), at(part.good) {
    const auto skip_blank = [this] { at = std::min(text.find_first_not_of(blank, at), text.size()); };
    for (skip_blank(); at + 1 < part.read && (text[at] == ',' || text[at] == ':'); skip_blank()) ++at;
    while (at > 0 && at < text.size() && is_word(text[at]) && is_word(text[at - 1])) --at;
    before = at == 0 ? npos : text.find_last_not_of(blank, at - 1);
  }
  std::string_view rest() const { return text.substr(at); }
  char last() const { return before == npos ? '\0' : text[before]; }
  std::string_view word() const {
    const auto end = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_word);
    return text.substr(at, static_cast<std::size_t>(end - text.begin()) - at);
  }
};

struct reason {
  std::string_view part;  ///< of the parser's message
  std::string_view why;
  bool at_start = false;
};
constexpr reason in_strings[] = {
    {"missing closing quote", "missing closing quote", true},
    {"U+000A", "missing closing quote, or a line break in a string; write a line break as \\n", true},
    {"U+000D", "missing closing quote, or a line break in a string; write a line break as \\n", true},
    {"U+0009", "a tab in a string; write it as \\t"},
    {"control character", "a control character in a string"},
    {"forbidden character after backslash",
     "expected one of \" \\ / b f n r t u after a backslash; write a backslash as \\\\"},
    {"ill-formed UTF-8", "a character that is not UTF-8; save the file as UTF-8"},
    {"'\\u' must be followed", "expected four hexadecimal digits after \\u"},
    {"surrogate", "half of a surrogate pair in a string"},
};

struct wrong_word {
  std::string_view word, why;
};
constexpr wrong_word wrong_words[] = {
    {"nan", "JSON has no NaN; remove the key"},
    {"infinity", "JSON has no Infinity; remove the key"},
    {"-infinity", "JSON has no Infinity; remove the key"},
    {"undefined", "JSON has no undefined; remove the key"},
    {"none", "JSON has no None; remove the key, or write null"},
    {"true", "write true in lower case"},
    {"false", "write false in lower case"},
    {"null", "write null in lower case"},
    {"yes", "JSON has no yes; write true"},
    {"no", "JSON has no no; write false"},
};

std::string as_long_as(std::string_view text, std::string_view value) {
  std::string made(value);
  made.resize(std::max(text.size(), value.size()), ' ');
  return made;
}

json_fault of_comment(const stumble& here) {
  const bool is_long = here.rest().starts_with("/*");
  std::size_t end = here.text.find(is_long ? "*/" : "\n", here.at);
  end = end == npos ? here.text.size() : end + (is_long ? 2 : 0);
  std::string instead(here.text.substr(here.at, end - here.at));
  for (char& c : instead)
    if (c != '\n') c = ' ';
  return {here.at, "JSON has no comments; remove it", instead};
}

json_fault of_word(const stumble& here, bool is_key) {
  const std::string_view word = here.word();
  if (is_key) return {here.at, "expected double quotes around the key: \"" + std::string(word) + '"', {}};
  const bool is_number = ascii_text::is_digit(word.front()) || word.front() == '+' || word.front() == '.' ||
                         (word.front() == '-' && word.size() > 1 && !ascii_text::is_letter(word[1]));
  if (is_number)
    return {
        here.at,
        std::string(word) +
            " is not a JSON number; write it without plus sign or leading 0, and with digits on both sides of a point",
        as_long_as(word, "0")};
  for (const wrong_word& each : wrong_words)
    if (ascii_text::same(each.word, word))
      return {here.at, std::string(each.why), word.size() < 4 ? as_long_as(word, "0") : as_long_as(word, "null")};
  return {here.at, "expected double quotes around the string: \"" + std::string(word) + '"', {}};
}

json_fault of_end(const stumble& here, std::size_t opened) {
  if (here.text.find_first_not_of(blank) == npos) return {0, "the file is empty; the smallest policy is {}", {}};
  if (opened == npos) return {here.text.size(), "the file ends too early", {}};
  const text_place at = text_lines(here.text).place(opened);
  const std::string_view missing = here.text[opened] == '{' ? "}" : "]";
  return {here.text.size(),
          "the file ends before the " + std::string(1, here.text[opened]) + " in line " + std::to_string(at.line) +
              ", column " + std::to_string(at.column) + " is closed with " + std::string(missing),
          {}};
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != npos; }

json_fault of_comma(const stumble& here, std::string_view message) {
  const char next = here.rest().front();
  const std::string_view what = has(message, "expected '}'") ? "object" : "array";
  if (next != '"' && next != '{' && next != '[' && !is_word(next))
    return {here.at, std::string("expected a comma or the end of the ").append(what), {}};
  if (here.last() == '"' && here.before + 1 == here.at)
    return {here.before, "this quote ends the string too early; inside a string, write it as \\\"", {}};
  const bool has_room = here.before != npos && here.before + 1 < here.at;
  return {has_room ? here.before + 1 : here.at, "missing comma", has_room ? "," : ""};
}

/// The library's message without its number and its own statement of the place.
std::string reason_of(std::string_view message) {
  if (const std::size_t dash = message.find(" - "); dash != npos) message.remove_prefix(dash + 3);
  else if (const std::size_t bracket = message.find("] "); bracket != npos) message.remove_prefix(bracket + 2);
  return std::string(message);
}

}  // namespace

json_fault fault_of(const parsed_part& part, std::string_view message) {
  const stumble here(part);
  if (has(message, "invalid string"))
    for (const reason& each : in_strings)
      if (has(message, each.part)) return {each.at_start ? here.at : part.read - 1, std::string(each.why), {}};
  if (here.rest().empty()) return of_end(here, part.opened);
  const char next = here.rest().front();
  if ((next == '}' || next == ']') && here.last() == ',')
    return {here.before, std::string("a comma before ") + next + "; remove it", " "};
  if (next == ',' && here.last() == ',') return {here.at, "two commas; remove one", " "};
  if (here.rest().starts_with("//") || here.rest().starts_with("/*") || next == '#') return of_comment(here);
  if (next == '\'') return {here.at, "expected double quotes, found a single quote", {}};
  if (here.rest().starts_with("\xe2\x80")) return {here.at, "expected a straight quote (\"), found a curly one", {}};
  if (has(message, "expected end of input")) return {here.at, "unexpected text after the end of the policy", {}};
  if (has(message, "overflow")) return {here.at, "number too large", as_long_as(here.word(), "0")};
  if (here.at < part.good) return of_word(here, false);
  if (has(message, "expected '}'") || has(message, "expected ']'")) return of_comma(here, message);
  if (has(message, "expected ':'")) return {here.at, "expected a colon after the key", {}};
  if (is_word(next)) return of_word(here, has(message, "parsing object key"));
  return {here.at, reason_of(message), {}};
}

}  // namespace abide::detail
