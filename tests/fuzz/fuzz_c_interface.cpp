// The C interface with any numbers and any bytes: nothing is written beyond what the header promises, and opaque
// structs are strict while zeroed.
#include <cstring>
#include <memory>

#include "abide/abide.h"
#include "input.hpp"

namespace {

abide_text text(std::string_view of) { return {of.data(), of.size()}; }

bool is_bit(unsigned n) { return n <= 1; }

/// Fills the caller's struct with input bytes.
template <class plain>
plain take(input& in) {
  plain made;
  unsigned char bytes[sizeof made];
  for (unsigned char& each : bytes) each = static_cast<unsigned char>(in.byte());
  std::memcpy(&made, bytes, sizeof made);
  return made;
}

void check_zeroed() {
  const abide_decision decision{};
  const abide_filter filter{};
  for (std::uint8_t category = ABIDE_ANALYTICS; category < ABIDE_CATEGORY_COUNT; ++category)
    must(abide_decision_allows(&decision, category, ABIDE_OWN) == 0, "a zeroed decision denies");
  must(abide_filter_set_cookie(&filter, text("a=b")) != 1, "a zeroed filter removes");
}

void check_decision(const abide_decision& decision, unsigned category, unsigned column) {
  const auto c = static_cast<std::uint8_t>(category), k = static_cast<std::uint8_t>(column);
  const int allows = abide_decision_allows(&decision, c, k);
  must(is_bit(static_cast<unsigned>(allows)), "0 or 1");
  must(allows == 0 || (category < ABIDE_CATEGORY_COUNT && column <= ABIDE_EXEMPT), "and 0 for what there is not");
  abide_text words{}, more{};
  abide_decision_why(&decision, c, k, &words);
  must(words.data != nullptr, "a reason is a sentence");
  abide_decision_law(&decision, c, k, &more);
  abide_decision_caution(&decision, &more);
  abide_decision_status_line(&decision, &more);
  abide_decision_jurisdiction(&decision, &words, &more);
  must(words.size >= 2 && more.size > 0, "a place has a code");
  abide_rule_name(abide_decision_rule(&decision, c, k), &words);
  must(words.size >= 2, "a rule has a name");
  must(abide_decision_notice(&decision) <= ABIDE_NOTICE_OBJECTION, "a notice that there is");
  must(abide_decision_regime(&decision) <= ABIDE_REGIME_NOTICE, "a regime that there is");
  must(is_bit(abide_decision_remember(&decision)) && is_bit(abide_decision_signal_active(&decision)), "0 or 1");
}

void check_fields(const abide_filter& filter, std::string_view field) {
  const std::size_t room = ABIDE_FILTERED_SIZE(field.size());
  const std::unique_ptr<char[]> out(new char[room]);  // exactly as long as needed
  std::size_t removed = 0;
  const std::size_t size = abide_filter_cookies(&filter, text(field), out.get(), &removed);
  must(size <= room && (removed > 0 || size <= room), "the filter keeps to its room");
  must(abide_filter_set_cookie(&filter, text(field)) <= ABIDE_AS_DELETION, "three answers");
  const std::unique_ptr<char[]> deletion(new char[ABIDE_DELETION_SIZE(field.size())]);
  must(abide_deletion_write(text(field), deletion.get()) <= ABIDE_DELETION_SIZE(field.size()), "so does a deletion");
}

void check_records(const abide_policy& policy, const abide_decision& decision, input& in) {
  const auto before = take<abide_record>(in);
  auto wish = take<abide_indication>(in);
  const std::int64_t now = in.number();
  const auto source = static_cast<std::uint8_t>(in.byte());
  abide_record next{}, back{};
  char out[ABIDE_RECORD_SIZE];
  abide_indication_complete(&wish, &decision);
  abide_record_apply_wish(&policy, &decision, &wish, &before, now, &next);
  for (int c = ABIDE_ANALYTICS; c < ABIDE_CATEGORY_COUNT; ++c)
    must(next.choices[c] <= ABIDE_CHOICE_DENIED, "a choice that there is");
  must(abide_record_write(&next, out) <= ABIDE_RECORD_SIZE, "a record keeps to its room");
  abide_record_apply_signal(&before, source, now, &next);
  const std::size_t size = abide_record_write(&next, out);
  must(size <= ABIDE_RECORD_SIZE, "and one of a signal");
  if (abide_record_read({out, size}, &back)) {
    char again[ABIDE_RECORD_SIZE];
    must(abide_record_write(&back, again) == size && std::memcmp(out, again, size) == 0,
         "what was read reads as itself");
  }
  must(abide_record_write(&before, out) <= ABIDE_RECORD_SIZE, "even one of any bytes");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_zeroed();
  input in(data, size);
  const exact_copy name(in.line()), host(in.line()), place(in.line()), field(in.line()), url(in.line());
  abide_policy policy;
  abide_policy_init(&policy);
  abide_policy_host(&policy, text(host.view()));
  abide_policy_consent_cookie(&policy, text(name.view()));
  for (int i = 0; i < 3; ++i) {
    const int option = static_cast<std::int8_t>(in.byte());
    must(is_bit(static_cast<unsigned>(abide_policy_set(&policy, option, static_cast<std::uint32_t>(in.number())))),
         "1 or 0");
  }
  abide_cookie_rule rule{};
  const auto category = in.byte(), column = in.byte();
  const int made = abide_cookie_rule_init(&rule, text(name.view()), text(host.view()), text(url.view()),
                                          static_cast<std::uint8_t>(category), static_cast<std::uint8_t>(column));
  must(made == (category < ABIDE_CATEGORY_COUNT), "a category that there is");
  abide_policy_cookies(&policy, &rule, 1);
  abide_exemption exempt{};
  abide_exemption_init(&exempt, text(place.view()), static_cast<std::uint8_t>(in.byte()), text(name.view()));
  abide_policy_exemptions(&policy, &exempt, 1);

  abide_signals seen{};
  abide_signals_read(&seen, text(name.view()), text(field.view()), static_cast<std::uint8_t>(in.byte()));
  must(is_bit(seen.gpc) && seen.dnt <= ABIDE_DNT_ONE, "signals that there are");
  const auto any = take<abide_signals>(in);
  const auto chosen = take<abide_record>(in);
  auto who = take<abide_visitor>(in);
  who.programme = text(name.view());
  const std::int64_t now = in.number();
  abide_decision decision;
  abide_decide(&policy, in.flag() ? &seen : &any, text(place.view()), in.flag() ? &chosen : nullptr,
               in.flag() ? &who : nullptr, now, &decision);
  check_decision(decision, in.byte(), in.byte());
  abide_filter filter;
  abide_filter_init(&filter, &policy, &decision, text(host.view()), now, nullptr, nullptr);
  abide_filter_date(&filter, text(url.view()));
  check_fields(filter, field.view());
  abide_classification what{};
  abide_classify(&policy, text(name.view()), text(host.view()), static_cast<std::uint8_t>(in.byte()), &what);
  must(what.category < ABIDE_CATEGORY_COUNT && what.confidence <= 100, "a category that there is");
  abide_classify_request(&policy, text(url.view()), static_cast<std::uint8_t>(in.byte()), text(host.view()), &what);
  must(what.category < ABIDE_CATEGORY_COUNT && is_bit(what.shared), "of requests too");
  std::int64_t seconds = 0;
  must(is_bit(static_cast<unsigned>(abide_timestamp_read(text(field.view()), &seconds))), "1 or 0");
  check_records(policy, decision, in);
  return 0;
}
