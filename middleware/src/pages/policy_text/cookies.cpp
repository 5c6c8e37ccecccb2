// What cookies are used for, and what is used before a choice.
#include <algorithm>
#include <array>

#include "pages/defaults.hpp"
#include "pages/exempt_names.hpp"
#include "pages/policy_text/writer.hpp"
#include "pages/template.hpp"
#include "policy/texts.hpp"

namespace abide::detail {
namespace {

std::string purpose_key(exempt_purpose purpose) {
  switch (purpose) {
    case exempt_purpose::statistical: return "policy.exempt.statistical";
    case exempt_purpose::appearance: return "policy.exempt.appearance";
    case exempt_purpose::emergency: break;
  }
  return "policy.exempt.emergency";
}

bool any_shared(const policy& p) noexcept {
  for (std::size_t i = 0; i < p.cookie_count; ++i)
    if (p.cookies[i].shared) return true;
  return false;
}

void write_defaults(writer& w, const audience& group) {
  const defaults d = defaults_at(w.rules(), *group.rows.front(), w.now());
  const bool exempt = std::any_of(group.rows.begin(), group.rows.end(),
                                  [&](const jurisdiction* row) { return !declared_exempt(w.rules(), *row).empty(); });
  if (d.on.empty() && d.off.empty()) return;
  if (d.on.empty()) return w.paragraph({exempt ? "policy.default.off_exempt" : "policy.default.off"});
  if (d.off.empty()) return w.paragraph({"policy.default.on"});
  const category_set waiting(d.off.bits() & ~d.both().bits());
  w.paragraph(
      {"policy.default.mixed", waiting.empty() ? "" : "policy.default.waiting",
       d.both().empty() ? "" : "policy.default.both"},
      {{"on", plain(w.purposes(d.on))}, {"off", plain(w.purposes(waiting))}, {"both", plain(w.purposes(d.both()))}});
}

/// The declared exemptions of a purpose that are alike in their places.
struct exempt_use {
  exempt_purpose purpose;
  std::vector<std::string> places, names;
};

std::vector<exempt_use> uses_at(const writer& w, const jurisdiction& row) {
  const policy& p = w.rules();
  std::vector<exempt_use> uses;
  for (std::size_t i = 0; i < p.exemption_count; ++i) {
    const exemption& e = p.exemptions[i];
    if (e.jurisdiction != row.code) continue;
    std::vector<std::string> names = exempt_names(p, e);
    if (names.empty()) continue;
    const auto same =
        std::find_if(uses.begin(), uses.end(), [&](const exempt_use& u) { return u.purpose == e.purpose; });
    if (same != uses.end()) same->names.insert(same->names.end(), names.begin(), names.end());
    else uses.push_back({e.purpose, {std::string(name_in(w.words(), row))}, std::move(names)});
  }
  return uses;
}

std::vector<exempt_use> exempt_uses(const writer& w, const audience& group) {
  std::vector<exempt_use> all;
  for (const jurisdiction* row : group.rows) {
    for (exempt_use& use : uses_at(w, *row)) {
      const auto same = std::find_if(all.begin(), all.end(), [&](const exempt_use& u) {
        return u.purpose == use.purpose && u.names == use.names;
      });
      if (same != all.end()) same->places.push_back(use.places.front());
      else all.push_back(std::move(use));
    }
  }
  return all;
}

void write_exempt(writer& w, const audience& group) {
  for (const exempt_use& use : exempt_uses(w, group)) {
    block b;
    const std::vector<named_piece> places{{"places", plain(listed(w.words(), use.places))}};
    b.text = prose_of(w.words()[purpose_key(use.purpose)], places);
    b.text.push_back(plain(w.space() + w.word("policy.exempt.cookies") + ' '));
    for (std::size_t i = 0; i < use.names.size(); ++i) {
      if (i > 0) b.text.push_back(plain(w.word(i + 1 == use.names.size() ? "list.and" : "list.comma")));
      b.text.push_back(code_piece(use.names[i]));
    }
    b.text.push_back(plain(w.stop()));
    w.add(std::move(b));
  }
}

/// `Services (2): Reach and Own count.`; empty if no vendor is named.
std::string services_text(const writer& w, category c) {
  const std::vector<std::string> vendors = declared_services(w.to(), c);
  if (vendors.empty()) return {};
  const std::string number = std::to_string(vendors.size());
  const std::array<value, 1> count{{{"count", number}}};
  return w.space() + say(w.words()["services.count"], count) + w.word("list.colon") + listed(w.words(), vendors) +
         w.stop();
}

}  // namespace

void write_cookies(writer& w, int level) {
  const policy& p = w.rules();
  const category_set used = declared_categories(p);
  w.heading(level, "abide-cookies", "policy.cookies.title");
  w.paragraph({"policy.cookies.intro"}, {{"site", w.site()}, {"declaration", w.declaration()}});
  for (const category c : categories) {
    if (c != category::required && !used.contains(c)) continue;
    const std::string name(to_string(c));
    w.item({strong_piece(w.word(name + ".title")),
            plain(w.word("list.colon") + w.word(name + ".about") + services_text(w, c))});
  }
  w.paragraph({any_shared(p) ? "policy.cookies.shared" : "policy.cookies.not_shared"},
              {{"declaration", w.declaration()}});
}

void write_cookies_at(writer& w, const audience& group) {
  if (!w.is_observing()) write_defaults(w, group);
  if (!w.is_observing()) write_exempt(w, group);
  if (group.region == region::us && sells(w.rules())) w.paragraph({"policy.cookies.us"});
}

}  // namespace abide::detail
