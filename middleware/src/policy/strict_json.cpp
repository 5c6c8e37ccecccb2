#include "policy/strict_json.hpp"

#include <cstring>
#include <iterator>
#include <set>

#include "policy/json_fault.hpp"
#include "policy/text_lines.hpp"

namespace abide::detail {
namespace {

constexpr std::size_t levels_max = 64;  // a policy needs a handful

// Counts the bytes that the parser has read: the parser does not tell places.
class counted_bytes {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  counted_bytes(const char* at, std::size_t* count) : at_(at), count_(count) {}
  reference operator*() const { return *at_; }
  counted_bytes& operator++() {
    ++at_;
    ++*count_;
    return *this;
  }
  bool operator==(const counted_bytes& other) const { return at_ == other.at_; }
  bool operator!=(const counted_bytes& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  std::size_t* count_;
};

// Follows the parser through the text: records where each key and value is, and which keys are duplicates.
class place_watch final : public nlohmann::json_sax<file_json> {
 public:
  place_watch(std::string_view text, policy_source& source, std::vector<finding>& findings)
      : text_(text), lines_(text), source_(source), findings_(findings) {}

  bool null() override { return see_value(); }
  bool boolean(bool) override { return see_value(); }
  bool number_integer(number_integer_t) override { return see_number(); }
  bool number_unsigned(number_unsigned_t) override { return see_number(); }
  bool number_float(number_float_t, const string_t&) override { return see_number(); }
  bool string(string_t&) override { return see_value(); }
  bool binary(binary_t&) override { return see_value(); }
  bool start_object(std::size_t) override { return open(false); }
  bool start_array(std::size_t) override { return open(true); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    level& in = levels_.back();
    in.key = name;
    in.key_at = next();
    if (!in.keys.insert(name).second) findings_.push_back(duplicate());
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    const std::size_t open_at = levels_.empty() ? std::string_view::npos : levels_.back().opened;
    fault = fault_of({text_, last_, read, open_at}, error.what());
    return false;
  }

  std::size_t read = 0;  ///< bytes that the parser took
  std::optional<json_fault> fault;

 private:
  struct level {
    bool is_list;
    std::size_t opened;
    std::size_t index = 0;
    std::string key;
    text_place key_at;
    std::set<std::string> keys;
  };

  /// The start of the token that the parser has just read.
  std::size_t start() {
    const std::size_t at = text_.find_first_not_of(" \t\r\n,:", last_);
    last_ = read;
    return at;
  }
  text_place next() { return lines_.place(start()); }

  std::string path() const {
    std::string path;
    for (const level& at : levels_) path = json_path(path, at.is_list ? std::to_string(at.index) : at.key);
    return path;
  }

  std::size_t note() {
    const std::size_t at = start();
    const text_place value = lines_.place(at);
    const bool has_key = !levels_.empty() && !levels_.back().is_list;
    source_.by_path.emplace(path(), policy_source::places{has_key ? levels_.back().key_at : value, value});
    return at;
  }

  void step() {
    if (!levels_.empty() && levels_.back().is_list) ++levels_.back().index;
  }

  bool see_value() {
    note();
    step();
    return true;
  }

  /// The parser has read one byte more, to see that the number ends.
  bool see_number() {
    see_value();
    if (last_ < text_.size()) --last_;
    return true;
  }

  bool open(bool is_list) {
    if (levels_.size() >= levels_max) return is_too_deep();
    const std::size_t at = note();
    levels_.push_back({is_list, at, 0, {}, {}, {}});
    return true;
  }

  /// The path of every value is recorded; in a text of brackets only, that takes the square of its size.
  bool is_too_deep() {
    fault = json_fault{start(), "objects and arrays are nested too deeply", {}};
    return false;
  }

  bool close() {
    last_ = read;
    levels_.pop_back();
    step();
    return true;
  }

  finding duplicate() const {
    const std::string at = path();
    const std::size_t first = source_.place_of_key(at).line;
    return {at, "duplicate key, first used in line " + std::to_string(first), levels_.back().key_at};
  }

  std::string_view text_;
  text_lines lines_;
  policy_source& source_;
  std::vector<finding>& findings_;
  std::vector<level> levels_;
  std::size_t last_ = 0;
};

finding syntax(std::string text, text_place at) {
  finding made{{}, std::move(text), at};
  made.is_syntax = true;
  return made;
}

/// Removes a byte order mark. False: the text is UTF-16.
bool take_mark(std::string& text, std::vector<finding>& findings) {
  if (text.starts_with("\xef\xbb\xbf")) {
    std::memset(text.data(), ' ', 3);
    findings.push_back(syntax(
        "the file begins with a byte order mark, which JSON does not allow; save it as UTF-8 without BOM", {1, 1}));
    findings.back().is_warning = true;
  }
  if (!text.starts_with("\xff\xfe") && !text.starts_with("\xfe\xff")) return true;
  findings.push_back(syntax("not valid JSON: the file is UTF-16; save it as UTF-8", {1, 1}));
  return false;
}

}  // namespace

std::optional<file_json> read_strict_json(std::string text, policy_source& source, std::vector<finding>& findings) {
  constexpr int mends_max = 100;
  if (!take_mark(text, findings)) return {};
  text_lines lines(text);
  // The library takes a NUL for the end of the text, and would stop there.
  if (const std::size_t nul = text.find('\0'); nul != std::string::npos) {
    findings.push_back(syntax("not valid JSON: a NUL byte", lines.place(nul)));
    return {};
  }
  for (int mends = 0; mends < mends_max; ++mends) {
    source.by_path.clear();
    std::vector<finding> duplicates;
    place_watch watch(text, source, duplicates);
    const char* end = text.data() + text.size();
    if (file_json::sax_parse(counted_bytes(text.data(), &watch.read), counted_bytes(end, &watch.read), &watch)) {
      findings.insert(findings.end(), duplicates.begin(), duplicates.end());
      return file_json::parse(text);
    }
    findings.push_back(syntax("not valid JSON: " + watch.fault->why, lines.place(watch.fault->at)));
    if (watch.fault->instead.empty()) return {};
    text.replace(watch.fault->at, watch.fault->instead.size(), watch.fault->instead);
  }
  return {};
}

std::string json_path(std::string_view parent, std::string_view key) {
  std::string path(parent);
  path += '/';
  for (const char c : key) {
    if (c == '~') path += "~0";
    else if (c == '/') path += "~1";
    else path += c;
  }
  return path;
}

}  // namespace abide::detail
