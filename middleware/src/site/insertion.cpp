#include "site/insertion.hpp"

#include <utility>

#include "html/charset.hpp"
#include "policy/texts.hpp"
#include "site/memory.hpp"
#include "site/reading.hpp"
#include "site/replies.hpp"

namespace abide::detail {
namespace {

void add_policies(std::string& list, std::string_view more) {
  if (!more.empty()) list.append(list.empty() ? "" : ",").append(more);
}

/// The page's target. A copy for all visitors does not contain the query of the one who asked for it first.
std::string_view printed_target(const exchange& v) noexcept {
  return v.copy ? path_of(v.target.view()) : v.target.view();
}

const language& language_of(const exchange& v, const page_facts& page) {
  const std::string_view tag = page.language;
  return texts_of(v.site->settings).in(tag.empty() ? v.site->settings.languages.front() : tag);
}

/// `policies`: of the response and of the page; all of them apply.
page_terms terms_of(const page_facts& page, const content_policies& policies) {
  page_terms terms;
  if (page.has_unreadable_policy) {
    terms.styles = terms.scripts = {false, {}};
  } else {
    terms.styles = inline_terms_of(policies, "style-src");
    terms.scripts = inline_terms_of(policies, "script-src");
  }
  terms.links_to_settings = page.links && !page.has_foreign_base;
  terms.has_foreign_base = page.has_foreign_base;
  terms.places_withdraw = page.withdraw.size > 0;
  return terms;
}

/// A copy of what pages depend on in an exchange.
std::unique_ptr<const exchange> kept_of(const exchange& v) {
  auto kept = std::make_unique<exchange>();
  kept->site = v.site;
  kept->programme = v.programme;
  kept->decision = v.decision;
  kept->decision.programme = kept->programme;
  kept->chosen = v.chosen;
  kept->now = v.now;
  kept->secure = v.secure;
  kept->is_get = v.is_get;
  kept->is_head = v.is_head;
  kept->is_prefetch = v.is_prefetch;
  kept->shown = v.shown;
  kept->target = v.target;
  kept->host = v.host;
  kept->port = v.port;
  kept->proxied_path = v.proxied_path;
  kept->sets_signal = v.sets_signal;
  kept->shares_choice = v.shares_choice;
  if (v.copy) kept->copy = std::make_unique<shared_copy>(*v.copy);
  return kept;
}

/// Where the reader loses track of a page, it does not know what is text, so nothing can be inserted behind that.
void warn_of_lost_page(const exchange& v) {
  if (!v.site->is_first(warning::lost_page)) return;
  v.site->warn("the page " + std::string(path_of(v.target.view())) +
               " has no settings link and no module at its end, because browsers do not agree, or Abide does not know, "
               "what is open there: look for tables and misnested tags in <svg> and <math>, and for <style>, <title> "
               "and the like in <select>");
}

}  // namespace

content_policies policies_of(const header_section& response) {
  content_policies list;
  for_each_field(response, [&](std::string_view name, std::string_view value) {
    if (is_field<"Content-Security-Policy">(name)) add_policies(list.enforced, value);
    if (is_field<"Content-Security-Policy-Report-Only">(name)) add_policies(list.reported, value);
  });
  return list;
}

std::string_view charset_to_name(std::string_view content_type, const page_facts& page) noexcept {
  const bool is_needed = page.has_late_charset() && charset_of(content_type).empty();
  return is_needed ? std::string_view(page.charset) : std::string_view{};
}

void insert_notice(const exchange& v, content_policies policies, std::string_view charset, const page_facts& page,
                   page_kind kind, std::string& body) {
  add_policies(policies.enforced, page.policies);
  page_terms terms = terms_of(page, policies);
  terms.is_frame = kind == page_kind::frame;
  const rendered& made = memory_of(*v.site).pages.of(v, language_of(v, page), terms);
  body = made.inserted_into(body, page, {printed_target(v), terms.styles.nonce, terms.scripts.nonce, charset});
  if (!terms.is_frame && page.body && !page.end) warn_of_lost_page(v);
}

page_parts parts_of(const exchange& v, const content_policies& policies, std::string_view language, page_kind kind) {
  page_facts page;
  page.language = language;
  page_terms terms = terms_of(page, policies);
  terms.is_frame = kind == page_kind::frame;
  const rendered& made = memory_of(*v.site).pages.of(v, language_of(v, page), terms);
  const page_values values{printed_target(v), terms.styles.nonce, terms.scripts.nonce, {}};
  page_parts parts;
  made.append(fragment::head, values, parts.head);
  made.append(fragment::body_start, values, parts.notice);
  made.append(fragment::status, values, parts.end);
  made.append(fragment::body_end, values, parts.end);
  return parts;
}

page_inserter::page_inserter(const exchange& v, content_policies policies, std::string_view content_type,
                             page_kind kind)
    : v_(kept_of(v)),
      path_(consent_path_of(v)),
      policies_(std::move(policies)),
      content_type_(content_type),
      kind_(kind),
      stream_(path_, *this, charset_of(content_type_).empty()) {}

/// The first call comes when the head has ended, so all policies of the page are known.
page_terms page_inserter::terms_for(const page_facts& page, std::uint64_t at) {
  if (!std::exchange(has_all_policies_, true)) add_policies(policies_.enforced, page.policies);
  page_terms terms = terms_of(page, policies_);
  terms.has_foreign_base = page.has_foreign_base && page.foreign_base_at < at;
  terms.links_to_settings = page.links && !terms.has_foreign_base;
  terms.is_frame = kind_ == page_kind::frame;
  return terms;
}

/// Some pages are known only now: one that begins with a long comment may be plain text, and one of which little was
/// known may have a charset that does not hold ASCII. They are left as they are.
bool page_inserter::is_page(const page_facts& page) const noexcept {
  return detect_page_kind(v_->shown, {page.begins, charset_in_use(content_type_, page)}) != page_kind::none;
}

void page_inserter::finish(std::string& page) {
  stream_.finish(page);
  if (kind_ == page_kind::page && has_body_ && !has_end_) warn_of_lost_page(*v_);
}

bool page_inserter::has(fragment what, const page_facts& page, std::uint64_t at) {
  if (!is_page(page)) return false;
  return memory_of(*v_->site).pages.of(*v_, language_of(*v_, page), terms_for(page, at)).has(what);
}

void page_inserter::append(fragment what, const page_facts& page, std::uint64_t at, std::string& out) {
  if (!is_page(page)) return;
  const page_terms terms = terms_for(page, at);
  const std::string_view charset = charset_to_name(content_type_, page);
  has_body_ = has_body_ || what == fragment::body_start;
  has_end_ = has_end_ || what == fragment::body_end;
  memory_of(*v_->site)
      .pages.of(*v_, language_of(*v_, page), terms)
      .append(what, {printed_target(*v_), terms.styles.nonce, terms.scripts.nonce, charset}, out);
}

}  // namespace abide::detail
