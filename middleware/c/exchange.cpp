#include <algorithm>
#include <memory>

#include "abide/carry.hpp"
#include "abide/decision.hpp"
#include "errors.hpp"
#include "objects.hpp"
#include "section.hpp"
#include "site/backend_field.hpp"
#include "texts.hpp"

using namespace abide::detail::c;

namespace {

constexpr std::string_view missing =
    "an argument is NULL, the size of a struct is not set, or a function of abide_headers is NULL";

int end_of(const section& fields, abide_error* error) noexcept {
  if (!fields.has_failed()) return ABIDE_OK;
  return fail(error, ABIDE_BAD_HEADERS, "a function of abide_headers failed");
}

/// One step of an exchange that may want an effect.
template <class Step>
int step(abide_exchange* of, const abide_headers& request, abide_effect** wanted, abide_error* error,
         Step take) noexcept {
  return guarded(error, [&] {
    section fields(request);
    *wanted = new_effect(*of, take(fields));
    if (!*wanted) abide::hand_over(of->inner);
    return end_of(fields, error);
  });
}

std::uint8_t bits_of(const std::array<abide::verdict, 4>& verdicts) noexcept {
  unsigned bits = 0;
  for (unsigned i = 0; i < verdicts.size(); ++i) bits |= verdicts[i].allowed ? ABIDE_BIT(i) : 0u;
  return static_cast<std::uint8_t>(bits);
}

/// Includes the categories that the policy declares exempt here.
std::uint8_t bits_of_own(const abide::decision& made) noexcept {
  return static_cast<std::uint8_t>(bits_of(made.own) | (bits_of(made.exempt) & made.declared_exempt.bits()));
}

template <class Enum>
constexpr std::uint8_t number_of(Enum value) noexcept {
  return static_cast<std::uint8_t>(value);
}

}  // namespace

int abide_begin(const abide_site* site, const abide_request* request, abide_headers headers, abide_exchange** out,
                abide_error* error) {
  if (!out) return bad_argument(error, missing);
  *out = nullptr;
  if (!site || !has_size(request) || !is_complete(headers)) return bad_argument(error, missing);
  return guarded(error, [&] {
    const abide_request asked = taken(*request);
    abide::connection from(view(asked.peer), asked.tls ? abide::transport::tls : abide::transport::plain);
    if (asked.client.size > 0) from.client = view(asked.client);
    const std::int64_t now = asked.now != 0 ? asked.now : abide::current_time(site->inner);
    section fields(headers);
    std::unique_ptr<abide_exchange> made(
        new abide_exchange{site->inner.begin(view(asked.method), view(asked.target), fields, from, now)});
    made->site = site;
    const int code = end_of(fields, error);
    if (code == ABIDE_OK) *out = made.release();
    return code;
  });
}

void abide_exchange_free(abide_exchange* of) { delete of; }

void abide_abandon(abide_exchange* of) {
  if (of) of->inner.abandon();
}

size_t abide_body_limit(const abide_exchange* of) { return of ? of->inner.body_limit() : 0; }

int abide_identify(abide_exchange* of, abide_text account, const abide_visitor* about, abide_headers request,
                   abide_effect** wanted, abide_error* error) {
  if (!wanted) return bad_argument(error, missing);
  *wanted = nullptr;
  if (!of || !is_complete(request)) return bad_argument(error, missing);
  return step(of, request, wanted, error,
              [&](section& fields) { return of->inner.identify(view(account), to_visitor(about), fields); });
}

int abide_answer(abide_exchange* of, const abide_request* request, abide_headers headers, abide_text body,
                 abide_effect** wanted, abide_error* error) {
  if (!wanted) return bad_argument(error, missing);
  *wanted = nullptr;
  if (!of || !has_size(request) || !is_complete(headers)) return bad_argument(error, missing);
  const abide_request asked = taken(*request);
  return step(of, headers, wanted, error, [&](section& fields) {
    return of->inner.answer(view(asked.method), view(asked.target), fields, view(body));
  });
}

int abide_resume(abide_exchange* of, abide_effect* done, abide_headers request, abide_effect** wanted,
                 abide_error* error) {
  if (wanted) *wanted = nullptr;
  if (!wanted || !of || !done || !is_complete(request)) {
    abide_effect_free(done);
    return bad_argument(error, missing);
  }
  return step(of, request, wanted, error, [&](section& fields) { return of->inner.resume(result_of(done), fields); });
}

