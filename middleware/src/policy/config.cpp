#include "abide/config.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/ascii.hpp"
#include "policy/jurisdiction_row.hpp"
#include "policy/lifetime.hpp"
#include "policy/members.hpp"
#include "policy/policy_reading.hpp"
#include "policy/suggestion.hpp"
#include "policy/texts.hpp"

namespace abide::detail {

// ---- Readers of many keys ------------------------------------------------------------------------------------------

namespace {

// Counts characters as JSON Schema does: every byte that does not continue another.
void need_at_most(std::size_t most, std::string_view text, const setting& from) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  const auto count = static_cast<std::size_t>(std::ranges::count_if(text, begins));
  if (count <= most) return;
  from.refuse("expected at most " + std::to_string(most) + " characters, found " + std::to_string(count));
}

}  // namespace

std::string read_text(const setting& from, const shape& wanted) {
  std::string text = from.text(wanted.expected);
  if (!wanted.fits(text)) from.expected_text(wanted.expected, text, meant_text(text, wanted), wanted.may_be_told);
  need_at_most(wanted.most, text, from);
  return wanted.to_lower ? ascii_text::lower(text) : text;
}

void read_list(const setting& from, const shape& wanted, std::size_t least, std::vector<std::string>& into) {
  std::vector<std::string> texts;
  from.each([&](const setting& item) { texts.push_back(read_text(item, wanted)); });
  if (from.list().size() < least)
    from.refuse("expected at least " + std::to_string(least) + (least == 1 ? " item, found " : " items, found ") +
                std::to_string(texts.size()));
  into = std::move(texts);
}

void need_if(const setting& object, std::string_view key, std::string_view other, std::string_view word) {
  const auto asked = object.find(other), needed = object.find(key);
  if (!asked || !asked->is(word) || (needed && !needed->is_null())) return;
  object.missing(key, std::string(", because \"").append(other).append("\" is ").append(word));
}

// ---- Readers of one key --------------------------------------------------------------------------------------------

void read_gpc(const setting& from, policy_draft&) {
  for (const std::string_view word : words::gpc)
    if (from.is(word)) return;
  for (const words::spelling& each : words::gpc_also)
    if (from.is(each.text)) return;
  from.refuse("expected " + std::string(words::gpc.front()) + "; the signal cannot be turned off");
}

void read_own_texts(const setting& from, policy_draft& into) { into.own_texts = from; }

void read_cookie_lifetime(const setting& from, cookie_draft& into) {
  constexpr std::string_view what = "session, or a number with a unit (seconds to years) such as 13 months";
  const std::string text = from.text(what);
  const auto lifetime = read_lifetime_text(text);
  if (!lifetime) from.expected_text(what, text, meant_lifetime(text));
  into.words.lifetime = *lifetime;
}

// One text for all readers, or one per language.
void read_purpose(const setting& from, cookie_draft& into) {
  if (!from.is_object()) {
    into.words.purpose.emplace_back("", read_text(from, text_shape));
    return;
  }
  const auto read = [&](const setting::named& item) {
    if (!is_language(item.key) || item.key.size() > language_shape.most)
      item.value.refuse("expected a language tag such as en or pt-BR as the key");
    into.words.purpose.emplace_back(item.key, read_text(item.value, text_shape));
  };
  for (const setting::named& item : from.object()) from.attempt([&] { read(item); });
  if (from.object().empty()) from.refuse("expected at least one language, found none");
}

namespace {

// The default if the site does not say: its contract decides; without a word on that, the catalog knows the vendor.
bool shared_by_default(const cookie_draft& cookie) {
  if (cookie.processor) return !*cookie.processor;
  std::string member_of_pattern = cookie.name;
  if (const std::size_t star = member_of_pattern.find('*'); star != std::string::npos) member_of_pattern.erase(star, 1);
  classification known;
  if (look_up(member_of_pattern, std::string_view(cookie.host).substr(cookie.host.starts_with('.')), known))
    return known.shared;
  return cookie.category == category::targeting;
}

}  // namespace

