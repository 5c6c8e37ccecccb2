// The receipt of a visitor's own records.
#include "catch.hpp"
#include "recorded.hpp"

using namespace http_test;

TEST_CASE("a visitor gets a receipt of their own records, and a stranger gets none") {
  log_folder file;
  shop s({.records = file.store()});
  browser b{s};
  CHECK(b.get("/consent/receipt").status == 404);
  CHECK(b.get("/consent").body.find("/consent/receipt") == std::string::npos);
  b.post("choice=accept-all");
  const answer a = b.get("/consent/receipt");
  CHECK(a.status == 200);
  CHECK(a.all("Content-Type") == "application/ld+json");
  CHECK(a.all("Cache-Control") == "no-store");
  CHECK(a.all("Content-Disposition").find("attachment") == 0);
  CHECK(a.body.find(recorded(s, b).at(0).event.id) != std::string::npos);
  CHECK(b.get("/consent").body.find("/consent/receipt") != std::string::npos);
  CHECK(b.send("POST", "/consent/receipt", {}).status == 405);
}

TEST_CASE("a receipt is a readable page with a link to the JSON-LD file") {
  log_folder file;
  shop s({.records = file.store()});
  browser b{s};
  const field_pairs browsing{{"Accept", "text/html,application/xhtml+xml"}};
  CHECK(b.get("/consent/receipt?lang=en", browsing).body.find("Nothing is recorded for this browser.") !=
        std::string::npos);
  b.post("choice=save&grant=analytics");
  const answer page = b.get("/consent/receipt?lang=en", browsing);
  CHECK(page.status == 200);
  CHECK(page.all("Content-Type") == "text/html; charset=utf-8");
  CHECK(page.all("Cache-Control") == "no-store");
  CHECK(page.body.find(recorded(s, b).at(0).event.id) != std::string::npos);
  CHECK(page.body.find("<bdi>Statistics</bdi> <span class=\"abide-mark\">On<") != std::string::npos);
  CHECK(page.body.find("<bdi>Targeted ads</bdi> <span class=\"abide-mark\">Off<") != std::string::npos);
  CHECK(page.body.find("href=\"/consent/receipt?download=1\" download") != std::string::npos);
  CHECK(b.get("/consent/receipt?download=1", browsing).all("Content-Type") == "application/ld+json");
}

TEST_CASE("the receipt leads back to the page from which it was opened, and so does its failure") {
  log_folder file, other;
  shop s({.records = file.store()}), moved({.records = other.store()});
  browser b{s}, visitor{moved};
  b.post("choice=reject-all");
  visitor.jar = b.jar;
  for (browser* each : {&b, &visitor}) {
    const answer page = each->get("/consent/receipt?return=%2Fshop%3Fa%3D1&lang=en", {{"Accept", "text/html"}});
    CHECK(page.body.find("href=\"/shop?a=1\"") != std::string::npos);
    CHECK(page.body.find("return=%2Fshop%3Fa%3D1") != std::string::npos);
  }
}

TEST_CASE("a browser whose records the store does not have is told so") {
  log_folder file, other;
  shop s({.records = file.store()}), moved({.records = other.store()});
  browser b{s}, visitor{moved};
  b.post("choice=save&grant=analytics");
  visitor.jar = b.jar;
  const answer page = visitor.get("/consent/receipt?lang=de", {{"Accept", "text/html"}});
  CHECK(page.status == 404);
  CHECK(page.body.find("Für diesen Browser ist nichts aufgezeichnet.") != std::string::npos);
  CHECK(page.body.find("download") == std::string::npos);
  CHECK(visitor.get("/consent/receipt", {{"Accept", "application/ld+json"}}).status == 404);
}

TEST_CASE("while the store is away a receipt is a page that says so, in the visitor's language") {
  log_folder file;
  shop s({.records = file.store()}), away({.records = "sqlite:/nowhere/at/all/abide.db"});
  browser b{s}, lost{away};
  b.post("choice=save&grant=analytics");
  lost.jar = b.jar;
  const answer page = lost.get("/consent/receipt?lang=en", {{"Accept", "text/html"}});
  CHECK(page.status == 503);
  CHECK(page.all("Content-Type") == "text/html; charset=utf-8");
  CHECK(page.all("Cache-Control") == "no-store");
  CHECK(page.all("Retry-After") == "30");
  CHECK(page.body.find("<h1 class=\"abide-heading\">Your consent receipt</h1>") != std::string::npos);
  CHECK(page.body.find("Please try again in a moment.") != std::string::npos);
  CHECK(lost.get("/consent/receipt", {{"Accept", "application/ld+json"}}).all("Content-Type") ==
        "text/plain; charset=utf-8");
}

TEST_CASE("repeated requests for a receipt are refused, and other visitors get theirs") {
  log_folder file;
  shop s(with_few_choices(file));
  browser b{s}, other{s};
  b.post("choice=reject-all");
  other.post("choice=reject-all");
  unsigned given = 0;
  for (int i = 0; i < 20; ++i) given += b.get("/consent/receipt").status == 200;
  CHECK(given >= 4);
  CHECK(given <= 5);
  const answer refused = b.get("/consent/receipt");
  CHECK(refused.status == 429);
  CHECK(refused.all("Content-Type") == "text/plain; charset=utf-8");
  const answer page = b.get("/consent/receipt?lang=en", {{"Accept", "text/html"}});
  CHECK(page.status == 429);
  CHECK(page.all("Content-Type") == "text/html; charset=utf-8");
  CHECK(page.all("Retry-After") == "60");
  CHECK(page.body.find("Please try again in a moment.") != std::string::npos);
  CHECK(other.get("/consent/receipt").status == 200);
}
