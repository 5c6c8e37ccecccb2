// The notice, the status line and the preference page.
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/embedded.hpp"
#include "catch.hpp"
#include "pages/notice.hpp"
#include "pages/preferences.hpp"
#include "pages/template.hpp"
#include "policy/texts.hpp"

namespace {

using abide::category;
using abide::choice;

constexpr std::int64_t now = 1795348800;  // 2026-11-22
constexpr std::int64_t yesterday = now - 86400;

constexpr std::array<abide::cookie_rule, 5> cookies{{{"cart", "", "", category::required, false},
                                                     {"_ga*", "", "Google Analytics", category::analytics, false},
                                                     {"_hj*", "", "Hotjar", category::analytics, true},
                                                     {"size", "", "", category::functional, false},
                                                     {"uid", "", "Ads Inc", category::targeting, true}}};

/// A visitor in some place, and everything that a page is made from.
struct scene {
  explicit scene(std::string_view where) : place(where) {
    settings.site_name = "Example Shop";
    settings.contact = "privacy@shop.example";
    settings.policy.cookies = cookies.data();
    settings.policy.cookie_count = cookies.size();
  }

  const abide::detail::page_model& model() {
    abide::visitor visitor;
    visitor.known = chosen.has_value();
    const abide::record* record = chosen ? &*chosen : nullptr;
    decision = abide::decide(settings.policy, signals, abide::find_jurisdiction(place, now), record, visitor, now);
    page.settings = &settings;
    page.decision = &decision;
    page.chosen = record;
    page.now = now;
    return page;
  }

  void choose(choice analytics, choice functional, choice targeting) {
    chosen = abide::record{};
    chosen->choices = {choice::none, analytics, functional, targeting};
    chosen->time = yesterday;
    chosen->notice = settings.policy.notice_version;
  }

  std::string_view place;
  abide::config settings;
  abide::signals signals;
  std::optional<abide::record> chosen;
  abide::decision decision;
  abide::detail::page_model page;
};

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// The first tag that contains `mark`, from its `<` to its `>`.
std::string tag_with(std::string_view html, std::string_view mark) {
  const auto at = html.find(mark);
  if (at == std::string_view::npos) return {};
  const auto open = html.rfind('<', at);
  return std::string(html.substr(open, html.find('>', at) - open + 1));
}

std::string box(std::string_view html, std::string_view name) {
  return tag_with(html, "id=\"abide-" + std::string(name) + "\"");
}

bool is_ticked(std::string_view tag) { return has(tag, " checked"); }

/// Whether there is a status line with text.
bool tells(std::string_view status) { return has(status, "data-abide-status>"); }

/// A button as the style sheet sees it: its tag without the value that it posts.
std::string look(std::string_view html, std::string_view value) {
  std::string tag = tag_with(html, "value=\"" + std::string(value) + "\"");
  const auto at = tag.find(" value=");
  return tag.substr(0, at);
}

}  // namespace

TEST_CASE("a value is only text, whatever it contains") {
  CHECK(abide::detail::escaped("<script>\"&'") == "&lt;script&gt;&quot;&amp;&#39;");
  scene s("DE");
  s.settings.site_name = "<script>alert(1)</script>";
  s.settings.contact = "\"><img src=x>@x";
  s.page.return_path = "/a?b=\"><script>";
  for (const std::string& page :
       {abide::detail::render_notice(s.model()), abide::detail::render_preferences(s.model())}) {
    CHECK_FALSE(has(page, "<script"));
    CHECK_FALSE(has(page, "<img"));
    CHECK(has(page, "&lt;script&gt;alert(1)"));
  }
}

TEST_CASE("a template escapes values, shows sections by value, and takes texts by key") {
  const auto& english = abide::detail::texts::built_in().in("en");
  const std::array<abide::detail::value, 3> values{{{"a", "<"}, {"site", "\"Shop\""}, {"none", ""}}};
  std::string out;
  abide::detail::fill(out, "{{a}}{{{a}}}{{#a}}[{{#none}}no{{/none}}yes]{{/a}}{{^a}}no{{/a}}{{^none}}!{{/none}}",
                      english, values);
  CHECK(out == "&lt;<[yes]!");
  out.clear();
  abide::detail::fill(out, "{{:about.responsible}}", english, values);
  CHECK(out == "Responsible: &quot;Shop&quot;");
}

TEST_CASE("the way back leads only to this site") {
  CHECK(abide::detail::local_path("/cart?size=2") == "/cart?size=2");
  for (const std::string_view path : {"", "//evil.example", "/\\evil.example", "https://evil.example", "cart",
                                      "/\t/evil.example", "/a\r\nb", "javascript:alert(1)"})
    CHECK(abide::detail::local_path(path) == "/");
  CHECK(abide::detail::url_encoded("/a?b=ü&c") == "%2Fa%3Fb%3D%C3%BC%26c");
}