void read_cookie(const setting& from, policy_draft& into) {
  config::text& text = *into.text;
  cookie_draft cookie;
  read_object<cookie_draft>(from, cookie_members, cookie);
  cookie_rule rule;
  rule.category = cookie.category;
  rule.shared = cookie.shared ? *cookie.shared : shared_by_default(cookie);
  rule.name = text.keep(std::move(cookie.name));
  rule.host = text.keep(std::move(cookie.host));
  rule.vendor = text.keep(std::move(cookie.vendor));
  rule.programme = text.keep(std::move(cookie.programme));
  text.cookies.push_back(rule);
  text.processors.push_back(cookie.processor.value_or(false));
  into.made.declarations.push_back(std::move(cookie.words));
}

namespace {

std::string rows_that_know(exempt_purpose purpose) {
  std::string codes;
  const jurisdiction_table table = jurisdictions();
  for (std::size_t i = 0; i < table.count; ++i)
    if (table.rows[i].exempt & static_cast<std::uint8_t>(purpose))
      codes += (codes.empty() ? "" : ", ") + std::string(table.rows[i].code);
  return codes;
}

// exemption = row ":" purpose ":" name-pattern
exemption read_exemption_text(const setting& from, config::text& kept) {
  constexpr std::string_view shape = "\"ROW:PURPOSE:NAME\", such as \"GB:statistical:_ga*\"";
  const std::string_view text = kept.keep(from.text(shape));
  need_at_most(most_of_exemption, text, from);
  const std::size_t first = text.find(':');
  const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
  if (second == std::string_view::npos) from.expected_text(shape, text);

  const std::string_view purpose_text = text.substr(first + 1, second - first - 1);
  exemption made{text.substr(0, first), {}, text.substr(second + 1)};
  const auto purpose = std::ranges::find(words::exempt_purpose, purpose_text);
  if (purpose == words::exempt_purpose.end()) {
    const std::string_view meant = nearest(purpose_text, {words::exempt_purpose.begin(), words::exempt_purpose.end()});
    from.expected_text("the purpose statistical, appearance or emergency after the first colon", purpose_text, meant);
  }
  if (!is_name_pattern(made.name))
    from.expected_text("a cookie name, with at most one *, after the second colon", made.name);
  made.purpose = static_cast<exempt_purpose>(1u << (purpose - words::exempt_purpose.begin()));

  const jurisdiction* row = find_row(made.jurisdiction);
  const std::string hint =
      "; the " + std::string(purpose_text) + " exemption exists in " + rows_that_know(made.purpose);
  if (!row) from.refuse("unknown jurisdiction \"" + std::string(made.jurisdiction) + '"' + hint);
  if (!(row->exempt & static_cast<std::uint8_t>(made.purpose)))
    from.refuse(std::string(row->name) + " has no such exemption" + hint);
  return made;
}

}  // namespace

void read_exemption(const setting& from, policy_draft& into) {
  into.text->exemptions.push_back(read_exemption_text(from, *into.text));
}

// ---- The site's own texts ------------------------------------------------------------------------------------------

namespace {

std::string bytes_of(const std::string& file) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::fopen(file.c_str(), "rb"), std::fclose);
  std::string bytes;
  char chunk[4096];
  while (in) {
    const std::size_t size = std::fread(chunk, 1, sizeof chunk, in.get());
    bytes.append(chunk, size);
    if (size < sizeof chunk) break;
  }
  if (!in || std::ferror(in.get())) throw config_error(file + ": cannot read: " + std::strerror(errno));
  return bytes;
}

/// A path of the policy, relative to the policy file's folder.
std::string beside(const std::string& policy_file, const std::string& path) {
  return (std::filesystem::path(policy_file).parent_path() / path).string();
}

struct own_text {
  std::string tag, name, json;
};

/// A file of texts. One whose name is no language would never be used, which its author should know.
own_text read_own_text(const setting& from, const std::filesystem::path& file) {
  const std::string tag = file.stem().string();
  if (file.extension() != ".json" || !is_language(tag))
    from.refuse(file.string() + " is not used: expected a name such as de.json or pt-BR.json");
  try {
    return {tag, file.string(), bytes_of(file.string())};
  } catch (const config_error& error) {
    from.refuse(error.what());
  }
}

