#include "site/reuse.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "abide/cookie.hpp"
#include "base/ascii.hpp"
#include "base/fields.hpp"
#include "pages/notice.hpp"
#include "place/forwarded.hpp"
#include "policy/texts.hpp"
#include "site/answer.hpp"
#include "site/cache_rules.hpp"
#include "site/mixed.hpp"
#include "site/reading.hpp"

namespace abide::detail {
namespace {

using ascii_text::take_until, ascii_text::trimmed;

constexpr std::string_view mark = "-abide-", date_mark = "date-";

std::string hex(std::uint64_t number, unsigned digits) {
  std::string out;
  while (digits-- > 0) out += "0123456789abcdef"[number >> (digits * 4) & 15u];
  return out;
}

std::optional<regime> parse_regime(std::string_view name) noexcept {
  for (const regime each : {regime::opt_in, regime::opt_out, regime::notice})
    if (name == to_string(each)) return each;
  return {};
}

/// A place of the regime where nothing is exempt: the strictest answer of all its places.
const jurisdiction& place_of(regime wanted, std::int64_t now) noexcept {
  const jurisdiction& unknown = find_jurisdiction("", now);
  if (unknown.regime == wanted) return unknown;
  const jurisdiction_table table = jurisdictions();
  for (std::size_t i = 0; i < table.count; ++i)
    if (const jurisdiction& row = find_jurisdiction(table.rows[i].code, now); row.regime == wanted && row.exempt == 0)
      return row;
  return unknown;
}

/// An entity tag: its weak prefix, and the text between its quotes.
struct entity_tag {
  std::string_view weak, opaque;
};

std::optional<entity_tag> read_tag(std::string_view text) noexcept {
  entity_tag read;
  if (text.starts_with("W/")) {
    read.weak = text.substr(0, 2);
    text.remove_prefix(2);
  }
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return {};
  read.opaque = text.substr(1, text.size() - 2);
  return read;
}

std::string written(std::string_view weak, std::string_view opaque, std::string_view end = {}) {
  return std::string(weak).append(1, '"').append(opaque).append(end).append(1, '"');
}

/// The tag without the coding that a server in front adds when it compresses: `-gzip` of mod_deflate, `--gzip` of
/// Jetty.
std::string_view without_coding(std::string_view opaque) noexcept {
  const std::size_t at = opaque.find_last_of("-;/:");
  if (at == std::string_view::npos) return opaque;
  if (!field_names<"gzip", "br", "zstd", "deflate">::has(opaque.substr(at + 1))) return opaque;
  opaque = opaque.substr(0, at);
  if (opaque.ends_with('-')) opaque.remove_suffix(1);
  return opaque;
}

/// Writes an HTTP date as a word that fits into an entity tag, and back; empty if it is not a date.
std::string in_tag(std::string_view date) {
  std::string word(date);
  for (char& c : word) {
    if (c == ' ') c = '_';
    else if (!ascii_text::is_alphanumeric(c) && c != ',' && c != ':') return {};
  }
  return word;
}

std::string out_of_tag(std::string_view word) {
  std::string date(word);
  std::replace(date.begin(), date.end(), '_', ' ');
  return date;
}

/// The members of a list of entity tags; commas inside quotes do not separate.
std::vector<std::string_view> tags_of(std::string_view list) {
  std::vector<std::string_view> tags;
  while (!list.empty()) {
    const std::size_t quote = list.find('"');
    const std::size_t end = quote == std::string_view::npos ? quote : list.find('"', quote + 1);
    if (end == std::string_view::npos) break;
    std::string_view tag = list.substr(0, end + 1);
    tag.remove_prefix(std::min(tag.find_first_not_of(", \t"), tag.size()));
    tags.push_back(tag);
    list.remove_prefix(end + 1);
  }
  return tags;
}

}  // namespace

std::uint64_t fingerprint_of_insertions(const config& settings, const browser_files& files, std::int64_t now) {
  std::uint64_t all = mixed(0, files.version_path());
  for (const regime each : {regime::opt_in, regime::opt_out, regime::notice})
    for (const std::string& language : settings.languages) {
      decision first = decide(settings.policy, {}, place_of(each, now), nullptr, {}, now);
      page_model model = model_of_first_visit(settings, first, language);
      model.insert_settings_link = model.insert_withdraw = true;
      for (const notice shown : {notice::banner, notice::none}) {
        first.notice = shown;
        for (const std::string& each_part :
             {render_notice(model), render_copied_status(model), render_link(model), render_post(model, "page")})
          all = mixed(all, each_part);
      }
    }
  return all;
}

shared_copy copy_for(const config& settings, std::uint64_t insertions, const jurisdiction* fixed,
                     const header_section& request, std::int64_t now) {
  shared_copy copy;
  copy.is_chosen = !fixed;
  const jurisdiction* const place =
      fixed ? fixed : &place_of(parse_regime(request.first(regime_field)).value_or(regime::opt_in), now);
  const policy& rules = settings.policy;
  copy.base = decide(rules, {}, *place, nullptr, {}, now);
  copy.counts_dnt =
      rules.dnt == dnt_policy::as_gpc || (rules.dnt == dnt_policy::as_objection && place->regime == regime::opt_in);
  copy.tag = std::string(mark) + hex(mixed(insertions, answer_of(copy.base, rules) + std::string(place->code)), 12);
  return copy;
}

void translate_conditions(header_section& request, shared_copy& copy, bool only_pages) {
  std::string translated, date;
  for_each_field(request, [&](std::string_view name, std::string_view value) {
    if (!same_field(name, "If-None-Match")) return;
    for (const std::string_view each : tags_of(value)) {
      auto read = read_tag(each);
      if (read) read->opaque = without_coding(read->opaque);
      const bool is_own = read && read->opaque.ends_with(copy.tag);
      if (!is_own && only_pages) continue;
      if (!is_own) {
        append_member(translated, each);
        continue;
      }
      copy.was_asked_for = true;
      const std::string_view bare = read->opaque.substr(0, read->opaque.size() - copy.tag.size());
      if (bare.starts_with(date_mark)) {
        copy.asked_for = written(read->weak, read->opaque);
        date = out_of_tag(bare.substr(date_mark.size()));
      } else {
        append_member(translated, written(read->weak, bare));
      }
    }
  });
  if (!copy.was_asked_for && !only_pages) return;
  if (translated.empty()) request.erase("If-None-Match");
  else request.replace("If-None-Match", translated);
  if (!date.empty() && translated.empty()) request.replace("If-Modified-Since", date);
  else request.erase("If-Modified-Since");
}

bool asks_for_rest(const header_section& request) {
  std::string_view range, validator;
  unsigned fields = 0;
  for_each_field(request, [&](std::string_view name, std::string_view value) {
    const bool is_range = same_field(name, "Range");
    if (!is_range && !same_field(name, "If-Range")) return;
    (is_range ? range : validator) = trimmed(value);
    ++fields;
  });
  // Several parts come as one body of another type.
  if (fields != 2 || range.empty() || range.find(',') != std::string_view::npos) return false;
  if (const auto tag = read_tag(validator))
    return tag->weak.empty() && tag->opaque.find(mark) == std::string_view::npos;
  return parse_cookie_date(validator).has_value();
}

void mark_copy(header_section& response, const shared_copy& copy) {
  const auto tag = read_tag(trimmed(response.first("ETag")));
  std::string made;
  if (tag) made = written(tag->weak, tag->opaque, copy.tag);
  else if (const std::string changed = in_tag(response.first("Last-Modified")); !changed.empty())
    made = written("W/", std::string(date_mark).append(changed), copy.tag);
  else made = copy.asked_for;
  if (!made.empty()) response.replace("ETag", made);
  erase_fields(response, [](std::string_view name) { return is_validator(name) && !is_field<"ETag">(name); });
  if (copy.is_chosen) add_vary(response, {regime_field});
  for (unsigned bit = 0; copy.named_by >> bit != 0; ++bit)
    if (copy.named_by >> bit & 1u) add_vary(response, {forwarded_field_name(bit)});
}

}  // namespace abide::detail
