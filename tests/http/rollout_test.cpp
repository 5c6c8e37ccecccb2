// Two versions of a site behind one load balancer, as during every roll-out: each request may reach either.
#include "catch.hpp"
#include "shop.hpp"

using namespace http_test;

namespace {

constexpr std::string_view immutable = "public, max-age=31536000, immutable";

/// The new version's policy has one more cookie.
std::string next_policy() {
  std::string policy(shop_policy);
  return policy.insert(policy.find("{\"name\": \"r\""), R"({"name": "n", "category": "required"}, )");
}

struct balanced {
  shop before, after{{.policy = next_policy()}};
  std::string cookie{};  ///< the visitor's

  std::string chooses(shop& at, std::string_view choice) {
    const std::string field = at.send("POST", "/consent", {{"Cookie", cookie}}, choice).set_cookie("abide");
    return cookie = field.substr(0, field.find(';'));
  }
  bool allows_targeting(shop& at) {
    at.get("/", {{"Cookie", cookie + "; t=1"}});
    return at.cookies_seen().find("t=1") != std::string::npos;
  }
};

}  // namespace

TEST_CASE("a file of the other version is not found, and that answer is not cached") {
  balanced site;
  const std::string old_files = files_of(site.before), new_files = files_of(site.after);
  REQUIRE(old_files != new_files);
  const auto meets = [](shop& at, const std::string& file) {
    const answer got = at.get(file);
    return std::to_string(got.status) + " " + got.all("Cache-Control");
  };
  for (const std::string name : {"notice.css", "policy.json"}) {
    CHECK(meets(site.before, old_files + name) == "200 " + std::string(immutable));
    CHECK(meets(site.after, new_files + name) == "200 " + std::string(immutable));
    CHECK(meets(site.before, new_files + name) == "404 no-store");
    CHECK(meets(site.after, old_files + name) == "404 no-store");
  }
}

TEST_CASE("each version honours what the other saved") {
  balanced site;
  site.chooses(site.before, "choice=accept-all");
  CHECK(site.allows_targeting(site.before));
  CHECK(site.allows_targeting(site.after));
  site.chooses(site.after, "choice=reject-all");
  CHECK_FALSE(site.allows_targeting(site.after));
  CHECK_FALSE(site.allows_targeting(site.before));
  site.chooses(site.after, "choice=accept-all");
  CHECK(site.allows_targeting(site.before));
}
