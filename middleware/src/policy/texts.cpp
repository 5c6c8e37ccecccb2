#include "policy/texts.hpp"

#include <algorithm>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "abide/config.hpp"
#include "base/ascii.hpp"
#include "base/bytes.hpp"
#include "base/embedded.hpp"
#include "policy/jurisdiction_row.hpp"
#include "policy/plural.hpp"
#include "policy/strict_json.hpp"

namespace abide::detail {
namespace {

constexpr std::size_t field_bytes_max = 1024;
constexpr int members_max = 32;

struct other_tag {
  std::string_view tag, written;
};

/// Tags that browsers send for languages whose texts have another tag (CLDR's likely scripts, macrolanguages).
constexpr other_tag other_tags[] = {
    {"zh", "zh-Hans"},      {"zh-CN", "zh-Hans"},   {"zh-SG", "zh-Hans"},
    {"zh-TW", "zh-Hant"},   {"zh-HK", "zh-Hant"},   {"zh-MO", "zh-Hant"},
    {"zh-Hans", "zh-Hans"}, {"zh-Hant", "zh-Hant"},  // neither script replaces the other
    {"no", "nb"},           {"nn", "nb"},           {"iw", "he"}};

std::string_view written(std::string_view tag) noexcept {
  for (const other_tag& each : other_tags)
    if (ascii_text::same(each.tag, tag)) return each.written;
  return {};
}

/// `de-Latn-AT` becomes `de-Latn`, then `de`, then nothing.
std::string_view shortened(std::string_view tag) noexcept {
  const auto dash = tag.rfind('-');
  return dash == std::string_view::npos ? std::string_view{} : tag.substr(0, dash);
}

/// qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ), in thousandths; 0 for anything else.
int read_weight(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  if (text.size() > 1 && text[1] != '.') return 0;
  int weight = (text[0] - '0') * 1000;
  int unit = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return 0;
    weight += (c - '0') * unit;
    unit /= 10;
  }
  return weight <= 1000 ? weight : 0;
}

/// How many subtags of a wanted tag are covered by the texts of another: 2 for `pt-BR` and `pt-BR`, 1 for `pt-BR` and
/// `pt`, otherwise 0.
int reach(std::string_view wanted, std::string_view tag) noexcept {
  for (std::string_view part = wanted; !part.empty(); part = shortened(part)) {
    const std::string_view other = written(part);
    if (ascii_text::same(part, tag) || ascii_text::same(other, tag))
      return 1 + static_cast<int>(std::count(part.begin(), part.end(), '-'));
    if (!other.empty()) break;
  }
  return 0;
}

struct wish {
  std::string_view range;
  int weight = 1000;
};

wish read_wish(std::string_view member) noexcept {
  wish w{ascii_text::trimmed(ascii_text::take_until(member, ';'))};
  while (!member.empty()) {
    const std::string_view parameter = ascii_text::trimmed(ascii_text::take_until(member, ';'));
    const bool is_weight = parameter.size() > 1 && ascii_text::lower(parameter[0]) == 'q' && parameter[1] == '=';
    if (is_weight) w.weight = read_weight(parameter.substr(2));
  }
  return w;
}

/// How well a range fits a tag: grows with the number of common subtags, 0 if it does not fit; `*` fits a little.
int fit(std::string_view range, std::string_view tag) noexcept {
  if (range == "*") return 1;
  if (const int depth = reach(range, tag)) return 1 + depth;
  // `de` also accepts `de-CH` if nothing else is available.
  return tag.size() > range.size() && tag[range.size()] == '-' && ascii_text::same(tag.substr(0, range.size()), range)
             ? 2
             : 0;
}

/// The weight that the field gives a tag: that of the best fitting range, -1 if none fits. `place`: the range's
/// position.
int weight_of(std::string_view field, std::string_view tag, int& place) noexcept {
  int weight = -1, best = 0, n = 0;
  while (!field.empty() && n < members_max) {
    const wish w = read_wish(ascii_text::take_until(field, ','));
    ++n;
    if (w.range.empty()) continue;
    const int f = fit(w.range, tag);
    if (f <= best) continue;
    best = f;
    weight = w.weight;
    place = n;
  }
  return weight;
}

/// Calls `found` with the name in every {name} of a text.
template <class Found>
void each_placeholder(std::string_view text, Found found) {
  while (!text.empty()) {
    ascii_text::take_until(text, '{');
    if (!text.empty()) found(ascii_text::take_until(text, '}'));
  }
}

std::string file_name(const text_file& file) {
  return file.name.empty() ? "texts " + std::string(file.tag) : std::string(file.name);
}

[[noreturn]] void fail(const std::string& file, std::string_view key, std::string_view what) {
  throw config_error(file + ": /" + std::string(key) + ": " + std::string(what));
}

bool is_free(std::string_view key) noexcept { return key.starts_with("place."); }

/// A place's name is for a row of the jurisdictions; EEA and US name all of their rows.
void check_place(const std::string& file, std::string_view key) {
  const std::string_view code = key.substr(std::string_view("place.").size());
  if (code != "EEA" && code != "US" && !find_row(code))
    fail(file, key, "unknown place: expected a code such as place.DE or place.US-CA, in capitals");
}

void check_placeholders(const std::string& file, std::string_view key, std::string_view text,
                        std::string_view original) {
  each_placeholder(text, [&](std::string_view name) {
    if (original.find("{" + std::string(name) + "}") == std::string_view::npos)
      fail(file, key, "unknown placeholder {" + std::string(name) + "}: the English text has no such placeholder");
  });
}

std::string counted_forms(std::size_t count) { return std::to_string(count) + (count == 1 ? " form" : " forms"); }

/// A text that counts something must have all forms of the language's plural rule; a list of months has twelve pieces.
void check_pieces(const std::string& file, const language& words, std::string_view key, std::string_view text) {
  const std::size_t pieces = 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '|'));
  std::size_t wanted = key == "months" ? 12 : 1;
  if (key.starts_with("lifetime.") && key != "lifetime.session") wanted = plural_forms(words["plural"]);
  if (pieces != wanted)
    fail(file, key, "expected " + counted_forms(wanted) + " separated by |, found " + std::to_string(pieces));
}

