#include "abide/config.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "abide/record.hpp"
#include "base/lower.hpp"
#include "policy/address_range.hpp"
#include "policy/lifetime.hpp"
#include "policy/setting.hpp"
#include "policy/shapes.hpp"
#include "policy/texts.hpp"

namespace abide {

struct config::text {
  std::deque<std::string> strings;  // a deque never moves what it holds, short strings included
  std::vector<cookie_rule> cookies;
  std::vector<exemption> exemptions;

  std::string_view keep(std::string words) { return strings.emplace_back(std::move(words)); }
};

namespace {

struct draft {
  config made;
  std::optional<setting> own_texts;  // the folder of the site's own texts
  std::shared_ptr<config::text> text = std::make_shared<config::text>();
};

std::string read_text(const setting& from, bool (*fits)(std::string_view), std::string_view what) {
  std::string text = from.text(what);
  if (!fits(text)) from.expected(what);
  return text;
}

std::string read_plain(const setting& from) {
  return read_text(from, is_plain, "a string that is neither empty nor holds control characters");
}

std::string_view without_dot(std::string_view host) { return host.substr(!host.empty() && host.front() == '.'); }

// ---- Words ---------------------------------------------------------------------------------------------------------

constexpr word<mode> mode_words[] = {{"enforce", mode::enforce}, {"observe", mode::observe}};
constexpr word<dnt_policy> dnt_words[] = {
    {"as_objection", dnt_policy::as_objection}, {"as_gpc", dnt_policy::as_gpc}, {"ignore", dnt_policy::ignore}};
constexpr word<exception_policy> exception_words[] = {
    {"informed", exception_policy::informed}, {"never", exception_policy::never}, {"strict", exception_policy::never}};
constexpr word<joined_values> joined_words[] = {{"any", joined_values::any}, {"literal", joined_values::literal}};
constexpr word<unknown_policy> unknown_words[] = {{"targeting", unknown_policy::targeting},
                                                  {"party", unknown_policy::party}};
constexpr word<category> category_words[] = {{"required", category::required},
                                             {"analytics", category::analytics},
                                             {"functional", category::functional},
                                             {"targeting", category::targeting}};
constexpr word<bool> contract_words[] = {{"processor", true}, {"none", false}};
constexpr word<exempt_purpose> purpose_words[] = {{"statistical", exempt_purpose::statistical},
                                                  {"appearance", exempt_purpose::appearance},
                                                  {"emergency", exempt_purpose::emergency}};
constexpr word<geo_source> geo_words[] = {
    {"fixed", geo_source::fixed},           {"cloudflare", geo_source::cloudflare},
    {"cloudfront", geo_source::cloudfront}, {"vercel", geo_source::vercel},
    {"fastly", geo_source::fastly},         {"akamai", geo_source::akamai},
    {"appengine", geo_source::appengine},   {"google_lb", geo_source::google_lb},
    {"maxmind", geo_source::maxmind}};

// ---- site ----------------------------------------------------------------------------------------------------------

void read_gpc_updated(const setting& from, draft& into) {
  const auto fits = [](std::string_view text) { return text.size() == 10 && is_date_or_timestamp(text); };
  into.made.gpc_updated = read_text(from, fits, "a date such as 2026-11-22");
}

constexpr member<draft> site_members[] = {
    {"name", [](const setting& from, draft& into) { into.made.site_name = read_plain(from); }},
    {"host",
     [](const setting& from, draft& into) {
       const auto host = read_text(from, is_host, "a host name without scheme and port, such as shop.example");
       into.made.policy.host = into.text->keep(lower(host));
     }},
    {"contact", [](const setting& from, draft& into) { into.made.contact = read_plain(from); }},
    {"gpc_updated", read_gpc_updated},
};

// ---- jurisdiction --------------------------------------------------------------------------------------------------

void read_fixed(const setting& from, draft& into) {
  if (from.is_null()) return;
  into.made.fixed_location = read_text(from, is_location, "a place such as DE or US-CA, or null");
}

void read_maxmind(const setting& from, draft& into) {
  if (from.is_null()) return;
  into.made.maxmind_file = read_text(from, is_plain, "the path of a MaxMind database, or null");
}

void read_proxies(const setting& from, draft& into) {
  const auto fits = [](std::string_view text) { return read_address_range(text).has_value(); };
  for (const setting& item : from.list())
    into.made.trusted_proxies.push_back(read_text(item, fits, "an address range such as 10.0.0.0/8 or ::1/128"));
}

constexpr member<draft> jurisdiction_members[] = {
    {"from", [](const setting& from, draft& into) { into.made.geo = read_word(from, geo_words); }},
    {"trusted_proxies", read_proxies},
    {"fixed", read_fixed},
    {"maxmind", read_maxmind},
};

void read_jurisdiction(const setting& from, draft& into) {
  read_object<draft>(from, jurisdiction_members, into);
  if (into.made.geo == geo_source::maxmind && into.made.maxmind_file.empty())
    from.expected("the key \"maxmind\" with the path of a database, because \"from\" is maxmind");
}

// ---- signals -------------------------------------------------------------------------------------------------------

void read_gpc(const setting& from, draft&) {
  if (from.is("honour") || from.is("honor")) return;
  from.expected("honour: the signal cannot be turned off");
}

constexpr member<draft> signals_members[] = {
    {"gpc", read_gpc},
    {"gpc_exception",
     [](const setting& from, draft& into) { into.made.policy.exception = read_word(from, exception_words); }},
    {"dnt", [](const setting& from, draft& into) { into.made.policy.dnt = read_word(from, dnt_words); }},
    {"joined_values",
     [](const setting& from, draft& into) { into.made.policy.joined = read_word(from, joined_words); }},
};

// ---- notice --------------------------------------------------------------------------------------------------------

void read_languages(const setting& from, draft& into) {
  std::vector<std::string> languages;
  for (const setting& item : from.list())
    languages.push_back(read_text(item, is_language, "a language tag such as en or pt-BR"));
  if (languages.empty()) from.expected("at least one language");
  into.made.languages = std::move(languages);
}

constexpr std::int64_t notice_version_max = 999'999'999;  // nine digits in the consent cookie

constexpr member<draft> notice_members[] = {
    {"version",
     [](const setting& from, draft& into) {
       into.made.policy.notice_version = static_cast<std::uint32_t>(from.whole(1, notice_version_max));
     }},
    {"languages", read_languages},
    {"texts", [](const setting& from, draft& into) { into.own_texts = from; }},
    {"insert", [](const setting& from, draft& into) { into.made.insert_notice = from.flag(); }},
    {"theme",
     [](const setting& from, draft& into) {
       into.made.theme = read_text(from, is_prefix, "a path on this site such as /static/theme.css");
     }},
};

// ---- cookies -------------------------------------------------------------------------------------------------------

struct declared_cookie {
  std::string name, host, vendor, programme;
  cookie_declaration words;
  std::optional<category> purpose;
  std::optional<bool> shared;
  bool processor = false;
};

cookie_lifetime read_cookie_lifetime(const setting& from) {
  constexpr std::string_view what = "session, or a number and a unit from seconds to years, such as 13 months";
  const auto lifetime = read_lifetime_text(from.text(what));
  if (!lifetime) from.expected(what);
  return *lifetime;
}

// One text for every reader, or one for each language.
void read_purpose(const setting& from, declared_cookie& into) {
  if (!from.is_object()) {
    into.words.purpose.emplace_back("", read_plain(from));
    return;
  }
  for (const setting::named& item : from.object()) {
    if (!is_language(item.key)) item.value.refuse("expected language tags such as en or pt-BR as keys");
    into.words.purpose.emplace_back(item.key, read_plain(item.value));
  }
  if (into.words.purpose.empty()) from.expected("at least one language");
}

constexpr member<declared_cookie> cookie_members[] = {
    {"name",
     [](const setting& from, declared_cookie& into) {
       into.name = read_text(from, is_name_pattern, "a cookie name, with at most one *");
     }},
    {"host",
     [](const setting& from, declared_cookie& into) {
       const auto fits = [](std::string_view text) { return is_host(without_dot(text)); };
       into.host = lower(read_text(from, fits, "a host such as ads.example, or .ads.example for its sub-domains too"));
     }},
    {"category", [](const setting& from, declared_cookie& into) { into.purpose = read_word(from, category_words); }},
    {"vendor", [](const setting& from, declared_cookie& into) { into.vendor = read_plain(from); }},
    {"shared", [](const setting& from, declared_cookie& into) { into.shared = from.flag(); }},
    {"contract", [](const setting& from, declared_cookie& into) { into.processor = read_word(from, contract_words); }},
    {"programme", [](const setting& from, declared_cookie& into) { into.programme = read_plain(from); }},
    {"purpose", read_purpose},
    {"lifetime", [](const setting& from, declared_cookie& into) { into.words.lifetime = read_cookie_lifetime(from); }},
    {"vendor_policy",
     [](const setting& from, declared_cookie& into) {
       into.words.vendor_policy = read_text(from, is_https_url, "a URL such as https://vendor.example/privacy");
     }},
};

// What the site did not say itself: a processor keeps what it learns to the site; else the catalog knows the vendor.
bool shared_by_default(const declared_cookie& cookie) {
  if (cookie.processor) return false;
  std::string member_of_pattern = cookie.name;
  if (const std::size_t star = member_of_pattern.find('*'); star != std::string::npos) member_of_pattern.erase(star, 1);
  classification known;
  if (look_up(member_of_pattern, without_dot(cookie.host), known)) return known.shared;
  return cookie.purpose == category::targeting;
}

void read_cookie(const setting& from, draft& into) {
  config::text& text = *into.text;
  declared_cookie cookie;
  read_object<declared_cookie>(from, cookie_members, cookie);
  if (cookie.name.empty()) from.expected("the key \"name\"");
  if (!cookie.purpose) from.expected("the key \"category\"");
  cookie_rule rule;
  rule.category = *cookie.purpose;
  rule.shared = cookie.shared ? *cookie.shared : shared_by_default(cookie);
  rule.name = text.keep(std::move(cookie.name));
  rule.host = text.keep(std::move(cookie.host));
  rule.vendor = text.keep(std::move(cookie.vendor));
  rule.programme = text.keep(std::move(cookie.programme));
  text.cookies.push_back(rule);
  into.made.declarations.push_back(std::move(cookie.words));
}

void read_cookies(const setting& from, draft& into) {
  for (const setting& item : from.list()) read_cookie(item, into);
}

// ---- exempt --------------------------------------------------------------------------------------------------------

const jurisdiction* row_of(std::string_view code) {
  const jurisdiction_table table = jurisdictions();
  for (std::size_t i = 0; i < table.count; ++i)
    if (table.rows[i].code == code) return &table.rows[i];
  return nullptr;
}

std::string rows_that_know(exempt_purpose purpose) {
  std::string codes;
  const jurisdiction_table table = jurisdictions();
  for (std::size_t i = 0; i < table.count; ++i)
    if (table.rows[i].exempt & static_cast<std::uint8_t>(purpose))
      codes += (codes.empty() ? "" : ", ") + std::string(table.rows[i].code);
  return codes;
}

// exemption = row ":" purpose ":" name-pattern
exemption read_exemption(const setting& from, config::text& kept) {
  constexpr std::string_view shape = "\"ROW:PURPOSE:NAME\", such as \"GB:statistical:_ga*\"";
  const std::string_view text = kept.keep(from.text(shape));
  const std::size_t first = text.find(':');
  const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
  if (second == std::string_view::npos) from.expected(shape);

  const std::string_view purpose_text = text.substr(first + 1, second - first - 1);
  exemption made{text.substr(0, first), {}, text.substr(second + 1)};
  const word<exempt_purpose>* purpose = nullptr;
  for (const auto& known : purpose_words)
    if (known.text == purpose_text) purpose = &known;
  if (!purpose) from.expected("the purpose statistical, appearance or emergency after the first colon");
  if (!is_name_pattern(made.name)) from.expected("a cookie name, with at most one *, after the second colon");
  made.purpose = purpose->means;

  const jurisdiction* row = row_of(made.jurisdiction);
  const std::string hint =
      "; the " + std::string(purpose_text) + " exemption exists in " + rows_that_know(made.purpose);
  if (!row) from.refuse("no jurisdiction is called \"" + std::string(made.jurisdiction) + '"' + hint);
  if (!(row->exempt & static_cast<std::uint8_t>(made.purpose)))
    from.refuse(std::string(row->name) + " has no such exemption" + hint);
  return made;
}

void read_exempt(const setting& from, draft& into) {
  for (const setting& item : from.list()) into.text->exemptions.push_back(read_exemption(item, *into.text));
}

// ---- consent and records -------------------------------------------------------------------------------------------

void read_lifetime(const setting& from, draft& into) {
  if (!from.is_null()) into.made.policy.lifetime_days = static_cast<std::uint32_t>(from.whole(1, 400));  // CK-4
}

constexpr member<draft> consent_members[] = {
    {"path",
     [](const setting& from, draft& into) {
       into.made.consent_path = read_text(from, is_prefix, "a path such as /consent, without a slash at its end");
     }},
    {"cookie",
     [](const setting& from, draft& into) {
       into.made.policy.consent_cookie = into.text->keep(read_text(from, is_token, "a cookie name (a token)"));
     }},
    {"lifetime_days", read_lifetime},
    {"keys",
     [](const setting& from, draft& into) { into.made.keys = read_text(from, is_keys, "env:NAME or file:PATH"); }},
};

constexpr member<draft> records_members[] = {
    {"store", [](const setting& from, draft& into) { into.made.records = read_plain(from); }},
    {"retain_days",
     [](const setting& from, draft& into) {
       into.made.retain_days = from.is_null() ? 0 : static_cast<unsigned>(from.whole(1, 36500));
     }},
};

// ---- The site's own texts ------------------------------------------------------------------------------------------

std::string bytes_of(const std::string& file) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::fopen(file.c_str(), "rb"), std::fclose);
  std::string bytes;
  char chunk[4096];
  while (in) {
    const std::size_t size = std::fread(chunk, 1, sizeof chunk, in.get());
    bytes.append(chunk, size);
    if (size < sizeof chunk) break;
  }
  if (!in || std::ferror(in.get())) throw config_error(file + ": cannot be read (" + std::strerror(errno) + ")");
  return bytes;
}

