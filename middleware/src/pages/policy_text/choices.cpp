// How visitors choose, how long a choice holds, and what is kept of it.
#include <algorithm>
#include <map>

#include "abide/decision.hpp"
#include "pages/page_model.hpp"
#include "pages/policy_text/writer.hpp"
#include "policy/texts.hpp"

namespace abide::detail {
namespace {

/// A consent ends with the cookie that holds it, whatever the place allows.
unsigned kept_days(const policy& p, const jurisdiction& row) noexcept {
  return std::min(consent_days(p, row), consent_cookie_days);
}

/// `182 days`, or where places differ `182 days (Czechia: 365 days)`: what most places have comes first.
template <class days_of>
std::string days_at(const writer& w, const audience& group, days_of of) {
  std::map<unsigned, std::vector<std::string>> places;
  for (const jurisdiction* row : group.rows) places[of(*row)].emplace_back(name_in(w.words(), *row));
  const auto most = std::max_element(places.begin(), places.end(),
                                     [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
  std::string text = w.days(most->first);
  std::vector<std::string> others;
  for (const auto& [days, names] : places)
    if (days != most->first) others.push_back(listed(w.words(), names) + w.word("list.colon") + w.days(days));
  return others.empty() ? text : text + " (" + listed(w.words(), others) + ')';
}

/// Whether anything waits for consent at the place.
bool asks_consent(const writer& w, const jurisdiction& place) {
  const policy& p = w.rules();
  const decision before = decide(p, {}, place, nullptr, {}, w.now());
  for (std::size_t i = 0; i < p.cookie_count; ++i)
    if (!before.of(p.cookies[i].category, p.cookies[i].shared).allowed) return true;
  return place.regime == regime::opt_in;
}

void write_lifetimes(writer& w, const audience& group) {
  const jurisdiction& first = *group.rows.front();
  if (!asks_consent(w, first)) return;
  const std::string consent = days_at(w, group, [&](const jurisdiction& row) { return kept_days(w.rules(), row); });
  const std::string refusal = days_at(w, group, [](const jurisdiction& row) { return unsigned{row.refusal_days}; });
  const bool asks_again = first.regime == regime::opt_in && w.settings().insert_notice;
  w.paragraph({"policy.choices.consent", asks_again ? "policy.choices.refusal" : ""},
              {{"days", plain(consent)}, {"refusal_days", plain(refusal)}});
}

void write_opt_out(writer& w, const audience& group) {
  const regime how = group.rows.front()->regime;
  if (how == regime::opt_in) return;
  if (how == regime::notice || !sells(w.rules()))
    return w.paragraph({"policy.choices.switch_off"},
                       {{"choices", w.choices()}, {"button", plain(w.word("choice.reject"))}});
  w.paragraph({"policy.choices.opt_out"},
              {{"choices", w.choices("link.choices")}, {"button", plain(w.word("choice.opt_out"))}});
}

void write_objection(writer& w, const audience& group) {
  category_set exempt;
  for (const jurisdiction* row : group.rows)
    exempt = category_set(exempt.bits() | declared_exempt(w.rules(), *row).bits());
  if (exempt.empty()) return;
  w.paragraph(
      {"policy.choices.object"},
      {{"choices", w.choices()}, {"titles", plain(w.titles(exempt))}, {"button", plain(w.word("choice.reject"))}});
}

bool has_any(const ages& a) noexcept { return a.first <= a.last; }

std::string ages_text(const writer& w, const ages& a) {
  const std::vector<named_piece> values{{"age", plain(std::to_string(a.last + 1))},
                                        {"first", plain(std::to_string(a.first))},
                                        {"last", plain(std::to_string(a.last))}};
  std::string text;
  for (const piece& p : prose_of(w.words()[a.first == 0 ? "ages.under" : "ages.between"], values)) text += p.text;
  return text;
}

bool asks_minors(const jurisdiction& row) noexcept {
  return row.regime != regime::opt_in && has_any(row.minors_opt_in);
}

/// Whether the place's law on minors concerns any cookie that the policy declares.
bool protects_minors(const policy& p, const jurisdiction& row) noexcept {
  const bool has_optional = (declared_categories(p).bits() & ~1u) != 0;
  if (asks_minors(row) && row.minors_all && has_optional) return true;
  return sells(p) && (asks_minors(row) || has_any(row.minors_banned));
}

void write_minors(writer& w, const audience& group) {
  const bool any = std::any_of(group.rows.begin(), group.rows.end(),
                               [&](const jurisdiction* row) { return protects_minors(w.rules(), *row); });
  if (!any) return;
  if (group.rows.size() > 1) return w.paragraph({"policy.minors.by_place"});
  const jurisdiction& row = *group.rows.front();
  if (has_any(row.minors_banned))
    w.paragraph({"policy.minors.banned"}, {{"ages", plain(ages_text(w, row.minors_banned))}});
  if (asks_minors(row))
    w.paragraph({row.minors_all ? "policy.minors.opt_in_all" : "policy.minors.opt_in"},
                {{"ages", plain(ages_text(w, row.minors_opt_in))}});
}

}  // namespace

void write_choices(writer& w, int level) {
  const bool observing = w.is_observing();
  w.heading(level, "abide-choices", "policy.choices.title");
  w.paragraph({w.settings().insert_notice ? "policy.choices.where_linked" : "policy.choices.where",
               "policy.choices.symmetry", observing ? "policy.choices.observe" : ""},
              {{"choices", w.choices()}});
  if (!observing) w.paragraph({"policy.choices.withdraw"}, {{"choices", w.choices()}});
  const std::string_view name = w.to().consent_cookie.empty() ? w.rules().consent_cookie : w.to().consent_cookie;
  w.paragraph({"policy.choices.kept"},
              {{"cookie", code_piece(std::string(name))}, {"days", plain(w.days(consent_cookie_days))}});
}

void write_choices_at(writer& w, const audience& group) {
  write_lifetimes(w, group);
  if (w.is_observing()) return;
  write_opt_out(w, group);
  write_objection(w, group);
  write_minors(w, group);
}

void write_records(writer& w, int level) {
  w.heading(level, "abide-records", "policy.records.title");
  const unsigned days = w.settings().retain_days;
  if (w.settings().records.empty()) {
    w.paragraph({"policy.records.none"});
  } else {
    w.paragraph({"policy.records.kept"});
    w.paragraph({days > 0 ? "policy.records.deleted" : "policy.records.unlimited", "policy.records.receipt"},
                {{"days", plain(w.days(days))}, {"choices", w.choices()}});
  }
  const std::string& contact = w.settings().contact;
  if (contact.empty()) return;
  w.heading(level, "abide-contact", "policy.contact.title");
  w.paragraph({"policy.contact"}, {{"contact", {contact, contact_url(contact), {}}}});
}

}  // namespace abide::detail
