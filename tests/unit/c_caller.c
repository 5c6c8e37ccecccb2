/* abide.h used from C99, as an nginx module would. Each function returns 0, or the line of the first check that failed.
 */
#include <string.h>

#include "abide/abide.h"

#define CHECK(condition)               \
  do {                                 \
    if (!(condition)) return __LINE__; \
  } while (0)

int c_caller_decides(void);
int c_caller_filters(void);
int c_caller_keeps_records(void);

static abide_text text(const char* words) {
  abide_text t;
  t.data = words;
  t.size = strlen(words);
  return t;
}

static int is(abide_text t, const char* words) { return t.size == strlen(words) && memcmp(t.data, words, t.size) == 0; }

static const int64_t now = 1795305600; /* 2026-11-22 */
static const abide_visitor nobody = {0, 0, 0, 0, 0, {NULL, 0}};

int c_caller_decides(void) {
  abide_policy policy;
  abide_decision decision;
  abide_signals seen = {0, 0};
  abide_text code, regime, words;

  abide_policy_init(&policy);
  CHECK(abide_signals_read(&seen, text("sec-gpc"), text("1"), ABIDE_JOINED_ANY) == 1);
  CHECK(abide_signals_read(&seen, text("DNT"), text("0"), ABIDE_JOINED_ANY) == 1);
  CHECK(seen.gpc == 1 && seen.dnt == ABIDE_DNT_ZERO);

  abide_decide(&policy, &seen, text("us-ca"), NULL, &nobody, now, &decision);
  CHECK(abide_decision_allows(&decision, ABIDE_REQUIRED, ABIDE_OWN) == 1);
  CHECK(abide_decision_allows(&decision, ABIDE_ANALYTICS, ABIDE_OWN) == 1);
  CHECK(abide_decision_allows(&decision, ABIDE_ANALYTICS, ABIDE_SHARED) == 0);
  CHECK(abide_decision_allows(&decision, ABIDE_TARGETING, ABIDE_OWN) == 0);
  abide_rule_name(abide_decision_rule(&decision, ABIDE_TARGETING, ABIDE_OWN), &words);
  CHECK(is(words, "D3c"));
  abide_decision_why(&decision, ABIDE_TARGETING, ABIDE_OWN, &words);
  CHECK(is(words, "the browser sends Global Privacy Control"));
  abide_decision_law(&decision, ABIDE_TARGETING, ABIDE_OWN, &words);
  CHECK(words.size > 11 && memcmp(words.data, "Civ. Code 1", 11) == 0);
  abide_decision_caution(&decision, &words);
  CHECK(words.size == 0);
  abide_jurisdiction_version(&words);
  CHECK(words.size == 19 && words.data[10] == '.');
  abide_decision_jurisdiction(&decision, &code, &regime);
  CHECK(is(code, "US-CA") && is(regime, "opt_out"));
  CHECK(abide_decision_notice(&decision) == ABIDE_NOTICE_STATUS);
  CHECK(abide_decision_remember(&decision) == 1);
  CHECK(abide_decision_declared_exempt(&decision) == 0);
  abide_decision_status_line(&decision, &words);
  CHECK(is(words, "Opt-out request honored"));

  abide_decide(&policy, &seen, text(""), NULL, &nobody, now, &decision);
  abide_decision_jurisdiction(&decision, &code, &regime);
  CHECK(is(code, "ZZ") && is(regime, "opt_in"));
  return 0;
}

static int told;
static void observe(void* context, const abide_finding* found) {
  ++told;
  if (found->from_request && !found->allowed && is(found->name, "t")) ++*(int*)context;
}

