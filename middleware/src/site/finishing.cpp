#include "site/finishing.hpp"

#include "base/time.hpp"
#include "html/charset.hpp"
#include "html/sniffing.hpp"
#include "site/cache_rules.hpp"
#include "site/changes.hpp"
#include "site/cookies.hpp"
#include "site/expiring.hpp"
#include "site/insertion.hpp"
#include "site/keeping.hpp"
#include "site/reading.hpp"
#include "site/twin.hpp"

namespace abide::detail {
namespace {

/// Whether the response is a page, as far as its fields tell. Answers to forms and error pages are pages too.
bool is_page_by_fields(const exchange& v, unsigned status, const response_facts& facts, std::string_view coding) {
  return v.site->settings.insert_notice &&
         why_not_page({status, facts.content_type, coding, facts.disposition, facts.location, facts.type_options})
             .empty();
}

/// Whether a part of a page would be a page in a window, for which the application is asked for no content coding.
bool is_page_in_window(const exchange& v, unsigned status, const response_facts& facts) {
  return v.shown == destination::part && is_page_by_fields(v, status, facts, {});
}

/// Whether the response is a part of what would be a page. The browser has the beginning without the insertions: the
/// page is older than Abide here, or Abide only observed.
bool is_rest_of_page(const exchange& v, unsigned status, const response_facts& facts) {
  return v.asks_for_rest && status == 206 && is_page_by_fields(v, 200, facts, {});
}

/// The type of what browsers would take for HTML. It is stated, since they may not know what then comes first.
constexpr std::string_view sniffed_type = "text/html";

/// Whether a response that may be a page names no type: its first bytes tell whether it is HTML.
bool must_sniff(const response_facts& facts) noexcept { return !is_html(facts.content_type); }

bool may_insert(const exchange& v, unsigned status, const response_facts& facts) {
  return v.shown != destination::part && is_page_by_fields(v, status, facts, facts.content_encoding);
}

/// Warns of a page that gets no notice only because it is compressed.
void warn_of_encoded_page(const exchange& v, unsigned status, const response_facts& facts) {
  if (facts.content_encoding.empty() || (!fills_window(v.shown) && v.shown != destination::frame)) return;
  if (!is_page_by_fields(v, status, facts, {}) || may_insert(v, status, facts)) return;
  if (!v.site->is_first(warning::encoded_page)) return;
  v.site->warn("a page came with Content-Encoding: " + std::string(facts.content_encoding) +
               ", so it gets no notice and its tags do not wait; send pages to Abide uncompressed, and compress them "
               "after it");
}

void add_set_cookies(header_section& response, const text_list& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) response.add("Set-Cookie", fields[i]);
}

void drop_validators(header_section& response) { erase_fields(response, is_validator); }

/// Then nothing says where the part belongs, nor to what: no browser combines it (RFC 9110 section 15.3.7.3).
void drop_place_of_part(header_section& response) {
  drop_validators(response);
  response.erase("Content-Range");
}

bool is_old(const exchange& v, std::int64_t written) noexcept {
  return v.now - written >= consent_renewal_days * seconds_a_day;
}

/// Whether the choice no longer counts, and the visitor is asked for a new one.
bool is_asked_again(const exchange& v) noexcept {
  return v.decision.place->regime == regime::opt_in && v.decision.notice == notice::banner;
}

// A slow response may arrive after a newer answer. Writing a refusal again takes nothing back. A grant is renewed only
// if the log said that it still stands, and the log is asked again later. One that has expired would only take the
// place of the new answer. One cookie of several visitors' would make none of them known.
bool must_renew_choice(const exchange& v) noexcept {
  if (is_asked_again(v) || v.cookie.is_ambiguous) return false;
  if (v.cookie.is_stale) return true;
  if (v.cookie.lacks_subject && !allows_any(*v.chosen)) return true;
  if (!v.cookie.is_verified || (v.cookie.is_newly_signed && !is_old(v, v.cookie.written))) return false;
  return v.cookie.is_confirmed || !allows_any(*v.chosen);
}

bool must_renew_signal(const exchange& v) noexcept {
  return v.cookie.has_signal && !v.cookie.must_end_signal && v.chosen->sticky_since &&
         is_old(v, v.cookie.signal_written);
}

bool renew(exchange& v, header_section& response, bool is_page) {
  const bool choice = v.chosen && must_renew_choice(v), signal = v.chosen && must_renew_signal(v);
  if (choice && v.cookie.lacks_subject) give_subject(v);
  if (choice)
    for (const std::string& field : choice_cookies(v, *v.chosen)) response.add("Set-Cookie", field);
  if (signal)
    for (const std::string& field : signal_cookies(v, *v.chosen)) response.add("Set-Cookie", field);
  const bool twin = choice || signal || (is_page && must_mend_twin(v));
  if (twin) response.add("Set-Cookie", mended_twin(v));
  return twin;
}

/// A page, or what a window gets instead of one. Downloads, and data for scripts and other programs, stay as they are:
/// caches keep them, and many of these requests come from no visitor.
bool is_for_visitor(const exchange& v, std::string_view content_type, bool is_page) noexcept {
  if (is_page) return true;
  if (v.shown != destination::window && v.shown != destination::frame) return false;
  return content_type.empty() || is_html(content_type) || content_type.starts_with("application/xhtml+xml");
}

/// Returns whether the response now depends on the visitor.
bool add_cookies(exchange& v, header_section& response, bool is_page, bool is_for_visitor) {
  if (v.decision.remember && v.may_remember && is_for_visitor) {
    add_set_cookies(response, remember_signal(v));
    return true;
  }
  const bool renewed = (v.chosen || v.cookie.has_twin) && v.may_remember && renew(v, response, is_page);
  if (renewed || v.target.empty() || held_names(v).empty()) return renewed;
  add_set_cookies(response, expiries_of_refused(v, v.target.view()));
  return true;
}

/// What is known about the body of a response.
struct body_facts {
  page_kind kind = page_kind::none;
  bool is_unseen = false;           ///< HEAD or 304: the body that GET would bring is a page
  bool is_other_elsewhere = false;  ///< a window would get more inserted, so caches must not use this response for one
};

/// The request field that made the response differ from what a window gets.
std::string_view chooser_of(const exchange& v) noexcept {
  return v.shown == destination::composed ? "Surrogate-Capability" : "Sec-Fetch-Dest";
}

/// A page without its insertions, as an image or a script. Nobody needs it in shared caches, and not all of them obey
/// Vary. Error pages stay: sites without some images rely on caches for those.
bool is_bare_page(const exchange& v, unsigned status, const body_facts& body) noexcept {
  return v.shown == destination::part && body.is_other_elsewhere && status < 400;
}

body_facts facts_of(const exchange& v, const page_opening& opening) {
  body_facts read{detect_page_kind(v.shown, opening)};
  read.is_other_elsewhere = read.kind != detect_page_kind(destination::window, opening);
  return read;
}

/// Reads what the response's fields depend on: how the page begins, and the charset that its first bytes declare. The
/// rest is read once, while the page is streamed.
void read_beginning(page_reader& reader, std::string_view first, bool is_whole) {
  const std::string_view searched = first.substr(0, charset_search_max);
  reader.feed(searched);
  if (reader.facts().begins != beginning::nothing) return;
  reader.feed(first.substr(searched.size()));
  if (is_whole) reader.finish();
}

/// Finishes the fields of a response with such a body.
void finish_fields(exchange& v, unsigned status, header_section& response, const response_facts& facts,
                   const body_facts& body) {
  const bool is_page = body.kind != page_kind::none || body.is_unseen;
  v.bears_notice = body.kind == page_kind::page && v.decision.notice == notice::banner && v.is_seen;
  // Caches never see Abide's request field, so they would give an answer that follows the decision to everybody.
  const bool is_for_some = facts.follows_decision || is_bare_page(v, status, body);
  const bool shares = is_page && v.copy && !facts.sets_cookies && !is_for_some && !is_for_one(response);
  const bool for_everyone =
      shares || (!is_page && !is_for_some && facts.cache_controls > 0 && is_for_everyone(response));
  const bool for_visitor = is_for_visitor(v, facts.content_type, is_page);
  const bool may_act = v.site->settings.policy.mode == mode::enforce && !for_everyone;
  const bool may_write = may_act && status < 400;
  bool personal = facts.sets_cookies || is_for_some || (is_page && !shares) || (hides_cookies(v) && !for_everyone);
  if (facts.sets_cookies) filter_set_cookies(v, response, facts);
  const bool keeps = may_act && facts.clears_cookies && keep_refusal(v, status, response);
  if (may_write && !facts.clears_cookies && add_cookies(v, response, is_page, for_visitor)) personal = true;
  if (is_page && v.copy) mark_copy(response, *v.copy);
  else if (is_page && facts.has_validators) drop_validators(response);
  if (body.is_unseen) response.erase("Content-Length");  // the length is not known yet
  if (body.is_other_elsewhere && (shares || !is_page)) add_vary(response, {chooser_of(v)});
  if (!personal && !keeps) return;
  vary_by_signals(response, facts, v.site->settings.policy.dnt != dnt_policy::ignore);
  make_private(response, facts, is_page || facts.follows_decision ? reuse::ask : reuse::as_said);
  if (keeps) response.replace("Cache-Control", "no-store");
}

/// Finishes a response that may be a page, with its whole body.
bool finish_whole(exchange& v, unsigned status, header_section& response, const response_facts& facts,
                  std::string& body) {
  page_reader reader(consent_path_of(v));
  reader.feed(body);
  reader.finish();
  const page_facts& page = reader.facts();
  const body_facts read = facts_of(v, {page.begins, charset_in_use(facts.content_type, page)});
  content_policies policies = facts.has_content_policy ? policies_of(response) : content_policies{};
  const std::string_view charset = charset_to_name(facts.content_type, page);
  finish_fields(v, status, response, facts, read);
  if (read.kind == page_kind::none) return false;
  if (facts.content_type.empty()) response.replace("Content-Type", sniffed_type);
  insert_notice(v, std::move(policies), charset, page, read.kind, body);
  return true;
}

}  // namespace