TEST_CASE("the banner is shown where consent is asked for, and nowhere else") {
  scene germany("DE"), california("US-CA"), nowhere("");
  CHECK(has(abide::detail::render_notice(germany.model()), "data-abide-notice"));
  CHECK(has(abide::detail::render_notice(nowhere.model()), "data-abide-notice"));
  CHECK(abide::detail::render_notice(california.model()).empty());
  germany.choose(choice::denied, choice::denied, choice::denied);
  CHECK(abide::detail::render_notice(germany.model()).empty());
}

TEST_CASE("the banner needs no script: a form, both choices, a link to the settings (UX02, UX11, UX13)") {
  scene s("DE");
  s.page.return_path = "/bowls?colour=blue";
  const std::string html = abide::detail::render_notice(s.model());
  CHECK(has(html, "<form class=\"abide-ask\" method=\"post\" target=\"_self\" action=\"/consent\" data-abide-form>"));
  CHECK(has(html, "name=\"return\" value=\"/bowls?colour=blue\""));
  CHECK(has(html, "href=\"/consent?return=%2Fbowls%3Fcolour%3Dblue&amp;lang=en\""));
  CHECK(has(html, "Example Shop"));
  CHECK(has(html, "statistics, preferences and targeted ads"));
  CHECK_FALSE(has(html, "<script"));
}

TEST_CASE("refusing looks exactly like accepting, on both layers (UX04)") {
  scene s("DE");
  for (const std::string& html :
       {abide::detail::render_notice(s.model()), abide::detail::render_preferences(s.model())}) {
    const std::string accept = look(html, "accept-all"), reject = look(html, "reject-all");
    CHECK(has(accept, "<button"));
    CHECK(accept == reject);
  }
}

TEST_CASE("no page contains an inline style or script") {
  scene s("US-CA");
  s.signals.gpc = true;
  s.page.insert_settings_link = true;
  s.page.css_url = "/consent/abide.css?v=1";
  for (const std::string& html : {abide::detail::render_preferences(s.model()), abide::detail::render_status(s.model()),
                                  abide::detail::render_link(s.model()), abide::detail::render_styles(s.model())}) {
    CHECK_FALSE(html.empty());
    CHECK_FALSE(has(html, " style="));
    CHECK_FALSE(has(html, "<style"));
    CHECK_FALSE(has(html, "<script"));
  }
  CHECK(abide::detail::render_styles(s.page) == "<link rel=\"stylesheet\" href=\"/consent/abide.css?v=1\">\n");
  s.page.styles = {true, "n\"1"};
  CHECK(has(abide::detail::render_styles(s.page), "<style nonce=\"n&quot;1\" id=\"abide-sheet\">"));
  s.page.styles = {};
  CHECK(has(abide::detail::render_styles(s.page), "<style id=\"abide-sheet\">"));
}

TEST_CASE("with opt-in no box is ticked before a choice (UX06)") {
  for (const std::string_view place : {"DE", "FR", "BR", "CA-QC", ""}) {
    scene s(place);
    const std::string html = abide::detail::render_preferences(s.model());
    for (const std::string_view name : {"analytics", "functional", "targeting"}) {
      CHECK(has(box(html, name), "name=\"grant\""));
      CHECK_FALSE(is_ticked(box(html, name)));
    }
    CHECK(is_ticked(box(html, "required")));
  }
}

TEST_CASE("the settings show the stored state and its date (UX17)") {
  scene s("DE");
  s.choose(choice::granted, choice::denied, choice::none);
  s.page.saved = true;
  const std::string html = abide::detail::render_preferences(s.model());
  CHECK(is_ticked(box(html, "analytics")));
  CHECK_FALSE(is_ticked(box(html, "functional")));
  CHECK(has(html, "On: your choice of November 21, 2026."));
  CHECK(has(html, "Off: your choice of November 21, 2026."));
  CHECK(has(html, "Your choice is saved."));
}

TEST_CASE("a box that is on by default keeps the state, and never grants") {
  scene s("US-CA");
  const std::string html = abide::detail::render_preferences(s.model());
  for (const std::string_view name : {"analytics", "functional", "targeting"}) {
    CHECK(is_ticked(box(html, name)));
    CHECK(has(box(html, name), "name=\"keep\""));
  }
  CHECK_FALSE(has(html, "name=\"grant\""));
}

