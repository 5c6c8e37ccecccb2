// What is inserted into a page, where, and how the page's Content-Security-Policy affects it.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "catch.hpp"
#include "shop.hpp"

using namespace http_test;

namespace {
bool shows_status(const answer& a) { return a.body.find("data-abide-status>") != std::string::npos; }
}  // namespace

TEST_CASE("the notice is first in the body, its styles are last in the head, and the length is right") {
  shop s;
  const answer a = s.get("/");
  CHECK(a.status == 200);
  const std::size_t styles = a.body.find("<style id=\"abide-sheet\">"), head_end = a.body.find("</head>"),
                    notice = a.body.find("data-abide-notice"), heading = a.body.find("<h1>Shop</h1>"),
                    link = a.body.find("<abide-footer><aside class=\"abide abide-footer"), end = a.body.find("</body>");
  REQUIRE(notice != std::string::npos);
  CHECK(styles < head_end);
  CHECK(head_end < notice);
  CHECK(notice < heading);
  CHECK(heading < link);
  CHECK(link < end);
  CHECK(a.all("Content-Length") == std::to_string(a.body.size()));
}

TEST_CASE("the notice is in the page's language, else in the site's first") {
  shop s;
  const auto said = [&](const char* html_tag) {
    s.next = page(std::string("<!doctype html><html") + html_tag + "><head></head><body></body></html>");
    return s.get("/", {{"Accept-Language", "fr"}}).body;
  };
  CHECK(said(" lang=\"de\"").find("Alle ablehnen") != std::string::npos);
  CHECK(said(" lang=\"de-AT\"").find("Alle ablehnen") != std::string::npos);
  for (const char* locale : {" lang=\"de_AT\"", " lang=\"de_AT.UTF-8\"", " lang=\"de_DE@euro\""})
    CHECK(said(locale).find("Alle ablehnen") != std::string::npos);
  CHECK(said(" lang=\"en\"").find("Reject all") != std::string::npos);
  CHECK(said(" lang=\"tlh\"").find("Reject all") != std::string::npos);
  CHECK(said("").find("Reject all") != std::string::npos);
}