text_list remember_signal(exchange& v) {
  const record next = apply_signal(chosen_of(v), v.decision.seen.gpc ? source::gpc_header : source::dnt, v.now);
  note_signal(v, next);
  v.sets_signal = true;
  return cookies_after(v, signal_cookies(v, next), next, v.decision, held_names(v));
}

bool may_insert(const exchange& v, unsigned status, const header_section& response) {
  if (v.is_head || v.shown == destination::part) return false;
  const std::string_view type = response.first("Content-Type");
  const bool is_list = type.find(',') != std::string_view::npos;
  const bool is_other = !is_list && !is_html(type) && !names_no_type(type);
  if (is_other && response.has_one_content_type()) return false;  // most responses of servers end here
  return may_insert(v, status, read_response(response));
}

bool finish_response(exchange& v, unsigned status, header_section& response, std::string* body) {
  response_facts facts = read_response(response);  // views; the section is changed later
  if (status < 200) {                              // no cache stores it, no page shows it
    if (facts.sets_cookies) filter_set_cookies(v, response, facts);
    return false;
  }
  warn_of_encoded_page(v, status, facts);
  const bool may = (body || v.is_head) && may_insert(v, status, facts), sniffs = may && must_sniff(facts);
  body_facts read;
  read.is_unseen = (may && v.is_head && !sniffs && is_ascii_compatible(charset_of(facts.content_type))) ||
                   (status == 304 && v.copy && v.copy->was_asked_for);
  read.is_other_elsewhere = is_page_in_window(v, status, facts) && !must_sniff(facts);
  if (!may || v.is_head || (sniffs && !is_html_by_bytes(*body))) {
    const bool is_rest = is_rest_of_page(v, status, facts);
    finish_fields(v, status, response, facts, read);
    if (is_rest) drop_place_of_part(response);
    return false;
  }
  if (sniffs) facts.content_type = {};
  return finish_whole(v, status, response, facts, *body);
}