void check(const std::string& file, const language& other, const language& english) {
  for (const auto& [key, text] : english.all())
    if (!is_free(key) && other.find(key).empty()) fail(file, key, "missing");
  const std::string_view direction = other.find("direction"), rule = other.find("plural");
  if (!direction.empty() && direction != "ltr" && direction != "rtl")
    fail(file, "direction", "expected ltr or rtl, found \"" + std::string(direction) + '"');
  if (!rule.empty() && plural_forms(rule) == 0)
    fail(file, "plural", "unknown plural rule \"" + std::string(rule) + '"');
  for (const auto& [key, text] : other.all()) {
    if (is_free(key)) {
      check_place(file, key);
      continue;
    }
    if (english.find(key).empty()) fail(file, key, "unknown key: the English texts have no such key");
    check_placeholders(file, key, text, english.find(key));
    check_pieces(file, other, key, text);
  }
}

/// Every {{:key}} of a template must be a text.
void check_template(const embedded_file& page, const language& english) {
  std::string_view rest = page.bytes;
  for (auto at = rest.find("{{:"); at != std::string_view::npos; at = rest.find("{{:")) {
    rest.remove_prefix(at + 3);
    const std::string_view key = ascii_text::take_until(rest, '}');
    if (english.find(key).empty()) fail("texts en", key, "missing, but used in " + std::string(page.name));
  }
}

/// A site's own file is read as strictly as its policy: of a key that stands twice, neither is the obvious one.
nlohmann::ordered_json read_json(const text_file& file) {
  if (file.name.empty()) return nlohmann::ordered_json::parse(file.json, nullptr, false);
  policy_source source;
  std::vector<finding> findings;
  auto json = read_strict_json(std::string(file.json), source, findings);
  if (!findings.empty()) throw config_error(told(findings.front(), file.name));
  return json ? std::move(*json) : nlohmann::ordered_json();
}

