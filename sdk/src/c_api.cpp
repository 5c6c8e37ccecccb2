// Implements abide.h over the C++ core. The opaque C objects are storage for C++ objects.
#include <algorithm>
#include <cstring>
#include <new>

#include "abide/abide.h"
#include "abide/abide.hpp"
#include "c/c_views.hpp"

using abide::detail::c::text_of;
using abide::detail::c::to_visitor;
using abide::detail::c::view;

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

template <typename Enum>
constexpr bool equal(int number, Enum value) {
  return number == static_cast<int>(value);
}
static_assert(equal(ABIDE_REQUIRED, abide::category::required) && equal(ABIDE_TARGETING, abide::category::targeting) &&
              ABIDE_CATEGORY_COUNT == abide::categories.size());
static_assert(equal(ABIDE_RULE_D0, abide::rule::d0) && equal(ABIDE_RULE_D3A, abide::rule::d3a) &&
              equal(ABIDE_RULE_D4, abide::rule::d4) && equal(ABIDE_RULE_D6E, abide::rule::d6e) &&
              equal(ABIDE_RULE_D6, abide::rule::d6) && equal(ABIDE_RULE_D5S, abide::rule::d5s));
static_assert(equal(ABIDE_REGIME_OPT_IN, abide::regime::opt_in) && equal(ABIDE_REGIME_NOTICE, abide::regime::notice));
static_assert(equal(ABIDE_NOTICE_NONE, abide::notice::none) && equal(ABIDE_NOTICE_BANNER, abide::notice::banner) &&
              equal(ABIDE_NOTICE_STATUS, abide::notice::status) &&
              equal(ABIDE_NOTICE_OBJECTION, abide::notice::objection));
static_assert(equal(ABIDE_CHOICE_GRANTED, abide::choice::granted) && equal(ABIDE_CHOICE_DENIED, abide::choice::denied));
static_assert(equal(ABIDE_SOURCE_BANNER, abide::source::banner) && equal(ABIDE_SOURCE_GPC_JS, abide::source::gpc_js) &&
              equal(ABIDE_SOURCE_API, abide::source::api));
static_assert(equal(ABIDE_WISH_REJECT_ALL, abide::wish::reject_all) &&
              equal(ABIDE_WISH_ACCEPT_ALL, abide::wish::accept_all) && equal(ABIDE_WISH_SAVE, abide::wish::save) &&
              equal(ABIDE_WISH_OBJECT, abide::wish::object) && equal(ABIDE_WISH_ADD, abide::wish::add) &&
              equal(ABIDE_WISH_CONFIRM, abide::wish::confirm) &&
              equal(ABIDE_WISH_WITHDRAW_SERVICE, abide::wish::withdraw_service));
static_assert(equal(ABIDE_DNT_ZERO, abide::dnt_value::zero) && equal(ABIDE_DNT_ONE, abide::dnt_value::one));
static_assert(equal(ABIDE_EVIDENCE_POLICY, abide::evidence::policy) &&
              equal(ABIDE_EVIDENCE_HOST, abide::evidence::host) && equal(ABIDE_EVIDENCE_RULE, abide::evidence::rule));
static_assert(equal(ABIDE_REQUEST_OTHER, abide::request_type::other) &&
              equal(ABIDE_REQUEST_BEACON, abide::request_type::beacon) &&
              equal(ABIDE_REQUEST_MEDIA, abide::request_type::media));
static_assert(equal(ABIDE_PURPOSE_STATISTICAL, abide::exempt_purpose::statistical) &&
              equal(ABIDE_PURPOSE_APPEARANCE, abide::exempt_purpose::appearance) &&
              equal(ABIDE_PURPOSE_EMERGENCY, abide::exempt_purpose::emergency));
static_assert(equal(ABIDE_MODE_OBSERVE, abide::mode::observe) && equal(ABIDE_JOINED_ANY, abide::joined_values::any) &&
              equal(ABIDE_DNT_POLICY_AS_GPC, abide::dnt_policy::as_gpc) &&
              equal(ABIDE_DNT_POLICY_IGNORE, abide::dnt_policy::ignore) &&
              equal(ABIDE_EXCEPTION_NEVER, abide::exception_policy::never) &&
              equal(ABIDE_UNKNOWN_PARTY, abide::unknown_policy::party));
