// abide.h over the C++ core. The opaque C objects are storage in which the C++ objects live.
#include <cstring>
#include <new>

#include "abide/abide.h"
#include "abide/abide.hpp"

namespace {

template <typename Object, typename Storage>
Object& in(Storage* storage) noexcept {
  static_assert(sizeof(Object) <= sizeof(Storage) && alignof(Object) <= alignof(Storage));
  return *std::launder(reinterpret_cast<Object*>(storage));
}
template <typename Object, typename Storage>
const Object& in(const Storage* storage) noexcept {
  static_assert(sizeof(Object) <= sizeof(Storage) && alignof(Object) <= alignof(Storage));
  return *std::launder(reinterpret_cast<const Object*>(storage));
}

// An array of opaque objects is read as an array of C++ objects, so their sizes must be equal.
template <typename Object, typename Storage>
const Object* array_of(const Storage* storage) noexcept {
  static_assert(sizeof(Object) == sizeof(Storage) && alignof(Object) <= alignof(Storage));
  return std::launder(reinterpret_cast<const Object*>(storage));
}

std::string_view view(abide_text text) noexcept {
  return text.size == 0 ? std::string_view{} : std::string_view{text.data, text.size};
}
abide_text text_of(std::string_view text) noexcept { return {text.data(), text.size()}; }

abide::category category_of(uint8_t number) noexcept { return static_cast<abide::category>(number & 3u); }

const abide::verdict& verdict_of(const abide_decision* d, uint8_t category, uint8_t column) noexcept {
  const auto& decision = in<abide::decision>(d);
  const auto& verdicts = column == ABIDE_SHARED   ? decision.shared
                         : column == ABIDE_EXEMPT ? decision.exempt
                                                  : decision.own;
  return verdicts[category & 3u];
}

abide::record record_of(const abide_record& from) noexcept {
  abide::record r;
  for (std::size_t i = 0; i < r.choices.size(); ++i)
    r.choices[i] =
        from.choices[i] <= ABIDE_CHOICE_DENIED ? static_cast<abide::choice>(from.choices[i]) : abide::choice::denied;
  r.time = from.time;
  r.notice = from.notice;
  r.source = static_cast<abide::source>(from.source & 7u);
  if (from.sticky_since != 0) r.sticky_since = from.sticky_since;
  if (from.exception_time != 0)
    r.exception = abide::informed_exception{abide::category_set(from.exception_purposes), from.exception_time};
  return r;
}

abide_record record_of(const abide::record& from) noexcept {
  abide_record r{};
  for (std::size_t i = 0; i < from.choices.size(); ++i) r.choices[i] = static_cast<uint8_t>(from.choices[i]);
  r.time = from.time;
  r.notice = from.notice;
  r.source = static_cast<uint8_t>(from.source);
  r.sticky_since = from.sticky_since.value_or(0);
  if (from.exception) {
    r.exception_time = from.exception->time;
    r.exception_purposes = from.exception->purposes.bits();
  }
  return r;
}

abide::indication indication_of(const abide_indication& from) noexcept {
  abide::indication i;
  if (from.wish <= ABIDE_WISH_SIGNAL) i.wish = static_cast<abide::wish>(from.wish);
  i.granted = abide::category_set(from.granted);
  i.kept = abide::category_set(from.kept);
  i.excepted = abide::category_set(from.excepted);
  i.objected = abide::category_set(from.objected);
  i.from_banner = from.from_banner != 0;
  return i;
}

abide_classification classification_of(const abide::classification& from) noexcept {
  return {text_of(from.vendor), static_cast<uint8_t>(from.category), from.shared, from.confidence,
          static_cast<uint8_t>(from.from)};
}

// The C observer beside the filter, so that one function pointer serves the C++ side.
struct stored_filter {
  abide::filter filter;
  abide_observer observer;
  void* context;
};

void tell(void* context, const abide::finding& found) noexcept {
  const auto& f = *static_cast<const stored_filter*>(context);
  const abide_finding told{text_of(found.name), classification_of(found.what), found.from_request,
                           found.verdict.allowed, static_cast<uint8_t>(found.verdict.rule)};
  f.observer(f.context, &told);
}

// Copies of the opaque object may be used: the observer's context is set anew for each call.
abide::filter ready(const abide_filter* f) noexcept {
  const auto& stored = in<stored_filter>(f);
  abide::filter filter = stored.filter;
  if (stored.observer) filter.observer = {tell, const_cast<stored_filter*>(&stored)};
  return filter;
}

}  // namespace