TEST_CASE("an opt-out place has one button that opts out, until the visitor has opted out (UX05, UX27)") {
  scene s("US-CA");
  std::string html = abide::detail::render_preferences(s.model());
  CHECK(has(html, "<h1 class=\"abide-heading\">Your privacy choices</h1>"));
  CHECK(has(html, "value=\"opt-out\">Opt out of sale, sharing and targeted ads</button>"));
  s.choose(choice::none, choice::none, choice::denied);
  s.chosen->sticky_since = yesterday;
  html = abide::detail::render_preferences(s.model());
  CHECK_FALSE(has(html, "value=\"opt-out\""));
  CHECK(has(html, "You are opted out of sale, sharing and targeted ads"));
  CHECK(has(html, "Cookies marked “Data sold or shared” stay off: you opted out."));
}

TEST_CASE("an opt-in place has cookie settings and no opt-out button") {
  scene s("DE");
  const std::string html = abide::detail::render_preferences(s.model());
  CHECK(has(html, "<h1 class=\"abide-heading\">Cookie settings</h1>"));
  CHECK_FALSE(has(html, "value=\"opt-out\""));
  CHECK(has(html, "Rules applied: Germany. Optional cookies are used only after you allow them."));
}

TEST_CASE("GPC is shown as a status, and as the reason for what it switches off (UX31, GPC-29)") {
  scene s("US-CA");
  CHECK_FALSE(tells(abide::detail::render_status(s.model())));
  s.signals.gpc = true;
  const std::string status = abide::detail::render_status(s.model());
  CHECK(tells(status));
  CHECK(has(status, "role=\"status\""));
  CHECK(has(status, "Opt-out request honored"));
  CHECK(has(status, "Your browser sends Global Privacy Control"));
  const std::string html = abide::detail::render_preferences(s.model());
  CHECK(has(html, status));
  CHECK(has(html, "Off: your browser sends Global Privacy Control."));
  CHECK(has(box(html, "targeting"), " disabled"));
  CHECK_FALSE(is_ticked(box(html, "targeting")));
  CHECK(is_ticked(box(html, "analytics")));
  CHECK(has(html, "Cookies marked “Data sold or shared” stay off: your browser sends Global Privacy Control."));
  CHECK(abide::detail::render_notice(s.model()).empty());
}

TEST_CASE("with GPC the banner asks only for what the signal does not cover") {
  scene s("DE");
  s.signals.gpc = true;
  const std::string html = abide::detail::render_notice(s.model());
  CHECK(has(html, "cookies for statistics and preferences."));
  CHECK(has(html, "stay off in any case: your browser sends Global Privacy Control."));
}

TEST_CASE("an objection by Do Not Track is named as such") {
  scene s("DE");
  s.signals.dnt = abide::dnt_value::one;
  CHECK(has(abide::detail::render_status(s.model()), "Your browser sends Do Not Track"));
  CHECK(has(abide::detail::render_preferences(s.model()), "Off: your browser sends Do Not Track."));
}

TEST_CASE("the informed exception is offered on the settings page only, unticked, and not under a strict policy") {
  scene s("US-CA");
  s.signals.gpc = true;
  CHECK_FALSE(has(abide::detail::render_preferences(s.model()), "name=\"exception\""));  // a first page view
  s.chosen = abide::record{};
  s.chosen->sticky_since = 1;
  const std::string field = "name=\"exception\" value=\"targeting\"";
  const std::string html = abide::detail::render_preferences(s.model());
  CHECK(has(html, field));
  CHECK_FALSE(is_ticked(tag_with(html, field)));
  s.settings.policy.exception = abide::exception_policy::never;
  CHECK_FALSE(has(abide::detail::render_preferences(s.model()), "name=\"exception\""));
}

TEST_CASE("a signal overridden by an informed choice is not called honoured") {
  scene s("US-CA");
  s.signals.gpc = true;
  s.choose(choice::none, choice::none, choice::granted);
  abide::category_set targeting;
  targeting.insert(category::targeting);
  s.chosen->exception = abide::informed_exception{targeting, yesterday};
  const std::string status = abide::detail::render_status(s.model());
  CHECK_FALSE(has(status, "honored"));
  CHECK(has(status, "On November 21, 2026 you allowed targeted ads on this site."));
  const std::string html = abide::detail::render_preferences(s.model());
  CHECK(is_ticked(box(html, "targeting")));
  CHECK(has(box(html, "targeting"), "name=\"exception\""));
}

TEST_CASE("in observe mode a site does not claim to honour a signal") {
  scene s("US-CA");
  s.signals.gpc = true;
  s.settings.policy.mode = abide::mode::observe;
  CHECK(abide::detail::render_status(s.model()).empty());
}