static_assert(ABIDE_SERVICE_COUNT == abide::service_grants_max);
static_assert(ABIDE_RECORD_SIZE == abide::record_text_max && ABIDE_FILTERED_SIZE(7) == abide::filtered_size_max(7) &&
              ABIDE_DELETION_SIZE(7) == abide::deletion_size_max(7) &&
              ABIDE_AS_DELETION == static_cast<int>(abide::set_cookie_action::as_deletion));

// The meaning of a zeroed decision: every verdict is a denial.
abide::decision strict_decision() noexcept {
  abide::decision strict;
  strict.place = &abide::find_jurisdiction({}, 0);
  return strict;
}

// Calls `ask` with the decision. A zeroed decision has no place.
template <typename Ask>
auto of(const abide_decision* d, Ask ask) noexcept {
  const auto& made = in<abide::decision>(d);
  return made.place ? ask(made) : ask(strict_decision());
}

abide::verdict verdict_in(const abide::decision& d, uint8_t category, uint8_t column) noexcept {
  if (category >= ABIDE_CATEGORY_COUNT) return {};
  switch (column) {
    case ABIDE_OWN: return d.own[category];
    case ABIDE_SHARED: return d.shared[category];
    case ABIDE_EXEMPT: return d.exempt[category];
    default: return {};
  }
}

// Numbers outside an enum become its strict value.
abide::signals signals_of(const abide_signals& from) noexcept {
  const bool is_known = from.dnt <= ABIDE_DNT_ONE;
  return {from.gpc != 0, is_known ? static_cast<abide::dnt_value>(from.dnt) : abide::dnt_value::one};
}

abide::source source_of(uint8_t number) noexcept {
  return number <= ABIDE_SOURCE_API ? static_cast<abide::source>(number) : abide::source::none;
}

void add_services(abide::record& r, const abide_record& from) noexcept {
  const std::size_t count = std::min<std::size_t>(from.service_count, ABIDE_SERVICE_COUNT);
  for (std::size_t i = 0; i < count; ++i) {
    const abide_service_grant& each = from.services[i];
    if (each.service == 0 || each.category == ABIDE_REQUIRED || each.category >= ABIDE_CATEGORY_COUNT) continue;
    r.services.at[r.services.count++] = {each.service, static_cast<abide::category>(each.category), each.notice,
                                         each.time};
  }
}

abide::record record_of(const abide_record& from) noexcept {
  abide::record r;
  for (std::size_t i = 0; i < r.choices.size(); ++i)
    r.choices[i] =
        from.choices[i] <= ABIDE_CHOICE_DENIED ? static_cast<abide::choice>(from.choices[i]) : abide::choice::denied;
  r.time = from.time;
  r.notice = from.notice;
  r.source = source_of(from.source);
  if (from.sticky_since != 0) r.sticky_since = from.sticky_since;
  if (from.exception_time != 0)
    r.exception = abide::informed_exception{abide::category_set(from.exception_purposes), from.exception_time};
  if (from.opt_in_time != 0)
    r.opt_in = abide::opt_in{abide::category_set(from.opt_in_purposes), from.opt_in_time, from.opt_in_confirmed != 0};
  add_services(r, from);
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
  if (from.opt_in) {
    r.opt_in_time = from.opt_in->time;
    r.opt_in_purposes = from.opt_in->purposes.bits();
    r.opt_in_confirmed = from.opt_in->confirmed;
  }
  for (const abide::service_grant& each : from.services)
    r.services[r.service_count++] = {each.time, each.service, each.notice, static_cast<uint8_t>(each.category)};
  return r;
}

abide::indication indication_of(const abide_indication& from) noexcept {
  abide::indication i;
  if (from.wish <= ABIDE_WISH_WITHDRAW_SERVICE) i.wish = static_cast<abide::wish>(from.wish);
  i.granted = abide::category_set(from.granted);
  i.kept = abide::category_set(from.kept);
  i.excepted = abide::category_set(from.excepted);
  i.objected = abide::category_set(from.objected);
  i.from_banner = from.from_banner != 0;
  i.service = from.service;
  return i;
}