extern "C" {

void abide_cookie_rule_init(abide_cookie_rule* rule, abide_text name, abide_text host, abide_text vendor,
                            uint8_t category, uint8_t shared) {
  auto* made = new (rule) abide::cookie_rule;
  made->name = view(name);
  made->host = view(host);
  made->vendor = view(vendor);
  made->category = category_of(category);
  made->shared = shared != 0;
}

void abide_cookie_rule_programme(abide_cookie_rule* rule, abide_text programme) {
  in<abide::cookie_rule>(rule).programme = view(programme);
}

void abide_exemption_init(abide_exemption* exemption, abide_text jurisdiction, uint8_t purpose, abide_text name) {
  new (exemption) abide::exemption{view(jurisdiction), static_cast<abide::exempt_purpose>(purpose), view(name)};
}

void abide_policy_init(abide_policy* policy) { new (policy) abide::policy; }

void abide_policy_set(abide_policy* policy, int option, uint32_t value) {
  auto& p = in<abide::policy>(policy);
  switch (option) {
    case ABIDE_OPTION_MODE: p.mode = value == 1 ? abide::mode::observe : abide::mode::enforce; break;
    case ABIDE_OPTION_JOINED: p.joined = value == 1 ? abide::joined_values::literal : abide::joined_values::any; break;
    case ABIDE_OPTION_DNT: p.dnt = static_cast<abide::dnt_policy>(value <= 2 ? value : 0); break;
    case ABIDE_OPTION_EXCEPTION:
      p.exception = value == 0 ? abide::exception_policy::informed : abide::exception_policy::never;
      break;
    case ABIDE_OPTION_UNKNOWN:
      p.unknown = value == 1 ? abide::unknown_policy::party : abide::unknown_policy::targeting;
      break;
    case ABIDE_OPTION_NOTICE_VERSION: p.notice_version = value; break;
    case ABIDE_OPTION_LIFETIME_DAYS: p.lifetime_days = value; break;
    default: break;
  }
}

void abide_policy_host(abide_policy* policy, abide_text host) { in<abide::policy>(policy).host = view(host); }

void abide_policy_consent_cookie(abide_policy* policy, abide_text name) {
  in<abide::policy>(policy).consent_cookie = view(name);
}

void abide_policy_cookies(abide_policy* policy, const abide_cookie_rule* rules, size_t count) {
  auto& p = in<abide::policy>(policy);
  p.cookies = array_of<abide::cookie_rule>(rules);
  p.cookie_count = count;
}

void abide_policy_exemptions(abide_policy* policy, const abide_exemption* exemptions, size_t count) {
  auto& p = in<abide::policy>(policy);
  p.exemptions = array_of<abide::exemption>(exemptions);
  p.exemption_count = count;
}

void abide_read_signal(abide_text name, abide_text value, uint8_t joined, abide_signals* seen) {
  abide::signals s{seen->gpc != 0, static_cast<abide::dnt_value>(seen->dnt % 3u)};
  abide::read_signal(view(name), view(value), s,
                     joined == 1 ? abide::joined_values::literal : abide::joined_values::any);
  *seen = {s.gpc, static_cast<uint8_t>(s.dnt)};
}

void abide_decide(const abide_policy* policy, const abide_signals* seen, abide_text location,
                  const abide_record* chosen, const abide_visitor* who, int64_t now, abide_decision* out) {
  const abide::signals s{seen->gpc != 0, static_cast<abide::dnt_value>(seen->dnt % 3u)};
  const abide::visitor v{who->known != 0,           who->opted_out != 0,      who->age,
                         who->incentive_asked != 0, who->incentive_kept != 0, view(who->programme)};
  abide::record record;
  if (chosen) record = record_of(*chosen);
  const abide::jurisdiction& place = abide::jurisdiction_of(view(location), now);
  new (out) abide::decision(abide::decide(in<abide::policy>(policy), s, place, chosen ? &record : nullptr, v, now));
}

int abide_allows(const abide_decision* d, uint8_t category, uint8_t column) {
  return verdict_of(d, category, column).allowed;
}

uint8_t abide_rule(const abide_decision* d, uint8_t category, uint8_t column) {
  return static_cast<uint8_t>(verdict_of(d, category, column).rule);
}

void abide_why(const abide_decision* d, uint8_t category, uint8_t column, abide_text* sentence) {
  *sentence = text_of(abide::why(in<abide::decision>(d), verdict_of(d, category, column)));
}

void abide_law(const abide_decision* d, uint8_t category, uint8_t column, abide_text* clause) {
  *clause = text_of(abide::law_of(in<abide::decision>(d), verdict_of(d, category, column)));
}

void abide_rule_name(uint8_t rule, abide_text* name) { *name = text_of(name_of(static_cast<abide::rule>(rule))); }

void abide_jurisdiction(const abide_decision* d, abide_text* code, abide_text* regime) {
  const abide::jurisdiction& place = *in<abide::decision>(d).place;
  *code = text_of(place.code);
  *regime = text_of(name_of(place.regime));
}

void abide_caution(const abide_decision* d, abide_text* sentence) {
  *sentence = text_of(abide::caution(*in<abide::decision>(d).place));
}

void abide_jurisdiction_version(abide_text* version) { *version = text_of(abide::jurisdiction_version()); }

uint8_t abide_notice(const abide_decision* d) { return static_cast<uint8_t>(in<abide::decision>(d).notice); }
uint8_t abide_remember(const abide_decision* d) { return in<abide::decision>(d).remember; }
uint8_t abide_signal_active(const abide_decision* d) { return in<abide::decision>(d).signal_active; }
uint8_t abide_declared_exempt(const abide_decision* d) { return in<abide::decision>(d).declared_exempt.bits(); }
uint8_t abide_exempt_in_use(const abide_decision* d) { return abide::exempt_in_use(in<abide::decision>(d)).bits(); }
void abide_status_line(const abide_decision* d, abide_text* line) {
  *line = text_of(abide::status_line(in<abide::decision>(d)));
}

void abide_classify(const abide_policy* policy, abide_text name, abide_text host, uint8_t third_party,
                    abide_classification* out) {
  *out = classification_of(abide::classify(in<abide::policy>(policy), {view(name), view(host), third_party != 0}));
}

void abide_classify_request(const abide_policy* policy, abide_text url, uint8_t type, abide_text site,
                            abide_classification* out) {
  const auto asked = type <= static_cast<uint8_t>(abide::request_type::media) ? static_cast<abide::request_type>(type)
                                                                              : abide::request_type::other;
  *out = classification_of(abide::classify_request(in<abide::policy>(policy), {view(url), asked, view(site)}));
}

int abide_of_one_site(abide_text host, abide_text other) { return abide::of_one_site(view(host), view(other)) ? 1 : 0; }

void abide_filter_init(abide_filter* filter, const abide_policy* policy, const abide_decision* decision,
                       abide_text host, int64_t now, abide_observer observer, void* context) {
  auto* made = new (filter) stored_filter{};
  made->filter = {&in<abide::policy>(policy), &in<abide::decision>(decision), view(host), now, {}};
  made->observer = observer;
  made->context = context;
}

size_t abide_filter_cookies(const abide_filter* filter, abide_text field, char* out, size_t* removed) {
  std::size_t count = 0;
  const std::size_t size = abide::filter_cookies(ready(filter), view(field), out, count);
  *removed = count;
  return size;
}

int abide_may_set(const abide_filter* filter, abide_text field) { return abide::may_set(ready(filter), view(field)); }

size_t abide_write_record(const abide_record* r, char* out) { return abide::write_record(record_of(*r), out); }

int abide_read_record(abide_text text, abide_record* out) {
  const auto read = abide::read_record(view(text));
  if (read) *out = record_of(*read);
  return read.has_value();
}

int abide_read_timestamp(abide_text text, int64_t* seconds) {
  const auto time = abide::read_timestamp(view(text));
  if (time) *seconds = *time;
  return time.has_value();
}

void abide_after_wish(const abide_indication* indication, const abide_record* before, uint32_t notice_version,
                      uint8_t signal_active, int64_t now, abide_record* next) {
  abide::record was;
  if (before) was = record_of(*before);
  *next = record_of(
      abide::after_wish(indication_of(*indication), before ? &was : nullptr, notice_version, signal_active != 0, now));
}

void abide_after_signal(const abide_record* before, uint8_t source, int64_t now, abide_record* next) {
  abide::record was;
  if (before) was = record_of(*before);
  *next = record_of(abide::after_signal(before ? &was : nullptr, static_cast<abide::source>(source & 7u), now));
}

}  // extern "C"