int c_caller_filters(void) {
  abide_policy policy;
  abide_cookie_rule rules[2];
  abide_exemption exemption;
  abide_decision decision;
  abide_filter filter, copy;
  abide_classification what;
  const abide_signals seen = {0, 0};
  const char* field = "r=1; t=2; pk=3";
  char out[ABIDE_DELETION_SIZE(64)];
  size_t removed = 9, size;
  int refused = 0;

  abide_policy_init(&policy);
  abide_cookie_rule_init(&rules[0], text("r"), text(""), text("Us"), ABIDE_REQUIRED, 0);
  abide_cookie_rule_init(&rules[1], text("pk*"), text(""), text(""), ABIDE_ANALYTICS, 0);
  abide_policy_cookies(&policy, rules, 2);
  abide_exemption_init(&exemption, text("GB"), ABIDE_PURPOSE_STATISTICAL, text("pk*"));
  abide_policy_exemptions(&policy, &exemption, 1);
  abide_policy_host(&policy, text("shop.example"));
  abide_policy_consent_cookie(&policy, text("choice"));

  abide_classify(&policy, text("r"), text(""), 0, &what);
  CHECK(what.category == ABIDE_REQUIRED && what.shared == 0 && what.confidence == 100 && is(what.vendor, "Us"));
  abide_classify(&policy, text("t"), text(""), 0, &what);
  CHECK(what.category == ABIDE_TARGETING && what.shared == 1);

  abide_decide(&policy, &seen, text("GB"), NULL, &nobody, now, &decision);
  CHECK(abide_decision_declared_exempt(&decision) == ABIDE_BIT(ABIDE_ANALYTICS));
  CHECK(abide_decision_allows(&decision, ABIDE_ANALYTICS, ABIDE_EXEMPT) == 1);
  abide_filter_init(&filter, &policy, &decision, text("shop.example"), now, observe, &refused);
  copy = filter; /* objects are plain memory */
  memset(&filter, 0xee, sizeof filter);
  size = abide_filter_cookies(&copy, text(field), out, &removed);
  CHECK(size == strlen("r=1; pk=3") && memcmp(out, "r=1; pk=3", size) == 0);
  CHECK(removed == 1 && told == 3 && refused == 1);
  CHECK(abide_filter_set_cookie(&copy, text("t=1; Path=/")) == 0);
  CHECK(abide_filter_set_cookie(&copy, text("t=x; Max-Age=0; Path=/")) == ABIDE_AS_DELETION);
  size = abide_deletion_write(text("t=x; Max-Age=0; Path=/"), out);
  CHECK(size == strlen("t=; Max-Age=0; Path=/") && memcmp(out, "t=; Max-Age=0; Path=/", size) == 0);
  abide_filter_date(&copy, text("Thu, 01 Jan 1970 00:00:00 GMT"));
  CHECK(abide_filter_set_cookie(&copy, text("t=x; Expires=Fri, 02 Jan 1970 00:00:00 GMT")) == 0);
  CHECK(abide_filter_set_cookie(&copy, text("__Host-choice=1; Secure; Path=/")) == 1);
  abide_filter_init(&filter, &policy, &decision, text("shop.example"), now, NULL, NULL);
  CHECK(abide_filter_set_cookie(&filter, text("r=1")) == 1);
  CHECK(abide_filter_cookies(&filter, text(""), out, &removed) == 0 && removed == 0);
  return 0;
}

int c_caller_keeps_records(void) {
  abide_record record = {0}, back;
  abide_indication indication = {ABIDE_WISH_SAVE, ABIDE_BIT(ABIDE_ANALYTICS), 0, 0, 0, 1, 0};
  char out[ABIDE_RECORD_SIZE];
  size_t size;
  int64_t seconds = 7;
  abide_text written;
  abide_policy policy;
  abide_decision decision;
  const abide_signals seen = {0, 0};

  abide_policy_init(&policy);
  CHECK(abide_policy_set(&policy, ABIDE_OPTION_NOTICE_VERSION, 3) == 1);
  abide_decide(&policy, &seen, text("DE"), NULL, &nobody, now, &decision);
  record.time = now;
  record.notice = 3;
  record.choices[ABIDE_ANALYTICS] = ABIDE_CHOICE_GRANTED;
  record.choices[ABIDE_TARGETING] = ABIDE_CHOICE_DENIED;
  record.source = ABIDE_SOURCE_BANNER;
  record.sticky_since = now - 5;
  size = abide_record_write(&record, out);
  written.data = out;
  written.size = size;
  CHECK(is(written, "1.ngnd.1795305600.3.1.1795305595."));
  CHECK(abide_record_read(written, &back) == 1);
  CHECK(back.time == now && back.notice == 3 && back.source == ABIDE_SOURCE_BANNER && back.sticky_since == now - 5 &&
        back.exception_time == 0);
  CHECK(back.choices[ABIDE_ANALYTICS] == ABIDE_CHOICE_GRANTED && back.choices[ABIDE_TARGETING] == ABIDE_CHOICE_DENIED);
  CHECK(abide_record_read(text("1.ngnd"), &back) == 0);
  CHECK(abide_timestamp_read(text("2026-11-22T00:00:00Z"), &seconds) == 1 && seconds == now);
  CHECK(abide_timestamp_read(text("soon"), &seconds) == 0 && seconds == now);

  abide_record_apply_wish(&policy, &decision, &indication, NULL, now, &record);
  CHECK(record.time == now && record.notice == 3 && record.source == ABIDE_SOURCE_BANNER && record.sticky_since == 0);
  CHECK(record.choices[ABIDE_ANALYTICS] == ABIDE_CHOICE_GRANTED &&
        record.choices[ABIDE_TARGETING] == ABIDE_CHOICE_DENIED);
  CHECK(abide_record_apply_signal(&record, ABIDE_SOURCE_GPC_HEADER, now, &record) == 1);
  CHECK(record.time == now && record.sticky_since == now + 1);
  return 0;
}