abide_classification classification_of(const abide::classification& from) noexcept {
  return {text_of(from.vendor), static_cast<uint8_t>(from.category), from.shared, from.confidence,
          static_cast<uint8_t>(from.from)};
}

// The filter with its C observer: the context of the C++ observer.
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

// Calls `apply` with the filter. Sets the observer's context anew for each call, because the opaque object may be a
// copy. A filter that is zeroed or was made without policy or decision gets the strict ones.
template <typename Apply>
auto with(const abide_filter* f, Apply apply) noexcept {
  const auto& stored = in<stored_filter>(f);
  abide::filter filter = stored.filter;
  if (stored.observer) filter.observer = {tell, const_cast<stored_filter*>(&stored)};
  if (filter.policy && filter.decision) return apply(filter);
  const abide::policy policy;
  const abide::decision decision = strict_decision();
  filter.policy = &policy;
  filter.decision = &decision;
  return apply(filter);
}

template <typename Enum>
int set(Enum& option, uint32_t value, uint32_t last) noexcept {
  if (value > last) return 0;
  option = static_cast<Enum>(value);
  return 1;
}

}  // namespace

extern "C" {

const char* abide_version(void) { return ABIDE_VERSION; }

int abide_cookie_rule_init(abide_cookie_rule* rule, abide_text name, abide_text host, abide_text vendor,
                           uint8_t category, uint8_t shared) {
  auto* made = new (rule) abide::cookie_rule;  // matches nothing until it has a name
  if (category >= ABIDE_CATEGORY_COUNT) return 0;
  made->name = {name.data, name.size};  // a name of no bytes matches nameless cookies
  made->host = view(host);
  made->vendor = view(vendor);
  made->category = static_cast<abide::category>(category);
  made->shared = shared != 0;
  return 1;
}

void abide_cookie_rule_programme(abide_cookie_rule* rule, abide_text programme) {
  in<abide::cookie_rule>(rule).programme = view(programme);
}

int abide_exemption_init(abide_exemption* exemption, abide_text jurisdiction, uint8_t purpose, abide_text name) {
  auto* made = new (exemption) abide::exemption;  // exempts nothing until it has a jurisdiction
  switch (purpose) {
    case ABIDE_PURPOSE_STATISTICAL:
    case ABIDE_PURPOSE_APPEARANCE:
    case ABIDE_PURPOSE_EMERGENCY: break;
    default: return 0;
  }
  made->jurisdiction = view(jurisdiction);
  made->purpose = static_cast<abide::exempt_purpose>(purpose);
  made->name = view(name);
  return 1;
}

void abide_policy_init(abide_policy* policy) { new (policy) abide::policy; }

int abide_policy_set(abide_policy* policy, int option, uint32_t value) {
  auto& p = in<abide::policy>(policy);
  switch (option) {
    case ABIDE_OPTION_MODE: return set(p.mode, value, ABIDE_MODE_OBSERVE);
    case ABIDE_OPTION_JOINED: return set(p.joined, value, ABIDE_JOINED_LITERAL);
    case ABIDE_OPTION_DNT: return set(p.dnt, value, ABIDE_DNT_POLICY_IGNORE);
    case ABIDE_OPTION_EXCEPTION: return set(p.exception, value, ABIDE_EXCEPTION_NEVER);
    case ABIDE_OPTION_UNKNOWN: return set(p.unknown, value, ABIDE_UNKNOWN_PARTY);
    case ABIDE_OPTION_NOTICE_VERSION:
      if (value == 0) return 0;
      p.notice_version = value;
      return 1;
    case ABIDE_OPTION_LIFETIME_DAYS: p.lifetime_days = value; return 1;
    default: return 0;
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

int abide_signals_read(abide_signals* seen, abide_text name, abide_text value, uint8_t joined) {
  if (joined > ABIDE_JOINED_LITERAL) return 0;
  abide::signals s = signals_of(*seen);
  abide::read_signal(view(name), view(value), s, static_cast<abide::joined_values>(joined));
  *seen = {s.gpc, static_cast<uint8_t>(s.dnt)};
  return 1;
}

void abide_decide(const abide_policy* policy, const abide_signals* seen, abide_text location,
                  const abide_record* chosen, const abide_visitor* who, int64_t now, abide_decision* out) {
  abide::record record;
  if (chosen) record = record_of(*chosen);
  const abide::jurisdiction& place = abide::find_jurisdiction(view(location), now);
  new (out) abide::decision(abide::decide(in<abide::policy>(policy), signals_of(*seen), place,
                                          chosen ? &record : nullptr, to_visitor(who), now));
}

int abide_decision_allows(const abide_decision* d, uint8_t category, uint8_t column) {
  return verdict_in(in<abide::decision>(d), category, column).allowed;
}

uint8_t abide_decision_rule(const abide_decision* d, uint8_t category, uint8_t column) {
  return of(d,
            [&](const abide::decision& made) { return static_cast<uint8_t>(verdict_in(made, category, column).rule); });
}

void abide_decision_why(const abide_decision* d, uint8_t category, uint8_t column, abide_text* sentence) {
  *sentence =
      text_of(of(d, [&](const abide::decision& made) { return abide::why(made, verdict_in(made, category, column)); }));
}

void abide_decision_law(const abide_decision* d, uint8_t category, uint8_t column, abide_text* clause) {
  *clause = text_of(
      of(d, [&](const abide::decision& made) { return abide::law_of(made, verdict_in(made, category, column)); }));
}

void abide_decision_jurisdiction(const abide_decision* d, abide_text* code, abide_text* regime) {
  const abide::jurisdiction* place = of(d, [](const abide::decision& made) { return made.place; });
  *code = text_of(place->code);
  *regime = text_of(to_string(place->regime));
}

uint8_t abide_decision_regime(const abide_decision* d) {
  return static_cast<uint8_t>(of(d, [](const abide::decision& made) { return made.place->regime; }));
}

void abide_decision_caution(const abide_decision* d, abide_text* sentence) {
  *sentence = text_of(of(d, [](const abide::decision& made) { return abide::caution(*made.place); }));
}

uint8_t abide_decision_notice(const abide_decision* d) { return static_cast<uint8_t>(in<abide::decision>(d).notice); }
uint8_t abide_decision_remember(const abide_decision* d) { return in<abide::decision>(d).remember; }
uint8_t abide_decision_signal_active(const abide_decision* d) { return in<abide::decision>(d).signal_active; }
uint8_t abide_decision_declared_exempt(const abide_decision* d) {
  return in<abide::decision>(d).declared_exempt.bits();
}
uint8_t abide_decision_unconfirmed(const abide_decision* d) { return in<abide::decision>(d).unconfirmed.bits(); }
uint8_t abide_decision_exempt_in_use(const abide_decision* d) {
  return of(d, [](const abide::decision& made) { return abide::exempt_in_use(made).bits(); });
}
void abide_indication_complete(abide_indication* indication, const abide_decision* d) {
  abide::indication i = indication_of(*indication);
  of(d, [&](const abide::decision& made) {
    complete(i, made);
    return 0;
  });
  indication->granted = i.granted.bits();
  indication->objected = i.objected.bits();
}
int abide_decision_allows_service(const abide_decision* d, const abide_classification* what) {
  abide::classification asked;
  if (what->category >= ABIDE_CATEGORY_COUNT) return 0;
  asked.category = static_cast<abide::category>(what->category);
  asked.shared = what->shared != 0;
  asked.vendor = view(what->vendor);
  return abide::allows_service(in<abide::decision>(d), asked);
}
size_t abide_decision_services(const abide_decision* d, abide_allowed_service* out) {
  const auto& made = in<abide::decision>(d);
  for (std::size_t i = 0; i < made.service_count; ++i) {
    const abide::allowed_service& each = made.services[i];
    out[i] = {each.service, static_cast<uint8_t>(each.category), each.own, each.shared};
  }
  return made.service_count;
}
uint8_t abide_decision_service_offer(const abide_decision* d, uint8_t column) {
  const auto& made = in<abide::decision>(d);
  return (column == ABIDE_SHARED ? made.service_shared : made.service_own).bits();
}
void abide_decision_status_line(const abide_decision* d, abide_text* line) {
  *line = text_of(of(d, [](const abide::decision& made) { return abide::status_line(made); }));
}

void abide_rule_name(uint8_t rule, abide_text* name) { *name = text_of(to_string(static_cast<abide::rule>(rule))); }
void abide_jurisdiction_version(abide_text* version) { *version = text_of(abide::jurisdiction_version()); }

void abide_classify(const abide_policy* policy, abide_text name, abide_text host, uint8_t third_party,
                    abide_classification* out) {
  *out = classification_of(abide::classify(in<abide::policy>(policy), {view(name), view(host), third_party != 0}));
}

int abide_classify_request(const abide_policy* policy, abide_text url, uint8_t type, abide_text site,
                           abide_classification* out) {
  const bool is_known = type <= ABIDE_REQUEST_MEDIA;
  const auto asked = is_known ? static_cast<abide::request_type>(type) : abide::request_type::other;
  *out = classification_of(abide::classify_request(in<abide::policy>(policy), {view(url), asked, view(site)}));
  return is_known;
}

int abide_is_same_site(abide_text host, abide_text other) {
  return abide::is_same_site(view(host), view(other)) ? 1 : 0;
}

uint32_t abide_service_id(abide_text vendor) { return abide::service_id(view(vendor)); }

void abide_service_name(const abide_policy* policy, uint32_t service, abide_text* vendor) {
  *vendor = text_of(abide::find_service(in<abide::policy>(policy), service));
}

void abide_filter_init(abide_filter* filter, const abide_policy* policy, const abide_decision* decision,
                       abide_text host, int64_t now, abide_observer observer, void* context) {
  auto* made = new (filter) stored_filter{};
  made->filter.policy = &in<abide::policy>(policy);
  made->filter.decision = &in<abide::decision>(decision);
  made->filter.host = view(host);
  made->filter.now = now;
  made->observer = observer;
  made->context = context;
}

size_t abide_filter_cookies(const abide_filter* filter, abide_text field, char* out, size_t* removed) {
  return with(filter, [&](const abide::filter& f) {
    std::size_t count = 0;
    const std::size_t size = abide::filter_cookies(f, view(field), out, count);
    *removed = count;
    return size;
  });
}

void abide_filter_date(abide_filter* filter, abide_text date) { in<stored_filter>(filter).filter.date = view(date); }

int abide_filter_set_cookie(const abide_filter* filter, abide_text field) {
  return with(filter,
              [&](const abide::filter& f) { return static_cast<int>(abide::filter_set_cookie(f, view(field))); });
}

size_t abide_deletion_write(abide_text field, char* out) { return abide::write_deletion(view(field), out); }

size_t abide_record_write(const abide_record* r, char* out) { return abide::write_record(record_of(*r), out); }

int abide_record_read(abide_text text, abide_record* out) {
  const auto read = abide::parse_record(view(text));
  if (read) *out = record_of(*read);
  return read.has_value();
}

int abide_timestamp_read(abide_text text, int64_t* seconds) {
  const auto time = abide::parse_timestamp(view(text));
  if (time) *seconds = *time;
  return time.has_value();
}

int abide_record_apply_wish(const abide_policy* policy, const abide_decision* decision,
                            const abide_indication* indication, const abide_record* before, int64_t now,
                            abide_record* next) {
  abide::record was;
  if (before) was = record_of(*before);
  *next = record_of(of(decision, [&](const abide::decision& made) {
    return abide::apply_wish(indication_of(*indication), before ? &was : nullptr, in<abide::policy>(policy), made, now);
  }));
  return indication->wish <= ABIDE_WISH_WITHDRAW_SERVICE;
}

int abide_record_apply_signal(const abide_record* before, uint8_t source, int64_t now, abide_record* next) {
  abide::record was;
  if (before) was = record_of(*before);
  *next = record_of(abide::apply_signal(before ? &was : nullptr, source_of(source), now));
  return source <= ABIDE_SOURCE_API;
}

}  // extern "C"