int abide_take_reply(abide_exchange* of, abide_reply* out) {
  if (!of || !has_size(out)) return 0;
  std::optional<abide::own_reply> own = of->inner.take_reply();
  if (!own) return 0;
  of->reply = std::move(*own);
  of->is_unrecorded = of->inner.body_limit() > 0 && !of->inner.log() && of->reply.status < 400;
  abide_reply reply{};
  reply.status = of->reply.status;
  reply.body = text_of(of->reply.body);
  reply.field_count = of->reply.fields.size();
  give(reply, out);
  return 1;
}

int abide_reply_field(const abide_exchange* of, size_t n, abide_text* name, abide_text* value) {
  if (!of || !name || !value || n >= of->reply.fields.size()) return 0;
  *name = text_of(of->reply.fields[n].first);
  *value = text_of(of->reply.fields[n].second);
  return 1;
}

int abide_wants_body(const abide_exchange* of, unsigned status, abide_headers response) {
  if (!of || !is_complete(response)) return 0;
  int wants = 0;
  static_cast<void>(guarded(nullptr, [&] {
    wants = of->inner.wants_body(status, section(response)) ? 1 : 0;
    return ABIDE_OK;
  }));
  return wants;
}

int abide_may_be_page(const abide_exchange* of) { return of && of->inner.may_be_page() ? 1 : 0; }

int abide_finish(abide_exchange* of, unsigned status, abide_headers response, abide_text beginning, int is_whole,
                 abide_insertion** insertion, abide_error* error) {
  if (insertion) *insertion = nullptr;
  if (!of || !is_complete(response)) return bad_argument(error, missing);
  return guarded(error, [&] {
    section fields(response);
    if (!insertion) {
      of->inner.finish(status, fields, nullptr);
    } else if (auto made = of->inner.finish_streamed(status, fields, view(beginning), is_whole != 0)) {
      *insertion = new abide_insertion{std::move(made)};
      of->asks = of->inner.decision().notice != abide::notice::none;
    }
    abide::hand_over(of->inner);
    return end_of(fields, error);
  });
}

int abide_finish_placed(abide_exchange* of, unsigned status, abide_headers response, abide_text language,
                        abide_parts* parts, abide_error* error) {
  if (!of || !is_complete(response) || !has_size(parts)) return bad_argument(error, missing);
  give(abide_parts{}, parts);
  return guarded(error, [&] {
    section fields(response);
    of->parts = of->inner.finish_placed(status, fields, view(language)).value_or(abide::page_parts{});
    abide::hand_over(of->inner);
    of->asks = !of->parts.notice.empty() && of->inner.decision().notice != abide::notice::none;
    abide_parts placed{};
    placed.head = text_of(of->parts.head);
    placed.notice = text_of(of->parts.notice);
    placed.end = text_of(of->parts.end);
    give(placed, parts);
    return end_of(fields, error);
  });
}

int abide_tell_backend(const abide_exchange* of, abide_headers request, abide_error* error) {
  if (!is_complete(request)) return bad_argument(error, missing);
  return guarded(error, [&] {
    section fields(request);
    if (of) of->inner.tell_backend(fields);
    else abide::detail::strip_backend_field(fields);
    return end_of(fields, error);
  });
}

int abide_facts_read(const abide_exchange* of, abide_facts* out) {
  if (!of || !has_size(out)) return ABIDE_BAD_ARGUMENT;
  const abide::decision& made = of->inner.decision();
  abide_facts facts{};
  facts.jurisdiction = text_of(made.place->code);
  facts.regime = number_of(made.place->regime);
  facts.gpc = made.seen.gpc ? 1 : 0;
  facts.dnt = number_of(made.seen.dnt);
  facts.signal_active = made.signal_active ? 1 : 0;
  facts.has_choice = of->inner.chosen() ? 1 : 0;
  facts.notice = number_of(made.notice);
  facts.allowed = bits_of_own(made);
  facts.allowed_shared = bits_of(made.shared);
  const abide::exchange_tally tally = of->inner.tally();
  std::ranges::copy(tally.hidden, facts.hidden);
  std::ranges::copy(tally.withheld, facts.withheld);
  give(facts, out);
  return ABIDE_OK;
}

int abide_report_item(const abide_exchange* of, size_t n, abide_report* out) {
  if (!of || !has_size(out) || n >= of->inner.report().size()) return 0;
  const abide::report_item& item = of->inner.report()[n];
  abide_report report{};
  report.name = text_of(item.name);
  report.vendor = text_of(item.vendor);
  report.rule = text_of(item.rule);
  report.why = text_of(item.why);
  report.category = number_of(item.category);
  report.from_request = item.from_request ? 1 : 0;
  report.shared = item.shared ? 1 : 0;
  report.allowed = item.allowed ? 1 : 0;
  give(report, out);
  return 1;
}