TEST_CASE("what is inserted is ASCII, so that it is correct in every charset of a page") {
  shop s;
  s.next = page("<!doctype html><html lang=de><title>x</title>");
  const std::string body = s.get("/").body;
  CHECK(std::all_of(body.begin(), body.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  CHECK(body.find("&#xfc;") != std::string::npos);  // für
}

TEST_CASE("a policy can keep the notice out of pages") {
  shop s({.location = "DE", .policy = R"({"notice": {"insert": false}})"});
  CHECK(s.get("/").body == s.next.body);
}

TEST_CASE("where no consent is needed there is a link and no notice") {
  shop s({.location = "US-CA"});
  const answer a = s.get("/");
  CHECK_FALSE(shows_notice(a));
  CHECK_FALSE(shows_status(a));
  CHECK(a.body.find("Your Privacy Choices") != std::string::npos);
}

TEST_CASE("with Sec-GPC: 1 in California the page says that the request was honored") {  // GPC-29
  shop s({.location = "US-CA"});
  const answer a = s.get("/", {{"Sec-GPC", "1"}});
  CHECK(shows_status(a));
  CHECK(a.body.find("Opt-out request honored") != std::string::npos);
  CHECK_FALSE(shows_notice(a));
}

TEST_CASE("the status is placed at the page's mark") {
  shop s({.location = "US-CA"});
  s.next = page("<html><head></head><body><footer><span data-abide-status></span></footer><p>end</p></body></html>");
  const answer a = s.get("/", {{"Sec-GPC", "1"}});
  CHECK(a.body.find("Opt-out request honored") < a.body.find("</footer>"));
}

TEST_CASE("observe mode does not claim to honour a signal") {
  shop s({.location = "US-CA", .mode = abide::mode::observe});
  const answer a = s.get("/", {{"Sec-GPC", "1"}, {"Cookie", "t=1"}});
  CHECK_FALSE(shows_status(a));
  CHECK(a.set_cookies().empty());
}

TEST_CASE("with a style nonce the styles are inline, so that the page's policy allows them") {
  shop s;
  s.sets({}, {{"Content-Security-Policy", "default-src 'self'; script-src 'nonce-R4nd0m'; style-src 'nonce-R4nd0m'"}});
  CHECK(s.get("/").body.find("<style nonce=\"R4nd0m\" id=\"abide-sheet\">") != std::string::npos);
}

TEST_CASE("a page without a policy has inline styles too: no request delays the first paint") {
  shop s;
  CHECK(s.get("/").body.find("<style id=\"abide-sheet\">") != std::string::npos);
}

TEST_CASE("all of several policies apply: styles that one of them forbids are linked") {
  shop s;
  s.sets({},
         {{"Content-Security-Policy", "style-src 'nonce-R4nd0m'"}, {"Content-Security-Policy", "default-src 'self'"}});
  const std::string body = s.get("/").body;
  CHECK(body.find("<style") == std::string::npos);
  CHECK(body.find("notice.css\">") != std::string::npos);
}

// A shop whose pages load the module; the contents of its files do not matter here.
struct scripted {
  log_folder files;
  scripted() {
    for (const char* name : {"/gate.js", "/abide.mjs"}) std::ofstream(files.folder + name) << "// script\n";
  }
  setting operator()(std::string location) const {
    setting how;
    how.location = std::move(location);
    how.browser_files = files.folder;
    return how;
  }
};

TEST_CASE("what a policy only reports is not printed where it may as well be linked, or gets that policy's nonce") {
  const scripted how;
  shop s(how("DE"));
  const auto body = [&](field_pairs fields) {
    s.sets({}, std::move(fields));
    return s.get("/").body;
  };
  const auto reported = [](const char* policy) {
    return std::pair<std::string, std::string>("Content-Security-Policy-Report-Only", policy);
  };
  const auto enforced = [](const char* policy) {
    return std::pair<std::string, std::string>("Content-Security-Policy", policy);
  };
  const auto has = [](const std::string& text, const char* what) { return text.find(what) != std::string::npos; };

  const std::string linked = body({reported("default-src 'self'")});
  CHECK_FALSE(has(linked, "<style"));
  CHECK(has(linked, "notice.css\">"));
  CHECK_FALSE(has(linked, "// script"));
  CHECK(has(body({reported("script-src 'nonce-n'; style-src 'nonce-n'")}), "<style nonce=\"n\" id=\"abide-sheet\">"));
  CHECK(has(body({reported("script-src 'nonce-n'"), enforced("script-src https: 'unsafe-inline'")}),
            "<script nonce=\"n\">// script"));
  CHECK(has(body({reported("script-src 'self'"), enforced("script-src 'nonce-e'")}), "<script nonce=\"e\">// script"));
  CHECK(has(body({reported("script-src 'self'"), enforced("script-src 'unsafe-inline'")}), "<script>// script"));
}

TEST_CASE("a page with a policy in a <meta> tag gets nothing inline that it could forbid") {
  shop s;
  s.next = page(
      "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'\"></head><body></body></html>");
  const std::string body = s.get("/").body;
  CHECK(body.find("<style") == std::string::npos);
  CHECK(body.find("notice.css\">") != std::string::npos);
}

TEST_CASE("both scripts have the nonce: with 'strict-dynamic' no others run") {
  const scripted how;
  shop s(how("DE"));
  s.sets({}, {{"Content-Security-Policy", "script-src 'nonce-R4nd0m' 'strict-dynamic'; style-src 'nonce-5tyl3'"}});
  const std::string body = s.get("/").body;
  CHECK(body.find("<script nonce=\"R4nd0m\">// script") != std::string::npos);
  CHECK(body.find("<script type=\"module\" nonce=\"R4nd0m\" src=") != std::string::npos);
  CHECK(body.find("<style nonce=\"5tyl3\" id=\"abide-sheet\">") != std::string::npos);
}

namespace {

std::vector<std::string> language_tags() {
  std::vector<std::string> tags;
  for (const auto& file : std::filesystem::directory_iterator(ABIDE_SOURCE_DIR "/middleware/texts"))
    if (file.path().extension() == ".json") tags.push_back(file.path().stem().string());
  return tags;
}

setting in_language(setting how, const std::string& tag) {
  constexpr std::string_view both = R"(["en", "de"])";
  how.policy.replace(how.policy.find(both), both.size(), "[\"" + tag + "\"]");
  return how;
}

std::string without(std::string text, std::string_view part) {
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at)) text.erase(at, part.size());
  return text;
}

}  // namespace

TEST_CASE("in every language, what is inserted has all characters of its texts, and nonces in attributes only") {
  const scripted files;
  const std::vector<std::string> tags = language_tags();
  REQUIRE(tags.size() > 30);
  for (const std::string& tag : tags) {
    CAPTURE(tag);
    shop s(in_language(files("DE"), tag));
    s.next = page(document);
    const std::string plain = s.get("/").body;
    CHECK(plain.find(" lang=\"" + tag + "\"") != std::string::npos);
    CHECK(plain.find("&#xfffd;") == std::string::npos);
    s.next = page(document, {{"Content-Security-Policy", "script-src 'nonce-N'; style-src 'nonce-N'"}});
    CHECK(without(s.get("/").body, " nonce=\"N\"") == plain);
  }
}