std::unique_ptr<page_inserter> finish_streamed(exchange& v, unsigned status, header_section& response,
                                               std::string_view first, bool is_whole) {
  response_facts facts = read_response(response);
  const bool may = !v.is_head && may_insert(v, status, facts), sniffs = may && must_sniff(facts);
  if (!may || (sniffs && !is_html_by_bytes(first))) {
    finish_response(v, status, response, nullptr);
    return nullptr;
  }
  if (sniffs) facts.content_type = {};
  page_reader reader(consent_path_of(v));
  read_beginning(reader, first, is_whole);
  // A long comment, white space, or text that a document may follow.
  const bool is_open =
      reader.facts().begins == beginning::nothing || (fills_window(v.shown) && !reader.is_beginning_settled());
  const bool is_unknown = is_open && !is_whole;
  const beginning begins = is_unknown ? beginning::document : reader.facts().begins;
  body_facts read = facts_of(v, {begins, charset_in_use(facts.content_type, reader.facts())});
  if (is_unknown && v.shown == destination::unknown) read.is_other_elsewhere = true;  // it may be a fragment
  content_policies policies = facts.has_content_policy ? policies_of(response) : content_policies{};
  const std::string type(facts.content_type);  // finish_fields changes the section
  finish_fields(v, status, response, facts, read);
  if (read.kind == page_kind::none) return nullptr;
  if (sniffs) response.replace("Content-Type", sniffed_type);
  return std::make_unique<page_inserter>(v, std::move(policies), type, read.kind);
}

std::optional<page_parts> finish_placed(exchange& v, unsigned status, header_section& response,
                                        std::string_view language) {
  const response_facts facts = read_response(response);
  if (v.is_head || !may_insert(v, status, facts) || must_sniff(facts)) {
    finish_response(v, status, response, nullptr);
    return std::nullopt;
  }
  const body_facts read = facts_of(v, {beginning::document, charset_of(facts.content_type)});
  const content_policies policies = facts.has_content_policy ? policies_of(response) : content_policies{};
  finish_fields(v, status, response, facts, read);
  if (read.kind == page_kind::none) return std::nullopt;
  return parts_of(v, policies, language, read.kind);
}

}  // namespace abide::detail
