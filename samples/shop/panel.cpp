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

std::string counted(std::size_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + ' ' + std::string(number == 1 ? one : many);
}

std::string text(std::string_view plain) { return escaped(plain); }

std::string sentence(std::string_view plain) {
  std::string out{plain};
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

std::string fact(std::string_view name, std::string_view value) {
  return "<div><dt>" + text(name) + "</dt><dd>" + text(value) + "</dd></div>";
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

std::string facts(const abide::decision& decided, bool observing) {
  const auto& place = *decided.place;
  const std::string_view name = place.code == "ZZ" ? std::string_view("unknown: the strictest rules") : place.name;
  return "<dl class=\"ledger-facts\">" + fact("Place", name) + fact("Rules there", regime_words(place.regime)) +
         fact("Signal", signal_words(decided)) +
         fact("Mode", observing ? "observe: report, remove nothing" : "enforce") + "</dl>";
}

std::string outcome(bool allowed, bool observing, std::string_view passed, std::string_view held) {
  const std::string_view said = allowed ? passed : observing ? std::string_view("would be held back") : held;
  return std::string("<span class=\"outcome ") + (allowed ? "is-passed" : "is-held") + "\">" + text(said) + "</span>";
}

std::string cell(std::string_view label, const std::string& content, std::string_view kind = {}) {
  const std::string name = kind.empty() ? std::string{} : " class=\"" + std::string(kind) + '"';
  return "<td" + name + " data-label=\"" + text(label) + "\">" + content + "</td>";
}

struct row {
  std::string name, category, vendor, outcome, rule, why;
};

std::string table_head(std::string_view first) {
  std::string out = "<thead><tr>";
  for (const std::string_view name : {first, std::string_view("For"), std::string_view("Whose"),
                                      std::string_view("Outcome"), std::string_view("Rule"), std::string_view("Why")})
    out += "<th scope=\"col\">" + text(name) + "</th>";
  return out + "</tr></thead>";
}

std::string table(std::string_view caption, std::string_view first, const std::vector<row>& rows) {
  std::string out = "<table class=\"ledger-table\"><caption>" + text(caption) + "</caption>";
  out += table_head(first) + "<tbody>";
  for (const auto& one : rows)
    out += "<tr><th scope=\"row\"><code>" + text(one.name) + "</code></th>" + cell("For", text(one.category)) +
           cell("Whose", text(one.vendor)) + cell("Outcome", one.outcome) +
           cell("Rule", text(one.rule), "ledger-rule") + cell("Why", text(one.why), "ledger-why") + "</tr>";
  return out + "</tbody></table>";
}

row row_of(const report_item& item, bool observing, std::string_view passed, std::string_view held) {
  const std::string vendor = !item.vendor.empty() ? item.vendor : item.evidence == "rule" ? "undeclared" : "not named";
  return {item.name,
          std::string(abide::to_string(item.category)),
          vendor,
          outcome(item.allowed, observing, passed, held),
          std::string(item.rule),
          sentence(item.why)};
}

/// The scripts and pixels that the layout carries, inert until the gate releases them.
std::vector<row> tags(const abide::decision& decided, bool observing) {
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
                    outcome(verdict.allowed, observing, "released", "left inert"),
                    std::string(abide::to_string(verdict.rule)), sentence(abide::why(decided, verdict))});
  }
  return rows;
}

std::string summary(const items& wanted, bool observing) {
  const auto passed = static_cast<std::size_t>(
      std::count_if(wanted.begin(), wanted.end(), [](const report_item& item) { return item.allowed; }));
  const auto held = wanted.size() - passed;
  std::string out =
      "<summary><span class=\"ledger-title\">What this page wanted to store</span>"
      "<span class=\"ledger-count\">" +
      counted(wanted.size(), "cookie", "cookies");
  out += ": <b class=\"is-passed\">" + (held == 0 ? "all" : std::to_string(passed)) + " let through</b>";
  if (held > 0)
    out += ", <b class=\"is-held\">" + std::to_string(held) + (observing ? " would be" : "") + " held back</b>";
  return out + "</span></summary>";
}

std::vector<row> set_rows(items wanted, bool observing) {
  std::stable_sort(wanted.begin(), wanted.end(),
                   [](const report_item& a, const report_item& b) { return a.category < b.category; });
  std::vector<row> rows;
  for (const auto& item : wanted) rows.push_back(row_of(item, observing, "let through", "held back"));
  return rows;
}

std::string panel(const abide::visit& visit, bool observing) {
  items wanted;
  std::vector<row> hidden;
  for (const auto& item : visit.report())
    if (!item.from_request) wanted.push_back(item);
    else if (!item.allowed) hidden.push_back(row_of(item, observing, "", "hidden"));

  const auto& decided = visit.decision();
  std::string out = "<section class=\"ledger\" lang=\"en\" aria-label=\"What this page wanted to store\"><details>" +
                    summary(wanted, observing);
  out += "<div class=\"ledger-body\" tabindex=\"0\" role=\"group\" aria-label=\"Cookie by cookie\">";
  out += facts(decided, observing);
  out += table("Cookies this response asked for", "Cookie", set_rows(std::move(wanted), observing));
  const std::string_view kept = observing ? "Cookies the browser sent that would be kept from the shop"
                                          : "Cookies the browser sent, kept from the shop";
  if (!hidden.empty()) out += table(kept, "Cookie", hidden);
  out += table("Scripts and pixels on this page", "Tag", tags(decided, observing));
  return out + "</div></details></section>";
}

}  // namespace

bool show_panel(response& answer, const abide::visit& visit, const abide::site& site) {
  const auto at = answer.body().rfind(mark);
  if (at == std::string::npos) return false;
  answer.body().replace(at, mark.size(), panel(visit, site.settings().policy.mode == abide::mode::observe));
  return true;
}

}  // namespace firwick
