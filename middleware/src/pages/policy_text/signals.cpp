// What happens when a browser sends Global Privacy Control or Do Not Track.
#include <algorithm>

#include "base/time.hpp"
#include "pages/policy_text/writer.hpp"
#include "policy/texts.hpp"

namespace abide::detail {
namespace {

void write_duty(writer& w, const audience& group) {
  std::vector<std::string> places;
  for (const jurisdiction* row : group.rows)
    if (row->duty == gpc_duty::must && row->gpc_from <= w.now() / seconds_a_day)
      places.emplace_back(name_in(w.words(), *row));
  if (places.empty()) return;
  const bool cite = group.rows.size() == 1 && !group.rows.front()->gpc_cite.empty();
  w.paragraph(
      {cite ? "policy.gpc.duty_cited" : "policy.gpc.duty"},
      {{"places", plain(listed(w.words(), places))}, {"law", plain(std::string(group.rows.front()->gpc_cite))}});
}

std::string law_of_objection(const writer& w, region where) {
  switch (where) {
    case region::eea: return w.word("law.objection.eea");
    case region::gb: return w.word("law.objection.gb");
    case region::ch: return w.word("law.objection.ch");
    default: return {};
  }
}

void write_objection(writer& w, const audience& group) {
  const std::string law = law_of_objection(w, group.region);
  if (!law.empty()) w.paragraph({"policy.gpc.objection"}, {{"law", plain(law)}});
}

/// 11 CCR 7025(c)(4); the decision knows incentives in the United States only (D3b).
void write_incentives(writer& w, const audience& group) {
  const policy& p = w.rules();
  if (group.region != region::us || !has_programmes(p)) return;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < p.cookie_count; ++i) {
    const std::string name(p.cookies[i].programme);
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  w.paragraph({"policy.gpc.incentive"}, {{"programmes", plain(listed(w.words(), names))}});
}

/// That DNT is not answered may be said only where the law gives it no effect: elsewhere the sentence misleads
/// (LG Berlin, 16 O 420/19). A text for readers everywhere says it in English only, and under the heading of the place.
bool may_say_unanswered(const writer& w, const jurisdiction& row) {
  return !row.dnt_objects && (w.to().place || w.words().tag() == "en");
}

/// Cal. Bus. & Prof. Code 22575(b)(5): a policy says how the site responds to DNT.
bool is_told_by_california(const audience& group) noexcept {
  for (const jurisdiction* row : group.rows)
    if (row->code == "US-CA") return true;
  return false;
}

void write_dnt(writer& w, const audience& group) {
  const jurisdiction& row = *group.rows.front();
  const dnt_policy dnt = w.rules().dnt;
  if (dnt == dnt_policy::as_gpc) return;
  if (dnt == dnt_policy::as_objection && row.dnt_objects && !w.is_observing())
    return w.paragraph({"policy.dnt.objection"});
  if (!may_say_unanswered(w, row)) return;
  w.paragraph({is_told_by_california(group) ? "policy.dnt.unanswered_california" : "policy.dnt.unanswered",
               w.is_observing() ? "" : "policy.dnt.gpc_instead"});
}

}  // namespace

void write_signals(writer& w, int level) {
  const policy& p = w.rules();
  w.heading(level, "abide-signals", "policy.signals.title");
  if (w.is_observing()) return w.paragraph({"policy.gpc.what", "policy.gpc.observe"});
  w.paragraph({"policy.gpc.what"});
  w.paragraph({"policy.gpc.effect", w.settings().insert_notice ? "policy.gpc.shown" : ""});
  w.paragraph({"policy.gpc.limits"});
  w.paragraph({"policy.gpc.remembered",
               p.exception == exception_policy::informed ? "policy.gpc.exception" : "policy.gpc.no_exception"},
              {{"choices", w.choices()}, {"accept", plain(w.word("choice.accept"))}});
  if (p.dnt == dnt_policy::as_gpc) w.paragraph({"policy.dnt.as_gpc"});
}

void write_signals_at(writer& w, const audience& group) {
  if (!w.is_observing()) write_duty(w, group);
  if (!w.is_observing()) write_objection(w, group);
  if (!w.is_observing()) write_incentives(w, group);
  write_dnt(w, group);
}

}  // namespace abide::detail