void read_words(const text_file& file, std::map<std::string, std::string, std::less<>>& words) {
  const auto json = read_json(file);
  if (!json.is_object()) throw config_error(file_name(file) + ": expected a JSON object");
  for (const auto& [key, text] : json.items()) {
    if (!text.is_string() || text == "") fail(file_name(file), key, "expected a non-empty string");
    words[key] = text.get<std::string>();
  }
}

std::vector<text_file> built_in_files() {
  constexpr std::string_view ending = ".json";
  std::vector<text_file> files;
  for (const embedded_file& file : embedded_files()) {
    if (!file.name.ends_with(ending)) continue;
    files.push_back({file.name.substr(0, file.name.size() - ending.size()), file.bytes});
  }
  return files;
}

}  // namespace

std::string_view language::find(std::string_view key) const noexcept {
  const auto found = words_.find(key);
  return found == words_.end() ? std::string_view{} : std::string_view(found->second);
}

std::string_view language::operator[](std::string_view key) const noexcept {
  const std::string_view own = find(key);
  return own.empty() && english_ ? english_->find(key) : own;
}

language& texts::take(const text_file& file) {
  for (language& each : languages_)
    if (ascii_text::same(each.tag_, file.tag)) return each;
  languages_.emplace_back().tag_ = file.tag;
  return languages_.back();
}

texts::texts(std::span<const text_file> files) {
  languages_.reserve(files.size());  // elements must not move: every language points to English
  language original;                 // English before a site's own texts, which may leave out a placeholder
  for (const text_file& file : files) {
    language& into = take(file);
    into.file_ = file_name(file);
    read_words(file, into.words_);
    if (original.words_.empty() && ascii_text::same(file.tag, "en")) original = into;
  }
  const language* english = find("en");
  if (!english) throw config_error("texts en: missing");
  for (language& each : languages_) {
    each.english_ = english;
    check(each.file_, each, original);
  }
}

std::unique_ptr<const texts> texts::of(std::span<const std::string> tags, std::span<const text_file> own) {
  std::vector<text_file> files;
  for (const text_file& file : built_in_files()) {
    const auto wants = [&](std::string_view tag) { return reach(tag, file.tag) > 0; };
    if (file.tag == "en" || std::any_of(tags.begin(), tags.end(), wants)) files.push_back(file);
  }
  files.insert(files.end(), own.begin(), own.end());
  return std::make_unique<const texts>(files);
}

const texts& texts_of(const config& settings) { return settings.words ? *settings.words : texts::built_in(); }

const texts& texts::built_in() {
  static const texts all = [] { return texts(built_in_files()); }();
  static const bool checked = [] {
    for (const embedded_file& file : embedded_files())
      if (file.name.ends_with(".html")) check_template(file, all.in("en"));
    return true;
  }();
  static_cast<void>(checked);
  return all;
}

const language* texts::find(std::string_view tag) const noexcept {
  const auto same = std::find_if(languages_.begin(), languages_.end(),
                                 [&](const language& one) { return same_bytes(tag, one.tag()); });
  if (same != languages_.end()) return &*same;  // most pages use this spelling
  const language* best = nullptr;
  int most = 0;
  for (const language& one : languages_) {
    const int depth = reach(tag, one.tag());
    if (depth > most) best = &one;
    most = std::max(most, depth);
  }
  return best;
}

const language& texts::in(std::string_view tag) const noexcept {
  const language* found = find(tag);
  return found ? *found : *find("en");
}

bool texts::has_language(std::string_view tag) const noexcept { return find(tag) != nullptr; }

std::string_view pick_language(std::string_view field, std::span<const std::string> available) noexcept {
  if (available.empty()) return "en";
  field = field.substr(0, field_bytes_max);
  std::string_view best = available.front();
  int best_weight = 0, best_place = 0;
  for (const std::string& tag : available) {
    int place = 0;
    const int weight = weight_of(field, tag, place);
    if (weight <= 0 || weight < best_weight || (weight == best_weight && place >= best_place)) continue;
    best = tag;
    best_weight = weight;
    best_place = place;
  }
  return best;
}

}  // namespace abide::detail