TEST_CASE("cookies exempt from consent are on, and one switch objects to them") {
  const std::array<abide::exemption, 1> exemptions{{{"GB", abide::exempt_purpose::statistical, "_ga*"}}};
  scene s("GB");
  s.settings.policy.exemptions = exemptions.data();
  s.settings.policy.exemption_count = exemptions.size();
  std::string html = abide::detail::render_preferences(s.model());
  CHECK(is_ticked(box(html, "analytics")));
  CHECK(has(box(html, "analytics"), "name=\"keep\""));
  CHECK(has(html, "Switch it off to object."));
  CHECK(has(html, "name=\"grant\" value=\"analytics\""));  // the category's other cookies still need consent
  CHECK(has(abide::detail::render_notice(s.model()), "Visits are counted without consent"));
  s.choose(choice::none, choice::denied, choice::denied);
  CHECK(has(abide::detail::render_status(s.model()), "data-abide-when=\"exempt\">Object</button>"));
  s.choose(choice::denied, choice::denied, choice::denied);
  CHECK_FALSE(tells(abide::detail::render_status(s.model())));
  CHECK_FALSE(is_ticked(box(abide::detail::render_preferences(s.model()), "analytics")));
}

TEST_CASE("every declared cookie is listed with its vendor and whether its data is shared (UX11)") {
  scene s("DE");
  const std::string html = abide::detail::render_preferences(s.model());
  for (const abide::cookie_rule& rule : cookies)
    CHECK(has(html, "<code dir=\"ltr\">" + std::string(rule.name) + "</code>"));
  CHECK(has(html, "<code dir=\"ltr\">abide</code> <span><bdi>Example Shop</bdi> · 395 days</span>"));
  CHECK(has(html, "<span><bdi>Hotjar</bdi></span> <span class=\"abide-mark\">Data sold or shared</span>"));
  CHECK(has(html, "href=\"mailto:privacy@shop.example\""));
}

TEST_CASE("the permanent link is named as the place's law demands") {
  scene germany("DE"), california("US-CA");
  CHECK(abide::detail::render_link(germany.model()).empty());
  germany.page.insert_settings_link = california.page.insert_settings_link = true;
  CHECK(has(abide::detail::render_link(germany.model()), "Cookie settings</a>"));
  CHECK(has(abide::detail::render_link(california.model()), "Your Privacy Choices</a>"));
  CHECK(has(abide::detail::render_link(california.model()), "<svg"));
}

TEST_CASE("every language has every text, and no page shows a bare key or an empty place") {
  for (const auto& language : abide::detail::texts::built_in().languages()) {
    for (const std::string_view place : {"DE", "US-CA", "JP", ""}) {
      for (const bool gpc : {false, true}) {
        scene s(place);
        s.signals.gpc = gpc;
        s.page.language = language.tag();
        s.page.saved = true;
        s.page.insert_settings_link = true;
        for (const std::string& html :
             {abide::detail::render_notice(s.model()), abide::detail::render_status(s.model()),
              abide::detail::render_link(s.model()), abide::detail::render_preferences(s.model())}) {
          CHECK_FALSE(has(html, "{"));
          CHECK_FALSE(has(html, "}"));
          for (const std::string_view empty : {"></label>", "></button>", "></summary>", "></h1>"}) {
            CAPTURE(html, empty);
            CHECK_FALSE(has(html, empty));
          }
        }
        CHECK(has(abide::detail::render_preferences(s.model()), "lang=\"" + std::string(language.tag()) + "\""));
      }
    }
  }
}

TEST_CASE("German is available, and English replaces missing languages") {
  scene s("DE");
  s.page.language = "de-AT";
  CHECK(has(abide::detail::render_notice(s.model()), "Alle ablehnen"));
  CHECK(has(abide::detail::render_preferences(s.model()), "Angewandte Regeln: Deutschland."));
  s.choose(choice::granted, choice::denied, choice::denied);
  CHECK(has(abide::detail::render_preferences(s.model()), "Ihre letzte Wahl: 21. November 2026."));
  s.page.language = "tlh";
  CHECK(has(abide::detail::render_preferences(s.model()), "<html class=\"abide abide-root\" lang=\"en\""));
  CHECK(abide::detail::texts::built_in().has_language("DE-ch"));
  CHECK_FALSE(abide::detail::texts::built_in().has_language("tlh"));
}

TEST_CASE("the style sheet stays small, and its version is its content's") {
  const abide::detail::embedded_file* css = abide::detail::embedded("notice.css");
  REQUIRE(css);
  CHECK(css->hash.size() == 12);
  CHECK(css->bytes.size() < 8500);
  CHECK_FALSE(has(css->bytes, "/*"));
  CHECK_FALSE(has(css->bytes, "http"));
  CHECK_FALSE(abide::detail::embedded("no such file"));
}
