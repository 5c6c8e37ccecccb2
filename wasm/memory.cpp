// What the C interface lacks when its caller is JavaScript: room for texts and structs, times that fit a JavaScript
// number, and an observer. A page could hand in a function only as an import, and the module has none.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "abide/abide.h"

extern "C" {
extern char __heap_base;  // by the linker: the first byte after the data and the stack; nothing in the core uses a heap

/// Instead of libc's, which would import proc_exit. The standard library calls it where a precondition is broken.
void abort() { __builtin_trap(); }

/// Findings of one field, kept for JavaScript to read; `room` is the caller's count of `items`.
struct abide_findings {
  uint32_t count, room;
  abide_finding items[1];
};

/// Where free memory begins. All of it up to the end of the exported memory, which JavaScript may grow, is the
/// caller's.
ABIDE_C_API char* abide_memory() { return &__heap_base; }

ABIDE_C_API void abide_decide_at(const abide_policy* policy, const abide_signals* signals, const abide_text* location,
                                 const abide_record* chosen, const abide_visitor* visitor, double now,
                                 abide_decision* decision) {
  abide_decide(policy, signals, *location, chosen, visitor, static_cast<int64_t>(now), decision);
}

ABIDE_C_API void abide_record_after_wish_at(const abide_indication* indication, const abide_record* before,
                                            uint32_t notice_version, uint8_t signal_active, double now,
                                            abide_record* next) {
  abide_record_after_wish(indication, before, notice_version, signal_active, static_cast<int64_t>(now), next);
}

ABIDE_C_API void abide_record_after_signal_at(const abide_record* before, uint8_t source, double now,
                                              abide_record* next) {
  abide_record_after_signal(before, source, static_cast<int64_t>(now), next);
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

/// Bytes of an opaque object, in the order of core.mjs: rule, exemption, policy, decision, filter.
ABIDE_C_API size_t abide_size(uint32_t kind) {
  constexpr size_t sizes[]{sizeof(abide_cookie_rule), sizeof(abide_exemption), sizeof(abide_policy),
                           sizeof(abide_decision), sizeof(abide_filter)};
  return kind < sizeof sizes / sizeof *sizes ? sizes[kind] : 0;
}
}

// The open ones core.mjs reads and writes by offset.
static_assert(sizeof(abide_text) == 8 && sizeof(abide_signals) == 2 && sizeof(abide_visitor) == 16 &&
              offsetof(abide_visitor, programme) == 8);
static_assert(sizeof(abide_record) == 40 && offsetof(abide_record, notice) == 24 &&
              offsetof(abide_record, choices) == 28 && offsetof(abide_record, exception_purposes) == 33);
static_assert(sizeof(abide_indication) == 6);
static_assert(sizeof(abide_classification) == 12 && offsetof(abide_classification, evidence) == 11);
static_assert(sizeof(abide_finding) == 24 && offsetof(abide_finding, rule) == 22 &&
              offsetof(abide_findings, items) == 8);
