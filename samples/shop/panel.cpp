#include "panel.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "template.hpp"

namespace firwick {
namespace {

using abide::category;
using abide::report_item;
using items = std::vector<report_item>;

constexpr std::string_view mark = "<!-- what this page wanted to store -->";

struct translation {
  std::string_view english, german;
};
constexpr translation translations[] = {
    {"What this page wanted to store", "Was diese Seite speichern wollte"},
    {"Cookie by cookie", "Cookie für Cookie"},
    {"cookie", "Cookie"},
    {"cookies", "Cookies"},
    {"all", "alle"},
    {" let through", " durchgelassen"},
    {" held back", " zurückgehalten"},
    {" would be held back", " würden zurückgehalten"},
    {"let through", "durchgelassen"},
    {"held back", "zurückgehalten"},
    {"would be held back", "würde zurückgehalten"},
    {"hidden", "verborgen"},
    {"released", "freigegeben"},
    {"left inert", "bleibt untätig"},
    {"Cookies this response asked for", "Cookies, die diese Antwort setzen wollte"},
    {"Cookies the browser sent that would be kept from the shop",
     "Cookies, die der Browser sandte und die der Laden nicht bekäme"},
    {"Cookies the browser sent, kept from the shop", "Cookies, die der Browser sandte und der Laden nicht bekam"},
    {"Scripts and pixels on this page", "Skripte und Zählpixel auf dieser Seite"},
    {"Cookie", "Cookie"},
    {"Tag", "Skript"},
    {"For", "Wofür"},
    {"Whose", "Von wem"},
    {"Outcome", "Ergebnis"},
    {"Rule", "Regel"},
    {"Why", "Warum"},
    {"Place", "Ort"},
    {"Rules there", "Regeln dort"},
    {"Signal", "Signal"},
    {"Mode", "Modus"},
    {"Germany", "Deutschland"},
    {"unknown: the strictest rules", "unbekannt: die strengsten Regeln"},
    {"nothing optional before a yes", "nichts Optionales vor einem Ja"},
    {"on until the visitor opts out", "an, bis jemand widerspricht"},
    {"tell, without a gate", "nur Hinweis"},
    {"Sec-GPC: 1, seen in this request", "Sec-GPC: 1, in dieser Anfrage gesehen"},
    {"DNT: 1, seen in this request", "DNT: 1, in dieser Anfrage gesehen"},
    {"none in this request", "keines in dieser Anfrage"},
    {"observe: report, remove nothing", "beobachten: berichten, nichts entfernen"},
    {"enforce", "durchsetzen"},
    {"undeclared", "nicht erklärt"},
    {"not named", "nicht genannt"},
    {"this shop", "dieser Laden"},
    {"required", "erforderlich"},
    {"analytics", "Statistik"},
    {"functional", "Einstellungen"},
    {"targeting", "gezielte Werbung"},
    {"Strictly necessary for the service the visitor asked for", "Unbedingt erforderlich für das, was verlangt wurde"},
    {"The visitor refused it", "Abgelehnt"},
    {"The browser sends Global Privacy Control", "Der Browser sendet Global Privacy Control"},
    {"The browser sends Do Not Track", "Der Browser sendet Do Not Track"},
    {"The visitor agreed to it", "Erlaubt"},
    {"The visitor allowed this service", "Dieser Dienst ist erlaubt"},
    {"This place asks for consent first, and there is no valid consent",
     "Hier braucht es zuerst eine Einwilligung, und es gibt keine gültige"},
    {"On in this place until the visitor opts out", "Hier an, bis jemand widerspricht"},
    {"This place asks for a notice only", "Hier genügt ein Hinweis"},
    {"An earlier signal or the visitor's account opted out, and no later choice says otherwise",
     "Ein früheres Signal oder das Konto hat widersprochen, und keine spätere Wahl sagt anderes"},
};

/// Translates into the page's language; a text without a translation stays English.
struct speaker {
  bool german = false;
  std::string operator()(std::string_view english) const {
    const auto at = std::find_if(std::begin(translations), std::end(translations),
                                 [&](const translation& one) { return one.english == english; });
    return std::string(german && at != std::end(translations) ? at->german : english);
  }
  std::string text(std::string_view english) const { return escaped((*this)(english)); }
};

std::string counted(std::size_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + ' ' + std::string(number == 1 ? one : many);
}

std::string sentence(std::string_view plain) {
  std::string out{plain};
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

std::string fact(const speaker& say, std::string_view name, std::string_view value) {
  return "<div><dt>" + say.text(name) + "</dt><dd>" + say.text(value) + "</dd></div>";
}

std::string_view regime_words(abide::regime regime) {
  switch (regime) {
    case abide::regime::opt_in: return "nothing optional before a yes";
    case abide::regime::opt_out: return "on until the visitor opts out";
    case abide::regime::notice: return "tell, without a gate";
  }
  return {};
}

std::string signal_words(const abide::decision& decided) {
  if (decided.seen.gpc) return "Sec-GPC: 1, seen in this request";
  if (decided.seen.dnt == abide::dnt_value::one) return "DNT: 1, seen in this request";
  return "none in this request";
}

std::string facts(const speaker& say, const abide::decision& decided, bool observing) {
  const auto& place = *decided.place;
  const std::string_view name = place.code == "ZZ" ? std::string_view("unknown: the strictest rules") : place.name;
  return "<dl class=\"ledger-facts\">" + fact(say, "Place", name) +
         fact(say, "Rules there", regime_words(place.regime)) + fact(say, "Signal", signal_words(decided)) +
         fact(say, "Mode", observing ? "observe: report, remove nothing" : "enforce") + "</dl>";
}

std::string outcome(const speaker& say, bool allowed, bool observing, std::string_view passed, std::string_view held) {
  const std::string_view said = allowed ? passed : observing ? std::string_view("would be held back") : held;
  return std::string("<span class=\"outcome ") + (allowed ? "is-passed" : "is-held") + "\">" + say.text(said) +
         "</span>";
}

std::string cell(const speaker& say, std::string_view label, const std::string& content, std::string_view kind = {}) {
  const std::string name = kind.empty() ? std::string{} : " class=\"" + std::string(kind) + '"';
  return "<td" + name + " data-label=\"" + say.text(label) + "\">" + content + "</td>";
}

struct row {
  std::string name, category, vendor, outcome, rule, why;
};

std::string table_head(const speaker& say, std::string_view first) {
  std::string out = "<thead><tr>";
  for (const std::string_view name : {first, std::string_view("For"), std::string_view("Whose"),
                                      std::string_view("Outcome"), std::string_view("Rule"), std::string_view("Why")})
    out += "<th scope=\"col\">" + say.text(name) + "</th>";
  return out + "</tr></thead>";
}

std::string table(const speaker& say, std::string_view caption, std::string_view first, const std::vector<row>& rows) {
  std::string out = "<table class=\"ledger-table\"><caption>" + say.text(caption) + "</caption>";
  out += table_head(say, first) + "<tbody>";
  for (const auto& one : rows)
    out += "<tr><th scope=\"row\"><code>" + escaped(one.name) + "</code></th>" +
           cell(say, "For", say.text(one.category)) + cell(say, "Whose", say.text(one.vendor)) +
           cell(say, "Outcome", one.outcome) + cell(say, "Rule", say.text(one.rule), "ledger-rule") +
           cell(say, "Why", say.text(one.why), "ledger-why") + "</tr>";
  return out + "</tbody></table>";
}

row row_of(const speaker& say, const report_item& item, bool observing, std::string_view passed,
           std::string_view held) {
  const std::string vendor = !item.vendor.empty() ? item.vendor : item.evidence == "rule" ? "undeclared" : "not named";
  return {item.name,
          std::string(abide::to_string(item.category)),
          vendor,
          outcome(say, item.allowed, observing, passed, held),
          std::string(item.rule),
          sentence(item.why)};
}

/// The scripts and pixels in the layout, inert until the gate releases them.
std::vector<row> tags(const speaker& say, const abide::decision& decided, bool observing) {
  struct tag {
    std::string_view name, vendor;
    abide::category category;
    bool shared;
  };
  constexpr tag carried[] = {{"measure.js", "this shop", category::analytics, false},
                             {"Tallyhouse tag.js, pixel", "Tallyhouse", category::analytics, true},
                             {"chat.js", "this shop", category::functional, false},
                             {"Brightreach tag.js, pixel", "Brightreach", category::targeting, true}};
  std::vector<row> rows;
  for (const auto& one : carried) {
    const auto& verdict = decided.of(one.category, one.shared);
    rows.push_back({std::string(one.name), std::string(abide::to_string(one.category)), std::string(one.vendor),
                    outcome(say, verdict.allowed, observing, "released", "left inert"),
                    std::string(abide::to_string(verdict.rule)), sentence(abide::why(decided, verdict))});
  }
  return rows;
}

std::string summary(const speaker& say, const items& wanted, bool observing) {
  const auto passed = static_cast<std::size_t>(
      std::count_if(wanted.begin(), wanted.end(), [](const report_item& item) { return item.allowed; }));
  const auto held = wanted.size() - passed;
  std::string out = "<summary><span class=\"ledger-title\">" + say.text("What this page wanted to store") +
                    "</span><span class=\"ledger-count\">" + counted(wanted.size(), say("cookie"), say("cookies"));
  out += ": <b class=\"is-passed\">" + (held == 0 ? say("all") : std::to_string(passed)) + say(" let through") + "</b>";
  if (held > 0)
    out += ", <b class=\"is-held\">" + std::to_string(held) + say(observing ? " would be held back" : " held back") +
           "</b>";
  return out + "</span></summary>";
}

std::vector<row> set_rows(const speaker& say, items wanted, bool observing) {
  std::stable_sort(wanted.begin(), wanted.end(),
                   [](const report_item& a, const report_item& b) { return a.category < b.category; });
  std::vector<row> rows;
  for (const auto& item : wanted) rows.push_back(row_of(say, item, observing, "let through", "held back"));
  return rows;
}

std::string panel(const speaker& say, const abide::visit& visit, bool observing) {
  items wanted;
  std::vector<row> hidden;
  for (const auto& item : visit.report())
    if (!item.from_request) wanted.push_back(item);
    else if (!item.allowed) hidden.push_back(row_of(say, item, observing, "", "hidden"));

  const auto& decided = visit.decision();
  std::string out = std::string("<section class=\"ledger\" lang=\"") + (say.german ? "de" : "en") + "\" aria-label=\"" +
                    say.text("What this page wanted to store") + "\"><details>" + summary(say, wanted, observing);
  out += std::string("<div class=\"ledger-body\" tabindex=\"0\" role=\"group\" aria-label=\"") +
         say.text("Cookie by cookie") + "\">";
  out += facts(say, decided, observing);
  out += table(say, "Cookies this response asked for", "Cookie", set_rows(say, std::move(wanted), observing));
  const std::string_view kept = observing ? "Cookies the browser sent that would be kept from the shop"
                                          : "Cookies the browser sent, kept from the shop";
  if (!hidden.empty()) out += table(say, kept, "Cookie", hidden);
  out += table(say, "Scripts and pixels on this page", "Tag", tags(say, decided, observing));
  return out + "</div></details></section>";
}

}  // namespace

bool show_panel(response& answer, const abide::visit& visit, const abide::site& site) {
  const auto at = answer.body().rfind(mark);
  if (at == std::string::npos) return false;
  const speaker say{answer[http::field::content_language] == "de"};
  answer.body().replace(at, mark.size(), panel(say, visit, site.settings().policy.mode == abide::mode::observe));
  return true;
}

}  // namespace firwick