struct own_text {
  std::string tag, name, json;
};

/// The files `<tag>.json` of a folder, which is seen from the policy file's own.
std::vector<own_text> read_own_texts(const setting& from, const std::string& policy_file) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(policy_file).parent_path() / read_plain(from);
  std::error_code error;
  std::vector<own_text> files;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string tag = at->path().stem().string();
    if (at->path().extension() != ".json" || !is_language(tag)) continue;
    files.push_back({tag, at->path().string(), bytes_of(at->path().string())});
  }
  if (error || files.empty()) from.expected("a folder with texts, such as texts/de.json");
  return files;
}

std::shared_ptr<const texts> read_words(const draft& read, const std::string& policy_file) {
  std::vector<own_text> files;
  if (read.own_texts) files = read_own_texts(*read.own_texts, policy_file);
  std::vector<text_file> own;
  for (const own_text& each : files) own.push_back({each.tag, each.json, each.name});
  return texts::of(read.made.languages, own);
}

// ---- The whole file ------------------------------------------------------------------------------------------------

constexpr member<draft> policy_members[] = {
    {"$schema", [](const setting& from, draft&) { read_plain(from); }},
    {"site", [](const setting& from, draft& into) { read_object<draft>(from, site_members, into); }},
    {"mode", [](const setting& from, draft& into) { into.made.policy.mode = read_word(from, mode_words); }},
    {"jurisdiction", read_jurisdiction},
    {"signals", [](const setting& from, draft& into) { read_object<draft>(from, signals_members, into); }},
    {"notice", [](const setting& from, draft& into) { read_object<draft>(from, notice_members, into); }},
    {"cookies", read_cookies},
    {"exempt", read_exempt},
    {"unknown", [](const setting& from, draft& into) { into.made.policy.unknown = read_word(from, unknown_words); }},
    {"consent", [](const setting& from, draft& into) { read_object<draft>(from, consent_members, into); }},
    {"records", [](const setting& from, draft& into) { read_object<draft>(from, records_members, into); }},
};

}  // namespace

std::string_view name_of(geo_source source) noexcept {
  for (const auto& each : geo_words)
    if (each.means == source) return each.text;
  return "fixed";
}

config parse_config(std::string_view json, std::string_view name) {
  const std::string file(name);
  const file_json tree = read_strict_json(json, file);
  draft read;
  read_object<draft>(setting(tree, "", file), policy_members, read);

  policy& rules = read.made.policy;
  rules.cookies = read.text->cookies.data();
  rules.cookie_count = read.text->cookies.size();
  rules.exemptions = read.text->exemptions.data();
  rules.exemption_count = read.text->exemptions.size();
  read.made.words = read_words(read, file);
  read.made.storage = std::move(read.text);
  return std::move(read.made);
}

std::string consent_cookie_name(const config& settings, bool secure) {
  return (secure ? "__Host-" : "") + std::string(settings.policy.consent_cookie);
}

config load_config(const std::string& file) { return parse_config(bytes_of(file), file); }

}  // namespace abide