TEST_CASE("files have the nonce that one of two policies asks for") {
  const scripted how;
  shop s(how("DE"));
  s.sets({}, {{"Content-Security-Policy", "default-src 'self'"},
              {"Content-Security-Policy", "script-src 'nonce-R4nd0m' 'strict-dynamic'; style-src 'nonce-5tyl3'"}});
  const std::string body = s.get("/").body;
  CHECK(body.find("// script") == std::string::npos);
  CHECK(body.find("<style") == std::string::npos);
  CHECK(body.find("<link rel=\"stylesheet\" nonce=\"5tyl3\" href=") != std::string::npos);
  CHECK(body.find("<script nonce=\"R4nd0m\" src=") != std::string::npos);
  CHECK(body.find("<script type=\"module\" nonce=\"R4nd0m\" src=") != std::string::npos);
}

TEST_CASE("without a script nonce the gate is a file") {
  const scripted how;
  shop s(how("DE"));
  s.sets({}, {{"Content-Security-Policy", "script-src 'self'; style-src 'nonce-5tyl3'"}});
  const std::string body = s.get("/").body;
  CHECK(body.find("// script") == std::string::npos);
  CHECK(body.find("gate.js\"></script>") != std::string::npos);
}

TEST_CASE("a prefetched page has no state in it, since it may be shown after the next choice") {
  const scripted how;
  shop s(how("US-CA"));
  CHECK(s.get("/").body.find("abide-state") != std::string::npos);
  for (const char* purpose : {"prefetch", "prefetch;prerender", "prefetch;anonymous-client-ip"}) {
    CAPTURE(purpose);
    CHECK(s.get("/", {{"Sec-Purpose", purpose}}).body.find("abide-state") == std::string::npos);
  }
  constexpr std::pair<const char*, const char*> others[]{{"Sec-Purpose", "prerender"},
                                                         {"Purpose", "prefetch"},
                                                         {"Purpose", "preview"},
                                                         {"X-Purpose", "preview"},
                                                         {"X-Moz", "prefetch"}};
  for (const auto& [name, value] : others) {
    CAPTURE(name, value);
    CHECK(s.get("/", {{name, value}}).body.find("abide-state") == std::string::npos);
  }
}

TEST_CASE("the notice's form leads back to the page that it is on") {
  shop s;
  const answer a = s.get("/cart?a=1&b=\"2\"");
  CHECK(a.body.find("name=\"return\" value=\"/cart?a=1&amp;b=&quot;2&quot;\"") != std::string::npos);
}

TEST_CASE("a <base> of another host does not redirect any of the inserted links, forms and files") {
  const scripted how;
  setting linked = how("DE");
  linked.policy.replace(linked.policy.find("\"notice\": {"), 11, "\"notice\": {\"policy_url\": \"/privacy\", ");
  shop s(linked);
  const auto with = [&](std::string_view base, field_pairs more = {}) {
    s.next = page("<!doctype html><html><head><title>x</title>" + std::string(base) +
                      "</head><body><a href=\"/consent\">ours</a></body></html>",
                  std::move(more));
    return s.get("/").body;
  };
  for (const char* base : {"<base href=\"https://cdn.example/shop/\">", "<base href=//cdn.example>"}) {
    const std::string body = with(base, {{"Content-Security-Policy", "script-src 'self'"}});
    CAPTURE(body);
    CHECK(body.find("action=\"http://www.shop.example/consent\"") != std::string::npos);
    CHECK(body.find("href=\"http://www.shop.example/consent?return=") != std::string::npos);
    CHECK(body.find("src=\"http://www.shop.example/consent/v-") != std::string::npos);
    CHECK(body.find("href=\"http://www.shop.example/privacy\"") != std::string::npos);
    const std::regex own_path("(href|src|action|content)=\"/");
    CHECK(std::distance(std::sregex_iterator(body.begin(), body.end(), own_path), {}) == 1);  // the page's own link
    CHECK(body.find("abide-footer") != std::string::npos);  // the page's own link leads to another host
  }
  CHECK(with("<base href=\"/shop/\">").find("action=\"/consent\"") != std::string::npos);
  CHECK(with("<base href=\"/shop/\">").find("href=\"/privacy\"") != std::string::npos);
}

TEST_CASE("absolute links have the port that the visitor used") {
  shop s;
  s.next = page("<!doctype html><html><head><base href=//cdn.example></head><body></body></html>");
  CHECK(s.get("/", {{"Host", "www.shop.example:8443"}}).body.find("action=\"http://www.shop.example:8443/consent\"") !=
        std::string::npos);
}
