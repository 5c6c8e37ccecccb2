#include "tools/report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "abide/jurisdiction.hpp"
#include "base/embedded.hpp"
#include "base/time.hpp"
#include "pages/template.hpp"
#include "policy/jurisdiction_row.hpp"
#include "policy/texts.hpp"
#include "tools/chart.hpp"

namespace abide::detail {
namespace {

constexpr std::size_t places_max = 12;

struct kind_series {
  event_kind kind;
  std::string_view name;
  int color;
};
constexpr kind_series charted[] = {
    {event_kind::grant, "Accepted", 0},   {event_kind::deny, "Rejected", 1},
    {event_kind::change, "Changed", 2},   {event_kind::withdraw, "Withdrew", 3},
    {event_kind::signal_on, "Signal", 4}, {event_kind::exception, "Exception", 5},
};

std::uint64_t count_of(const kind_counts& kinds, event_kind kind) { return kinds[static_cast<std::size_t>(kind)]; }

std::uint64_t total_of(const kind_counts& kinds) {
  std::uint64_t sum = 0;
  for (const std::uint64_t each : kinds) sum += each;
  return sum;
}

std::uint64_t other_of(const kind_counts& kinds) {
  std::uint64_t sum = total_of(kinds);
  for (const kind_series& each : charted) sum -= count_of(kinds, each.kind);
  return sum;
}

/// `Germany`: the place of the row that decided.
std::string place_name(std::string_view code) {
  if (code.empty()) return "Not stated";
  if (code == "ZZ") return "Place not known";
  const jurisdiction* const row = find_row(code);
  return std::string(row ? row->name : code);
}

/// The purpose's name for visitors.
std::string purpose_name(category purpose) {
  return std::string(texts::built_in().in("en")[std::string(to_string(purpose)) + ".title"]);
}

std::string count(std::uint64_t value) { return count_text(static_cast<double>(value)); }

double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string percent_text(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "–";
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%", percent(part, whole));
  return text;
}

using table = std::vector<std::vector<std::string>>;  // the first row is the heading, the first cell of a row its name

std::string table_html(const table& rows, const std::string& caption) {
  std::string html =
      "<details><summary>Show the numbers</summary><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"" +
      escaped(caption) + "\"><table><caption>" + escaped(caption) + "</caption>";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    html += i == 0 ? "<thead><tr>" : i == 1 ? "<tbody><tr>" : "<tr>";
    for (std::size_t j = 0; j < rows[i].size(); ++j) {
      const std::string cell = escaped(rows[i][j]);
      if (i == 0) html += "<th scope=\"col\">" + cell + "</th>";
      else html += j == 0 ? "<th scope=\"row\">" + cell + "</th>" : "<td>" + cell + "</td>";
    }
    html += i == 0 ? "</tr></thead>" : "</tr>";
  }
  return html + (rows.size() > 1 ? "</tbody>" : "") + "</table></div></details>";
}

std::string section(const chart& c, const std::string& lead, const std::string& svg, const table& rows) {
  return "<section><figure><figcaption><h2 id=\"" + c.id + "-title\">" + escaped(c.title) + "</h2><p>" + escaped(lead) +
         "</p></figcaption>" + chart_legend(c) + "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"" +
         escaped(c.title) + "\">" + svg + "</div></figure>" + table_html(rows, c.title) + "</section>";
}

std::vector<kind_series> used_kinds(const totals& t) {
  std::vector<kind_series> used;
  for (const kind_series& each : charted)
    if (count_of(t.kinds, each.kind) > 0) used.push_back(each);
  return used;
}

std::string period_word(period p) { return p == period::day ? "day" : p == period::week ? "week" : "month"; }

std::vector<std::string> kind_heading(std::string first) {
  std::vector<std::string> heading{std::move(first)};
  for (const kind_series& each : charted) heading.emplace_back(each.name);
  heading.insert(heading.end(), {"Other", "Records"});
  return heading;
}

std::vector<std::string> kind_cells(std::string first, const kind_counts& kinds) {
  std::vector<std::string> cells{std::move(first)};
  for (const kind_series& each : charted) cells.push_back(count(count_of(kinds, each.kind)));
  cells.push_back(count(other_of(kinds)));
  cells.push_back(count(total_of(kinds)));
  return cells;
}

/// The values are unknown at that time, not zero.
std::vector<std::string> empty_cells(std::string first, std::size_t size) {
  std::vector<std::string> cells(size, "–");
  cells.front() = std::move(first);
  return cells;
}

std::string over_time(const totals& t) {
  chart c{"time", "Choices over time", {}, {}, false};
  table rows{kind_heading(t.period == period::week ? "Week from" : t.period == period::month ? "Month" : "Day")};
  for (const kind_series& each : used_kinds(t)) c.series.push_back({std::string(each.name), {}, each.color});
  const auto used = used_kinds(t);
  for (const time_slot& slot : t.slots) {
    c.labels.push_back(slot.label);
    for (std::size_t i = 0; i < used.size(); ++i)
      c.series[i].values.push_back(static_cast<double>(count_of(slot.kinds, used[i].kind)));
    rows.push_back(slot.visitors > 0 ? kind_cells(slot.label, slot.kinds)
                                     : empty_cells(slot.label, rows.front().size()));
  }
  return section(c, "Records per " + period_word(t.period) + ", by event. Days are in UTC.", column_chart(c), rows);
}

std::string present_choices(const totals& t) {
  chart c{"choices",
          "What visitors chose last",
          {},
          {{"Accepted", {}, 0}, {"Rejected", {}, 1}, {"No choice", {}, 6}},
          true};
  table rows{{"Purpose", "Accepted", "Rejected", "No choice", "Accepted, of those who chose"}};
  for (const category each : {category::analytics, category::functional, category::targeting}) {
    const choice_count& n = t.choices[static_cast<unsigned>(each)];
    const std::string name = purpose_name(each);
    c.labels.push_back(name);
    c.series[0].values.push_back(percent(n.granted, t.visitors));
    c.series[1].values.push_back(percent(n.denied, t.visitors));
    c.series[2].values.push_back(percent(n.none, t.visitors));
    rows.push_back(
        {name, count(n.granted), count(n.denied), count(n.none), percent_text(n.granted, n.granted + n.denied)});
  }
  return section(c, "Each visitor's latest record, by purpose.", bar_chart(c), rows);
}

std::string by_place(const totals& t) {
  chart c{"places", "By place", {}, {}, false};
  auto heading = kind_heading("Place");
  heading.insert(heading.end(), {"Visitors", "With GPC"});
  table rows{heading};
  const auto used = used_kinds(t);
  for (const kind_series& each : used) c.series.push_back({std::string(each.name), {}, each.color});
  kind_counts rest{};
  for (std::size_t i = 0; i < t.jurisdictions.size(); ++i) {
    const place_count& place = t.jurisdictions[i];
    const std::string name = place_name(place.code);
    auto cells = kind_cells(name, place.kinds);
    cells.push_back(count(place.visitors));
    cells.push_back(percent_text(place.gpc_visitors, place.visitors));
    rows.push_back(std::move(cells));
    if (i >= places_max) {
      for (std::size_t k = 0; k < rest.size(); ++k) rest[k] += place.kinds[k];
      continue;
    }
    c.labels.push_back(name);
    for (std::size_t k = 0; k < used.size(); ++k)
      c.series[k].values.push_back(static_cast<double>(count_of(place.kinds, used[k].kind)));
  }
  if (t.jurisdictions.size() > places_max) {
    c.labels.push_back("All others");
    for (std::size_t k = 0; k < used.size(); ++k)
      c.series[k].values.push_back(static_cast<double>(count_of(rest, used[k].kind)));
  }
  return section(c, "Records by the place whose law decided.", bar_chart(c), rows);
}

std::string source_words(const std::string& name) {
  if (name == "gpc_header") return "GPC (request)";
  if (name == "gpc_js") return "GPC (script)";
  if (name == "dnt") return "Do Not Track";
  if (name == "banner") return "Notice";
  if (name == "settings") return "Preference page";
  if (name == "account") return "Account";
  if (name == "api") return "Application";
  return "not stated";
}

std::string by_source(const totals& t) {
  std::vector<std::pair<std::string, std::uint64_t>> sources(t.sources.begin(), t.sources.end());
  std::stable_sort(sources.begin(), sources.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  chart c{"sources", "By source", {}, {{"Records", {}, 0}}, false};
  table rows{{"Source", "Records", "Share"}};
  for (const auto& [name, n] : sources) {
    c.labels.push_back(source_words(name));
    c.series[0].values.push_back(static_cast<double>(n));
    rows.push_back({source_words(name), count(n), percent_text(n, t.records)});
  }
  return section(c, "Where a choice or a signal came from.", bar_chart(c), rows);
}

std::string signal_share(const totals& t) {
  chart c{"gpc", "Share of visitors with Global Privacy Control", {}, {{"With GPC", {}, 4}}, true};
  table rows{{t.period == period::week    ? "Week from"
              : t.period == period::month ? "Month"
                                          : "Day",
              "Visitors", "With GPC", "Share"}};
  for (const time_slot& slot : t.slots) {
    c.labels.push_back(slot.label);
    c.series[0].values.push_back(slot.visitors > 0 ? percent(slot.gpc_visitors, slot.visitors) : std::nan(""));
    if (slot.visitors == 0) rows.push_back(empty_cells(slot.label, rows.front().size()));
    else
      rows.push_back(
          {slot.label, count(slot.visitors), count(slot.gpc_visitors), percent_text(slot.gpc_visitors, slot.visitors)});
  }
  return section(
      c, "Of the visitors with a record in a " + period_word(t.period) + ", those whose browser sent the signal then.",
      line_chart(c), rows);
}

std::string signal_places(const totals& t) {
  chart c{"signal-places", "The same by place", {}, {{"GPC", {}, 4}, {"Do Not Track", {}, 5}}, false};
  table rows{{"Place", "GPC", "Do Not Track"}};
  for (const auto& [place, sums] : t.signal_places) {
    const std::string name = place_name(place);
    c.labels.push_back(name);
    c.series[0].values.push_back(static_cast<double>(sums.gpc));
    c.series[1].values.push_back(static_cast<double>(sums.dnt));
    rows.push_back({name, count(sums.gpc), count(sums.dnt)});
  }
  return section(c, "By the place whose law decided.", bar_chart(c), rows);
}

std::string signals_counted(const totals& t) {
  chart c{"signals", "Signals of visitors without a record", {}, {{"GPC", {}, 4}, {"Do Not Track", {}, 5}}, false};
  table rows{{t.period == period::week    ? "Week from"
              : t.period == period::month ? "Month"
                                          : "Day",
              "GPC", "Do Not Track"}};
  for (const time_slot& slot : t.slots) {
    c.labels.push_back(slot.label);
    c.series[0].values.push_back(static_cast<double>(slot.signals.gpc));
    c.series[1].values.push_back(static_cast<double>(slot.signals.dnt));
    rows.push_back({slot.label, count(slot.signals.gpc), count(slot.signals.dnt)});
  }
  return section(c,
                 "Pages requested with a signal that was new for the browser: the signal was honoured and counted, by "
                 "minute and law, and the visitor got no pseudonym. Browsers that keep no cookies count on each page.",
                 column_chart(c), rows) +
         signal_places(t);
}

std::string notice_places(const totals& t) {
  chart c{
      "notice-places", "The same by place and layout", {}, {{"Accepted something", {}, 0}, {"Rejected", {}, 1}}, true};
  table rows{{"Place", "Layout", "Pages with the notice", "Accepted something", "Rejected", "Answers for 100 pages",
              "Accepted, of the answers", "Pages left out"}};
  for (const auto& [key, sums] : t.notice_places) {
    const std::string name = place_name(key.first);
    if (sums.shown > 0) {
      c.labels.push_back(name + ", " + key.second);
      c.series[0].values.push_back(percent(sums.accepted, sums.shown));
      c.series[1].values.push_back(percent(sums.rejected, sums.shown));
    }
    rows.push_back({name, key.second, count(sums.shown), count(sums.accepted), count(sums.rejected),
                    percent_text(sums.answered(), sums.shown), percent_text(sums.accepted, sums.answered()),
                    count(sums.mixed)});
  }
  return section(c,
                 "Answers per 100 pages with the notice, by the place whose law decided. A day on which a place saw "
                 "more than one layout is left out, because it is not known which one was answered.",
                 bar_chart(c), rows);
}

std::string consent_rate(const totals& t) {
  chart c{"notices", "Consent rate", {}, {{"Answers per 100 pages with the notice", {}, 0}}, true};
  table rows{{t.period == period::week    ? "Week from"
              : t.period == period::month ? "Month"
                                          : "Day",
              "Pages with the notice", "Accepted something", "Rejected", "Answers for 100 pages",
              "Accepted, of the answers"}};
  for (const time_slot& slot : t.slots) {
    const notice_sums& n = slot.notices;
    c.labels.push_back(slot.label);
    c.series[0].values.push_back(n.shown > 0 ? std::min(100.0, percent(n.answered(), n.shown)) : std::nan(""));
    if (n.shown == 0) rows.push_back(empty_cells(slot.label, rows.front().size()));
    else
      rows.push_back({slot.label, count(n.shown), count(n.accepted), count(n.rejected),
                      percent_text(n.answered(), n.shown), percent_text(n.accepted, n.answered())});
  }
  return section(c,
                 "Answers to the notice per 100 pages that this server sent with it to visitors who had not answered. "
                 "This counts pages, not people: a visitor who reads on without an answer counts on each page, and so "
                 "do robots. Copies from a shared cache or the browser's cache are not counted. Compare this rate "
                 "only with itself over time, not with a rate of visitors.",
                 line_chart(c), rows) +
         notice_places(t);
}

std::string date_field(const std::string& label, const std::string& name, const std::string& value) {
  return "<label>" + label + "<input type=\"date\" name=\"" + name + "\" value=\"" + escaped(value) + "\"></label>";
}

std::string filter_form(const live_facts& live) {
  std::string places = "<option value=\"\">All</option>";
  const jurisdiction_table known = jurisdictions();
  for (std::size_t i = 0; i < known.count; ++i) {
    const std::string code(known.rows[i].code);
    if (i > 0 && known.rows[i - 1].code == code) continue;  // a place whose law changes has a row for each law
    places += "<option value=\"" + escaped(code) + (code == live.place ? "\" selected>" : "\">") +
              escaped(place_name(code)) + "</option>";
  }
  return "<form class=\"filter\">" + date_field("From", "from", live.from) + date_field("To", "to", live.to) +
         "<label>Place<select name=\"place\">" + places + "</select></label><button>Show</button></form>";
}

std::string health_section(const store_health& health) {
  std::string html = "<section><h2>The store</h2><dl class=\"health\">";
  for (const auto& [name, value] : health.rows)
    html += "<div><dt>" + escaped(name) + "</dt><dd>" + escaped(value) + "</dd></div>";
  html += "</dl>";
  if (health.faults.empty()) return html + "</section>";
  html += "<h3>Findings</h3><ul class=\"faults\">";
  for (const std::string& each : health.faults) html += "<li>" + escaped(each) + "</li>";
  if (health.faults_left > 0) html += "<li>" + count(health.faults_left) + " more: abide records verify</li>";
  return html + "</ul></section>";
}

/// A file contains its style sheet; the policy of a served page forbids that.
std::string styles_of(const report_facts& facts) {
  if (facts.live) return "<link rel=\"stylesheet\" href=\"/report.css\">";
  const embedded_file* css = embedded("report.css");
  return "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"><style>" +
         std::string(css ? css->bytes : "") + "</style>";
}

std::string tile(const std::string& name, const std::string& value, const std::string& more,
                 std::string_view css = {}) {
  return "<div class=\"tile " + std::string(css) + "\"><dt>" + escaped(name) + "</dt><dd><strong>" + escaped(value) +
         "</strong><span>" + escaped(more) + "</span></dd></div>";
}

std::string visitors(std::uint64_t n) { return count(n) + (n == 1 ? " visitor" : " visitors"); }

std::string tiles(const totals& t, const verification& v, const report_facts& facts) {
  const bool whole = v.finding_count == 0;
  const std::string checked = facts.macs_checked ? "all hashes, links and signatures are valid"
                                                 : "all hashes and links are valid; signatures not checked";
  const auto conflicts = [&](const char* name) {
    const auto at = t.conflicts.find(name);
    return at == t.conflicts.end() ? std::uint64_t{0} : at->second;
  };
  return "<dl class=\"tiles\">" + tile("Records", count(t.records), "changes of state, not requests") +
         tile("Visitors", count(t.visitors), "pseudonyms") +
         tile("Accepted something", percent_text(t.agreeing_visitors, t.visitors),
              visitors(t.agreeing_visitors) + ", by their latest record") +
         tile("Global Privacy Control", percent_text(t.gpc_visitors, t.visitors),
              visitors(t.gpc_visitors) + " sent it at least once") +
         tile("Informed exceptions", count(conflicts("exception_granted")),
              "told of a conflict otherwise: " + count(conflicts("notified"))) +
         tile("The log", whole ? "intact" : count(v.finding_count) + (v.finding_count == 1 ? " finding" : " findings"),
              whole ? checked : "abide records verify lists them", whole ? "" : "bad") +
         "</dl>";
}

}  // namespace

std::string render_report(const totals& t, const verification& v, const report_facts& facts) {
  const std::string title = facts.site.empty() ? "Consent records" : "Consent records of " + facts.site;
  const std::string span =
      t.first_ms == 0 ? "no records"
                      : time_text_ms(t.first_ms).substr(0, 10) + " to " + time_text_ms(t.last_ms).substr(0, 10);
  std::string html =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + escaped(title) +
      "</title><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">" +
      styles_of(facts) + "</head><body><main><header><h1>" + escaped(title) + "</h1><p>" +
      escaped(facts.asked.empty() ? span : facts.asked + ": " + span) + " <span class=\"aside\">" +
      escaped(facts.store) + ", as of " + time_text_ms(facts.now_ms).replace(10, 1, 1, ' ').substr(0, 16) +
      " UTC</span></p></header>" + (facts.live ? filter_form(*facts.live) : std::string()) + tiles(t, v, facts);
  if (facts.live) html += health_section(facts.live->health);
  if (t.records == 0 && t.notices.shown == 0) html += "<section><p>There are no records yet.</p></section>";
  else
    html += (t.slots.empty() ? std::string() : over_time(t)) + present_choices(t) + by_place(t) + by_source(t) +
            (t.slots.empty() ? std::string() : signal_share(t));
  if (t.notices.shown > 0) html += consent_rate(t);
  if (t.signals.all() > 0 && !t.slots.empty()) html += signals_counted(t);
  return html +
         "<footer><p>One record stands for one change of a visitor’s state: a first choice, a change, a withdrawal, or a signal "
         "that appeared. Requests are not counted, except for signals of visitors without a record and pages with the notice. A visitor is a pseudonym in one browser; no address or name is stored. "
         "“Other” counts account links and erasures.</p></footer></main></body></html>\n";
}

}  // namespace abide::detail
