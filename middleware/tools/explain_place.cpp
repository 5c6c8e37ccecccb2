#include <string>
#include <vector>

#include "abide/decision.hpp"
#include "base/time.hpp"
#include "tools/explain.hpp"
#include "tools/prose.hpp"

namespace abide::detail::cli {
namespace {

struct sentence_of_duty {
  gpc_duty duty;
  std::string_view text;
};
constexpr sentence_of_duty duties[] = {
    {gpc_duty::must, "The law here obliges a site to honour the signal"},
    {gpc_duty::conditional, "The law here obliges a site to honour the signal if it honours one for another state"},
    {gpc_duty::permissive, "The law here permits a site to honour the signal; commentators read this as a duty"},
    {gpc_duty::ambiguous, "The law here regulates conflicts between a signal and a choice, but creates no duty"},
    {gpc_duty::policy, "The place is unknown, so the signal is honoured as if the law required it"},
    {gpc_duty::none, "No law here names the signal; this policy honours it anyway"},
};

// Categories that share one verdict, such as "analytics (not shared)".
struct outcome {
  verdict given;
  std::vector<std::string> what;
};

void add(std::vector<outcome>& outcomes, const verdict& given, std::string what) {
  for (outcome& known : outcomes) {
    if (known.given.allowed != given.allowed || known.given.rule != given.rule) continue;
    known.what.push_back(std::move(what));
    return;
  }
  outcomes.push_back({given, {std::move(what)}});
}

bool same(const verdict& a, const verdict& b) { return a.allowed == b.allowed && a.rule == b.rule; }

std::vector<outcome> outcomes_of(const decision& made) {
  std::vector<outcome> outcomes;
  for (const category each : categories) {
    const std::string name(to_string(each));
    const verdict& own = made.of(each, false);
    const verdict& shared = made.of(each, true);
    if (same(own, shared)) {
      add(outcomes, own, name);
    } else {
      add(outcomes, own, name + " (not shared)");
      add(outcomes, shared, name + " (shared)");
    }
    if (made.declared_exempt.contains(each))
      add(outcomes, made.exempt[static_cast<unsigned>(each)], name + " (declared exempt)");
  }
  return outcomes;
}

std::string outcomes_text(const decision& made) {
  std::string text;
  for (const outcome& each : outcomes_of(made))
    text += wrapped(each.given.allowed ? "    on:  " : "    off: ", "         ",
                    joined(each.what) + ". " + capital(std::string(why(made, each.given))) + " (" +
                        std::string(to_string(each.given.rule)) + ": " + std::string(law_of(made, each.given)) + ").");
  return text;
}

std::string_view notice_text(notice what) {
  switch (what) {
    case notice::banner: return "    The page asks for consent.\n";
    case notice::status: return "    The page says that the signal was honoured.\n";
    case notice::objection: return "    The page informs and offers an objection.\n";
    case notice::none: break;
  }
  return "    The page asks nothing.\n";
}

std::string situation_text(const config& site, const jurisdiction& place, bool gpc, std::int64_t now) {
  const decision made = decide(site.policy, {gpc, dnt_value::absent}, place, nullptr, {}, now);
  const std::string_view title = gpc ? "  With Global Privacy Control, before any choice\n" : "  Before any choice\n";
  return std::string(title) + outcomes_text(made) + std::string(notice_text(made.notice));
}

std::string_view regime_text(regime what) {
  switch (what) {
    case regime::opt_in: return "opt-in: off until the visitor agrees";
    case regime::opt_out: return "opt-out: on until the visitor opts out";
    case regime::notice: break;
  }
  return "notice: the visitor is told";
}

std::string_view confidence_text(std::string_view confidence) {
  if (confidence == "low")
    return "CAUTION, low confidence: this row rests on background knowledge or conflicting sources; have it checked "
           "before relying on it.";
  if (confidence == "medium")
    return "Confidence in this row: medium (secondary sources, or the law as others quote it).";
  return "Confidence in this row: high.";
}

std::string duty_text(const jurisdiction& place) {
  std::string text;
  for (const sentence_of_duty& each : duties)
    if (each.duty == place.duty) text = std::string(each.text);
  const bool dated = place.duty != gpc_duty::none && place.duty != gpc_duty::policy;
  if (dated && place.gpc_from > 0) text += ", since " + date_of(place.gpc_from * seconds_a_day);
  if (!place.gpc_cite.empty()) text += " (" + std::string(place.gpc_cite) + ')';
  return wrapped("  ", "    ", sentence(text));
}

std::string place_heading(std::string_view asked, const jurisdiction& place) {
  std::string text =
      std::string(place.name) + " (" + std::string(place.code) + "), " + std::string(regime_text(place.regime)) + '\n';
  if (asked != place.code) text = std::string(asked) + " is treated as: " + text;
  if (!place.law.empty()) text += wrapped("  ", "    ", sentence("Law: " + std::string(place.law)));
  return text;
}

}  // namespace

std::string explain_place(const config& site, std::string_view location, bool only_gpc, std::int64_t now) {
  const jurisdiction& place = find_jurisdiction(location, now);
  std::string text =
      place_heading(location, place) + wrapped("  ", "    ", confidence_text(place.confidence)) + duty_text(place);
  if (!only_gpc) text += situation_text(site, place, false, now);
  return text + situation_text(site, place, true, now);
}

}  // namespace abide::detail::cli
