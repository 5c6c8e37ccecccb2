#include "texts.hpp"

#include <algorithm>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "abide/config.hpp"
#include "embedded.hpp"

namespace abide {
namespace {

constexpr std::size_t field_bytes_max = 1024;
constexpr int members_max = 32;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_tag(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

/// `de-Latn-AT` becomes `de-Latn`, then `de`, then nothing.
std::string_view shortened(std::string_view tag) noexcept {
  const auto dash = tag.rfind('-');
  return dash == std::string_view::npos ? std::string_view{} : tag.substr(0, dash);
}

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view take_until(std::string_view& text, char mark) noexcept {
  const auto at = std::min(text.find(mark), text.size());
  const std::string_view front = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return front;
}

/// qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ), in thousandths; anything else refuses the member.
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

struct wish {
  std::string_view range;
  int weight = 1000;
};

wish read_wish(std::string_view member) noexcept {
  wish w{trimmed(take_until(member, ';'))};
  while (!member.empty()) {
    const std::string_view parameter = trimmed(take_until(member, ';'));
    const bool is_weight = parameter.size() > 1 && lower(parameter[0]) == 'q' && parameter[1] == '=';
    if (is_weight) w.weight = read_weight(parameter.substr(2));
  }
  return w;
}

/// How well a range fits a tag: the number of subtags they share, 0 when it does not fit; `*` fits a little.
int fit(std::string_view range, std::string_view tag) noexcept {
  if (range == "*") return 1;
  for (std::string_view part = range; !part.empty(); part = shortened(part))
    if (same_tag(part, tag)) return 2 + static_cast<int>(std::count(part.begin(), part.end(), '-'));
  // `de` also asks for `de-CH` when that is all there is.
  return tag.size() > range.size() && tag[range.size()] == '-' && same_tag(tag.substr(0, range.size()), range) ? 2 : 0;
}

/// The weight that the field gives a tag: that of the range that fits best, -1 when none fits. `place` is the range's.
int weight_of(std::string_view field, std::string_view tag, int& place) noexcept {
  int weight = -1, best = 0, n = 0;
  while (!field.empty() && n < members_max) {
    const wish w = read_wish(take_until(field, ','));
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
    take_until(text, '{');
    if (!text.empty()) found(take_until(text, '}'));
  }
}

[[noreturn]] void fail(std::string_view tag, std::string_view key, std::string_view what) {
  throw config_error("texts " + std::string(tag) + ": \"" + std::string(key) + "\" " + std::string(what));
}

bool is_free(std::string_view key) noexcept { return key.starts_with("place."); }

void check_placeholders(const language& other, std::string_view key, std::string_view text, std::string_view original) {
  each_placeholder(text, [&](std::string_view name) {
    if (original.find("{" + std::string(name) + "}") == std::string_view::npos)
      fail(other.tag(), key, "has a placeholder {" + std::string(name) + "} that English has not");
  });
}

void check(const language& other, const language& english) {
  for (const auto& [key, text] : english.all())
    if (!is_free(key) && other.find(key).empty()) fail(other.tag(), key, "is missing");
  for (const auto& [key, text] : other.all()) {
    if (is_free(key)) continue;
    if (english.find(key).empty()) fail(other.tag(), key, "is not a key of the English texts");
    check_placeholders(other, key, text, english.find(key));
  }
}

/// Every {{:key}} of a template must be a text.
void check_template(const embedded_file& page, const language& english) {
  std::string_view rest = page.bytes;
  for (auto at = rest.find("{{:"); at != std::string_view::npos; at = rest.find("{{:")) {
    rest.remove_prefix(at + 3);
    const std::string_view key = take_until(rest, '}');
    if (english.find(key).empty()) fail("en", key, "is missing, and " + std::string(page.name) + " asks for it");
  }
}

std::map<std::string, std::string, std::less<>> read_words(const text_file& file) {
  const auto json = nlohmann::json::parse(file.json, nullptr, false);
  if (!json.is_object()) throw config_error("texts " + std::string(file.tag) + ": expected a JSON object");
  std::map<std::string, std::string, std::less<>> words;
  for (const auto& [key, text] : json.items()) {
    if (text.is_string()) words[key] = text.get<std::string>();
    if (words[key].empty()) fail(file.tag, key, "must be a text that is not empty");
  }
  return words;
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

texts::texts(std::span<const text_file> files) {
  languages_.reserve(files.size());  // the addresses stay: every language points at English
  for (const text_file& file : files) {
    language& added = languages_.emplace_back();
    added.tag_ = file.tag;
    added.words_ = read_words(file);
  }
  const language* english = find("en");
  if (!english) throw config_error("texts: English is missing");
  for (language& other : languages_) {
    other.english_ = english;
    check(other, *english);
  }
}

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
  for (std::string_view part = tag; !part.empty(); part = shortened(part))
    for (const language& one : languages_)
      if (same_tag(one.tag(), part)) return &one;
  return nullptr;
}

const language& texts::in(std::string_view tag) const noexcept {
  const language* found = find(tag);
  return found ? *found : *find("en");
}

bool texts::speaks(std::string_view tag) const noexcept { return find(tag) != nullptr; }

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

}  // namespace abide
