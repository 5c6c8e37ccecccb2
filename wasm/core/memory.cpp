// Adds what JavaScript callers of the C interface need: memory for texts and structs, times that fit a JavaScript
// number, an observer, and what pages say about a decision (abide/describing.hpp). The observer is here because a page
// can pass a function only as an import, and the module has no imports.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "abide/abide.h"
#include "abide/abide.hpp"
#include "c/c_views.hpp"

using abide::detail::c::text_of;
using abide::detail::c::view;

namespace {

// The opaque C objects are storage for the C++ objects (c_api.cpp).
const abide::policy& in(const abide_policy* p) { return *std::launder(reinterpret_cast<const abide::policy*>(p)); }
const abide::decision& in(const abide_decision* d) {
  return *std::launder(reinterpret_cast<const abide::decision*>(d));
}

// Copies the times of a record that pages show.
abide::record times_of(const abide_record& from) {
  abide::record r;
  r.time = from.time;
  if (from.sticky_since != 0) r.sticky_since = from.sticky_since;
  if (from.exception_time != 0)
    r.exception = abide::informed_exception{abide::category_set(from.exception_purposes), from.exception_time};
  if (from.opt_in_time != 0)
    r.opt_in = abide::opt_in{abide::category_set(from.opt_in_purposes), from.opt_in_time, from.opt_in_confirmed != 0};
  return r;
}

}  // namespace

extern "C" {
extern char __heap_base;  // set by the linker: the first byte after the data and the stack; the core uses no heap

/// Replaces libc's abort, which would import proc_exit. The standard library calls it when a precondition is violated.
void abort() { __builtin_trap(); }

/// Findings for one field, kept for JavaScript to read. `room` is the capacity of `items`, set by the caller.
struct abide_findings {
  uint32_t count, room;
  abide_finding items[1];
};

/// Returns where free memory begins. The caller owns it up to the end of the exported memory, which JavaScript may
/// grow.
ABIDE_C_API char* abide_memory() { return &__heap_base; }

ABIDE_C_API void abide_decide_at(const abide_policy* policy, const abide_signals* signals, const abide_text* location,
                                 const abide_record* chosen, const abide_visitor* visitor, double now,
                                 abide_decision* decision) {
  abide_decide(policy, signals, *location, chosen, visitor, static_cast<int64_t>(now), decision);
}

ABIDE_C_API void abide_record_apply_wish_at(const abide_policy* policy, const abide_decision* decision,
                                            const abide_indication* indication, const abide_record* before, double now,
                                            abide_record* next) {
  abide_record_apply_wish(policy, decision, indication, before, static_cast<int64_t>(now), next);
}

ABIDE_C_API void abide_record_apply_signal_at(const abide_record* before, uint8_t source, double now,
                                              abide_record* next) {
  abide_record_apply_signal(before, source, static_cast<int64_t>(now), next);
}

static void keep(void* context, const abide_finding* seen) {
  auto* findings = static_cast<abide_findings*>(context);
  if (findings->count < findings->room) findings->items[findings->count] = *seen;
  ++findings->count;
}

ABIDE_C_API void abide_filter_at(abide_filter* filter, const abide_policy* policy, const abide_decision* decision,
                                 const abide_text* host, double now, abide_findings* findings) {
  abide_filter_init(filter, policy, decision, *host, static_cast<int64_t>(now), keep, findings);
}

/// The settings in force, including the defaults that the policy file leaves out.
struct abide_settings {
  abide_text consent_cookie;
  uint32_t notice_version, consent_cookie_days;
  uint8_t mode, unknown;
};

ABIDE_C_API void abide_settings_of(const abide_policy* policy, abide_settings* out) {
  const abide::policy& p = in(policy);
  *out = {text_of(p.consent_cookie), p.notice_version, abide::consent_cookie_days, static_cast<uint8_t>(p.mode),
          static_cast<uint8_t>(p.unknown)};
}

/// The default of a cookie rule's `shared`: what the catalog says, or else true for targeting only. `name` is a name
/// that the rule's pattern matches.
ABIDE_C_API uint8_t abide_shares(const abide_text* name, const abide_text* host, uint8_t category) {
  abide::classification known;
  if (abide::look_up(view(*name), view(*host), known)) return known.shared;
  return static_cast<abide::category>(category) == abide::category::targeting;
}

struct abide_told {
  abide_text status_title, status_text;
  uint8_t asked_for;  // bits by category
  uint8_t chosen, granted, exception, exempt, objectable, signal;
  uint8_t opted_out, opted_out_shared;  // bits by category: what an opt-out leaves
  uint8_t unconfirmed;
};

ABIDE_C_API void abide_tell(const abide_policy* policy, const abide_decision* decision, abide_told* out) {
  const abide::policy& p = in(policy);
  const abide::decision& d = in(decision);
  const abide::text_keys line = abide::describe_status(p, d);
  *out = {text_of(line.title),
          text_of(line.text),
          abide::categories_to_ask(p, d).bits(),
          abide::has_chosen(d),
          abide::has_grant(d),
          abide::overrides_signal(d),
          abide::mentions_exempt(d),
          abide::uses_exempt(d),
          abide::signal_decides(d),
          abide::left_by_opt_out(false).bits(),
          abide::left_by_opt_out(true).bits(),
          !d.unconfirmed.empty()};
}

struct abide_told_purpose {
  abide_text reason, partly;
  double time;
  uint32_t cookies;
  uint8_t field, on, always, offers_others, offers_exception;
};

ABIDE_C_API void abide_tell_purpose(const abide_policy* policy, const abide_decision* decision,
                                    const abide_record* chosen, uint8_t category, abide_told_purpose* out) {
  const abide::record times = chosen ? times_of(*chosen) : abide::record{};
  const abide::category_description told = abide::describe_category(in(policy), in(decision), chosen ? &times : nullptr,
                                                                    static_cast<abide::category>(category & 3u));
  *out = {text_of(told.reason.key),
          text_of(told.partly),
          static_cast<double>(told.reason.time),
          static_cast<uint32_t>(told.cookies),
          static_cast<uint8_t>(told.field),
          told.on,
          told.always,
          told.offers_others,
          told.offers_exception};
}

/// The category that the policy's exemption applies to in this decision; 255: it does not apply.
ABIDE_C_API uint8_t abide_exempts(const abide_policy* policy, const abide_decision* decision, uint32_t exemption) {
  abide::category of{};
  return abide::exemption_applies(in(decision), in(policy).exemptions[exemption], of) ? static_cast<uint8_t>(of)
                                                                                      : uint8_t{255};
}

ABIDE_C_API uint8_t abide_exempts_vendor(const abide_policy* policy, const abide_decision* decision,
                                         const abide_text* vendor) {
  return abide::is_vendor_exempt(in(policy), in(decision), view(*vendor));
}

/// Describes a cookie that the policy declares. Returns bits: 1 if it is shared, 2 if it is exempt from consent here.
/// Writes its vendor, from the catalog if the policy names none. `member` is a name that the rule's pattern matches.
ABIDE_C_API uint8_t abide_declared(const abide_policy* policy, const abide_decision* decision, uint32_t cookie,
                                   const abide_text* member, abide_text* vendor) {
  const abide::policy& p = in(policy);
  const abide::cookie_rule& rule = p.cookies[cookie];
  *vendor = text_of(rule.vendor.empty() ? abide::known_vendor(rule, view(*member)) : rule.vendor);
  return static_cast<uint8_t>(rule.shared | (abide::is_exempt_here(p, in(decision), rule) ? 2 : 0));
}

/// The size of an opaque object in bytes. Kinds are in the order of core/memory.mjs: rule, exemption, policy, decision,
/// filter.
ABIDE_C_API size_t abide_size(uint32_t kind) {
  constexpr size_t sizes[]{sizeof(abide_cookie_rule), sizeof(abide_exemption), sizeof(abide_policy),
                           sizeof(abide_decision), sizeof(abide_filter)};
  return kind < sizeof sizes / sizeof *sizes ? sizes[kind] : 0;
}
}