/// The files `<tag>.json` of a folder, whose path is relative to the policy file's folder.
std::vector<own_text> own_texts_in(const setting& from, const std::string& policy_file) {
  namespace fs = std::filesystem;
  const fs::path folder = beside(policy_file, read_text(from, text_shape));
  std::error_code error;
  std::vector<own_text> files;
  if (!fs::exists(folder, error))
    from.lacks("expected a folder with texts such as de.json; " + folder.string() +
               ": cannot read: " + std::make_error_code(std::errc::no_such_file_or_directory).message());
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const bool is_hidden = at->path().filename().string().starts_with('.');  // of an editor, or of another system
    if (!is_hidden && ascii_text::lower(at->path().extension().string()) == ".json")
      files.push_back(read_own_text(from, at->path()));
  }
  if (error || files.empty())
    from.refuse("expected a folder with texts such as de.json; " + folder.string() + ": " +
                (error ? "cannot read: " + error.message() : "found none"));
  return files;
}

std::shared_ptr<const texts> read_words(const policy_draft& read, const std::string& policy_file) {
  std::vector<own_text> files;
  if (read.own_texts) files = own_texts_in(*read.own_texts, policy_file);
  std::vector<text_file> own;
  own.reserve(files.size());
  for (const own_text& each : files) own.push_back({each.tag, each.json, each.name});
  try {
    return texts::of(read.made.languages, own);
  } catch (const config_error& error) {
    read.own_texts->refuse(error.what());
  }
}

// ---- The whole file ------------------------------------------------------------------------------------------------

/// Paths of the policy are relative to the policy file, wherever the program was started.
void find_beside(const std::string& policy_file, config& made) {
  const auto behind = [&](std::string& place, std::string_view scheme) {
    if (place.starts_with(scheme)) place = std::string(scheme) + beside(policy_file, place.substr(scheme.size()));
  };
  behind(made.keys, "file:");
  behind(made.keys_retired, "file:");
  behind(made.record_heads, "file:");
  behind(made.records, "sqlite:");
  if (!made.maxmind_file.empty()) behind(made.maxmind_file, "");
}

void read_into(policy_reading& made, std::string_view json) {
  const auto tree = read_strict_json(std::string(json), made.source, made.findings);
  if (!tree) return;
  policy_draft read;
  const setting whole(*tree, "", made);
  whole.attempt([&] { read_object<policy_draft>(whole, policy_members, read); });

  policy& rules = read.made.policy;
  rules.cookies = read.text->cookies.data();
  rules.cookie_count = read.text->cookies.size();
  rules.exemptions = read.text->exemptions.data();
  rules.exemption_count = read.text->exemptions.size();
  find_beside(made.source.file, read.made);
  whole.attempt([&] { read.made.words = read_words(read, made.source.file); });
  read.made.storage = std::move(read.text);
  made.settings = std::move(read.made);
}

/// Drops findings about values that were made up to continue behind a syntax error.
void drop_what_follows(std::vector<finding>& findings) {
  std::vector<text_place> made_up;
  for (const finding& each : findings)
    if (each.is_syntax && !each.is_warning) made_up.push_back(each.at);
  std::erase_if(findings, [&](const finding& each) {
    return !each.is_syntax && std::ranges::any_of(made_up, [&](const text_place& at) {
      return at.line == each.at.line && at.column == each.at.column;
    });
  });
}

}  // namespace

policy_reading read_policy(std::string_view json, std::string_view name) {
  policy_reading made;
  made.source.file = name;
  read_into(made, json);
  drop_what_follows(made.findings);
  sort_by_place(made.findings);
  made.settings.source = std::make_shared<const policy_source>(made.source);
  return made;
}

bool has_errors(const std::vector<finding>& findings) {
  return std::ranges::any_of(findings, [](const finding& each) { return !each.is_warning; });
}

std::string bytes_of_policy(const std::string& file) { return bytes_of(file); }

}  // namespace abide::detail

namespace abide {

using namespace detail;

std::string_view to_string(geo_source source) noexcept { return words::geo_source[static_cast<std::size_t>(source)]; }

config parse_config(std::string_view json, std::string_view name) {
  policy_reading read = read_policy(json, name);
  std::erase_if(read.findings, [](const finding& each) { return each.is_warning; });
  if (!read.findings.empty()) throw config_error(told(read.findings, name));
  return std::move(read.settings);
}

std::string consent_cookie_name(const config& settings, bool secure) {
  const char* prefix = !secure ? "" : settings.consent_domain.empty() ? "__Host-" : "__Secure-";
  return prefix + std::string(settings.policy.consent_cookie);
}

config load_config(const std::string& file) { return parse_config(bytes_of(file), file); }

}  // namespace abide