// The files in core/ read and write the other structs by offset.
static_assert(sizeof(abide_text) == 8 && sizeof(abide_signals) == 2 && sizeof(abide_visitor) == 16 &&
              offsetof(abide_visitor, programme) == 8);
static_assert(sizeof(abide_record) == 248 && offsetof(abide_record, services) == 48 &&
              offsetof(abide_record, service_count) == 240 && sizeof(abide_service_grant) == 24 &&
              offsetof(abide_service_grant, service) == 8 && offsetof(abide_service_grant, category) == 16 &&
              offsetof(abide_record, opt_in_purposes) == 34 && offsetof(abide_record, opt_in_time) == 40 &&
              offsetof(abide_record, notice) == 24 && offsetof(abide_record, choices) == 28 &&
              offsetof(abide_record, exception_purposes) == 33);
static_assert(sizeof(abide_indication) == 12 && offsetof(abide_indication, service) == 8);
static_assert(sizeof(abide_allowed_service) == 8 && offsetof(abide_allowed_service, category) == 4);
static_assert(sizeof(abide_classification) == 12 && offsetof(abide_classification, evidence) == 11);
static_assert(sizeof(abide_finding) == 24 && offsetof(abide_finding, rule) == 22 &&
              offsetof(abide_findings, items) == 8);
static_assert(sizeof(abide_settings) == 20 && offsetof(abide_settings, mode) == 16);
static_assert(sizeof(abide_told) == 28 && offsetof(abide_told, asked_for) == 16);
static_assert(sizeof(abide_told_purpose) == 40 && offsetof(abide_told_purpose, cookies) == 24 &&
              offsetof(abide_told_purpose, field) == 28);
