#include <algorithm>
#include <fstream>
#include <map>

#include "catch.hpp"
#include "words.hpp"

using namespace abide;

namespace {

struct line {
  std::string name, host, vendor;
  category purpose;
  bool shared;
  int confidence;
};

std::vector<line> lines_of_source() {
  std::ifstream in(ABIDE_SOURCE_DIR "/sdk/data/catalog.tsv");
  std::vector<line> lines;
  for (std::string text; std::getline(in, text);) {
    if (text.empty() || text.front() == '#' || text.rfind("name\t", 0) == 0) continue;
    std::vector<std::string> cells{""};
    for (const char c : text)
      if (c == '\t') cells.emplace_back();
      else cells.back() += c;
    lines.push_back({cells.at(0), cells.at(1), cells.at(5), parse_category(cells.at(2)).value(), cells.at(3) == "1",
                     std::stoi(cells.at(4))});
  }
  return lines;
}

std::string without_star(std::string name, const char* instead) {
  const std::size_t star = name.find('*');
  return star == std::string::npos ? name : name.replace(star, 1, instead);
}

std::string plain_host(const std::string& rule) { return !rule.empty() && rule.front() == '.' ? rule.substr(1) : rule; }

bool says(const classification& found, const line& l) {
  return found.category == l.purpose && found.shared == l.shared && found.confidence == l.confidence &&
         found.vendor == l.vendor;
}

// A line with a host whose name is not covered by a line without one.
line only_with_a_host() {
  for (const line& l : lines_of_source()) {
    classification found;
    if (l.host.rfind('.', 0) == 0 && l.name.find('*') == std::string::npos && !look_up(l.name, "shop.example", found))
      return l;
  }
  return {};
}

classification known(std::string_view name, std::string_view host = {}) {
  classification found;
  REQUIRE(look_up(name, host, found));
  return found;
}

}  // namespace

TEST_CASE("well-known cookies are found by their exact name") {
  CHECK(known("_fbp").category == category::targeting);
  CHECK(known("_fbp").vendor == "Meta");
  CHECK(known("_fbp").from == evidence::catalog);
  CHECK(known("PHPSESSID").category == category::required);
  CHECK_FALSE(known("PHPSESSID").shared);
  CHECK(known("_ga").category == category::analytics);
  CHECK(known("_ga").shared);
  CHECK(known("__cf_bm").vendor == "Cloudflare");
}

TEST_CASE("a pattern is found by the text around its star, and an exact name takes precedence") {
  CHECK(known("_ga_ABC123").vendor == "Google Analytics");
  CHECK(known("_ga_ABC123").from == evidence::pattern);
  CHECK(known("_pk_id.1.abcd").vendor == "Matomo");
  CHECK(known("mp_anything").category == category::analytics);
  CHECK(known("mp_globalcart").category == category::required);
}

TEST_CASE("the beginning of a vendor's name counts more than a common ending, however long that is") {
  CHECK(known("mautic_shop_session_id").category == category::targeting);
  CHECK(known("truste.eu.cookie.notice_preferences").vendor == "TrustArc");
  CHECK(known("marketing_of_shop_consent").category == category::required);  // the ending is surer here
}

TEST_CASE("a name in another letter case is found with less confidence") {
  CHECK(known("phpsessid").category == category::required);
  CHECK(known("phpsessid").confidence < known("PHPSESSID").confidence);
  CHECK(known("_FBP").vendor == "Meta");
  CHECK(known("_FBP").confidence < known("_fbp").confidence);
  CHECK(known("OPTANONCONSENT").vendor == known("OptanonConsent").vendor);
  CHECK(known("Cookieyes-Consent").category == category::required);
}

TEST_CASE("a name is found without its prefix, its escapes and a random ending") {
  for (const char* name : {"__Secure-PHPSESSID", "__Host-PHPSESSID", "phpsessid_0f3a99c2", "PHPSESSID-1234",
                           "PHPSESSID_<id>", "PHPSESSID_3f2504e0-4f89-11d3-9a0c-0305e82c3301", "PHP%53ESSID"}) {
    CAPTURE(name);
    CHECK(known(name).category == category::required);
    CHECK(known(name).confidence < known("PHPSESSID").confidence);
  }
  for (const char* prefix : {"__Secure-", "__Host-", "__Http-", "__Host-Http-", "__HOST-HTTP-"})
    CHECK(known(std::string(prefix).append("_ga")).vendor == "Google Analytics");
  CHECK(known("ajs%3Acookies").vendor == "Segment");
  classification found;
  for (const char* name : {"__Secure-", "%", "%zz%4", "____", "12345", "-", "xxxx", "%00%ff"})
    CHECK_FALSE(look_up(name, "", found));
}

TEST_CASE("a third party's host covers all hosts below it") {
  classification found;
  REQUIRE(look_up_host("criteo.com", found));
  CHECK(found.category == category::targeting);
  CHECK(found.from == evidence::host);
  REQUIRE(look_up_host("sync.eu.criteo.com", found));
  CHECK(found.vendor == "Criteo");
  CHECK_FALSE(look_up_host("notcriteo.com", found));
  CHECK_FALSE(look_up_host("", found));
  CHECK_FALSE(look_up_host("com", found));
  CHECK_FALSE(look_up_host(".", found));
  CHECK_FALSE(look_up_host(std::string(300, 'a') + ".criteo.com", found));
}

TEST_CASE("every line of the host table is found, and so are hosts below it") {
  std::ifstream in(ABIDE_SOURCE_DIR "/sdk/data/hosts.tsv");
  std::size_t checked = 0;
  for (std::string text; std::getline(in, text);) {
    if (text.empty() || text.front() == '#' || text.rfind("host\t", 0) == 0) continue;
    const std::string host = text.substr(0, text.find('\t'));
    classification found, below;
    if (!look_up_host(host, found) || !look_up_host("x9." + host, below) || found.vendor != below.vendor) FAIL(host);
    if (text.find("\t" + std::string(to_string(found.category)) + "\t") == std::string::npos) FAIL(text);
    ++checked;
  }
  CHECK(checked == catalog().hosts);
  CHECK(checked > 2000);
}

TEST_CASE("of name and third-party host the one with more confidence decides, so security cookies win over the host") {
  const auto third_party = [](std::string_view name, std::string_view host) {
    classification found;
    REQUIRE(look_up_third_party(name, host, found));
    return found;
  };
  CHECK(third_party("__cf_bm", "ads.criteo.com").vendor == "Cloudflare");
  CHECK(third_party("AWSALB", "adnxs.com").category == category::required);
  CHECK(third_party("zz_unknown", "gum.criteo.com").from == evidence::host);
  CHECK(third_party("_ga", "shop.example").from == evidence::catalog);
  CHECK(third_party("lang", "adnxs.com").category == category::targeting);
  CHECK(third_party("LSID", "sync.google.com").from != evidence::host);
}

TEST_CASE("an entry with a host needs that host, and takes precedence there") {
  classification found;
  const line narrowed = only_with_a_host();
  CAPTURE(narrowed.name, narrowed.host);
  const std::string host = plain_host(narrowed.host);
  CHECK(look_up(narrowed.name, host, found));
  CHECK(look_up(narrowed.name, "cdn." + host, found));
  CHECK_FALSE(look_up(narrowed.name, "shop.example", found));
  CHECK_FALSE(look_up(narrowed.name, "not" + host, found));
  CHECK_FALSE(look_up(narrowed.name, host + ".evil.example", found));
  CHECK(known("LSID", "google.com").vendor == "Google");
  CHECK(known("LSID", "sync.google.com").vendor == "Google");
  CHECK(known("LSID", "SYNC.Google.com").vendor == "Google");
  CHECK(known("JSESSIONID", "shop.example").category == category::required);
  CHECK(known("JSESSIONID", "bam.nr-data.net").category == category::analytics);
}

TEST_CASE(
    "if the setting host is unknown, a name has the class it has on all hosts known for it, but is never required") {
  const policy strict;
  CHECK(classify(strict, {"uids", "", false}).from == evidence::catalog);
  CHECK(classify(strict, {"uids", "", false}).confidence < classify(strict, {"uids", "adnxs.com", false}).confidence);
  CHECK(classify(strict, {"uids", "shop.example", false}).from == evidence::rule);
  CHECK(classify(strict, {"t", "", false}).category == category::targeting);
  classification found;
  CHECK_FALSE(look_up("uids", "", found));
}

TEST_CASE("an unknown name leaves the result unchanged") {
  classification found{category::functional, false, 7, evidence::host, "before"};
  for (const std::string& name : {std::string(), std::string("no such cookie"), std::string(256, '_'),
                                  std::string("\0", 1), std::string(300, 'a')}) {
    CHECK_FALSE(look_up(name, "", found));
    CHECK(found.vendor == "before");
    CHECK(found.confidence == 7);
  }
}

TEST_CASE("every exact line of the source data is found as written") {
  const auto lines = lines_of_source();
  REQUIRE(lines.size() > 5000);
  CHECK(catalog().entries >= lines.size() - 10);
  std::multimap<std::string, const line*> by_name;
  for (const line& l : lines) by_name.emplace(l.name, &l);
  std::size_t checked = 0;
  for (const line& l : lines) {
    if (l.name.find('*') != std::string::npos) continue;
    classification found;
    const std::string host = plain_host(l.host);
    if (!look_up(l.name, host, found)) FAIL("not found: " << l.name << " at " << l.host);
    // Another line with the same name may have a host that matches too.
    bool told = false;
    const auto [first, last] = by_name.equal_range(l.name);
    for (auto at = first; at != last; ++at)
      told = told || (host_matches(at->second->host, host) && says(found, *at->second) &&
                      (!at->second->host.empty() || l.host.empty()));
    if (!told) FAIL(l.name << " at '" << l.host << "' is " << found.category << " of " << found.vendor);
    ++checked;
  }
  CHECK(checked > 4000);
}

TEST_CASE("every pattern of the source data matches a name made from it") {
  std::size_t checked = 0;
  for (const line& l : lines_of_source()) {
    if (l.name.find('*') == std::string::npos) continue;
    classification found;
    for (const char* instead : {"", "~9z~"})
      if (!look_up(without_star(l.name, instead), plain_host(l.host), found) && without_star(l.name, instead) != "")
        FAIL("not found: " << l.name << " at " << l.host);
    ++checked;
  }
  CHECK(checked > 500);
}

TEST_CASE("look-ups agree with a line-by-line search of the source data") {
  const auto lines = lines_of_source();
  // The lines that may answer: exact ones, those with a host first; else the patterns with the longest head or those
  // with the longest tail, whichever have more confidence.
  const auto may_answer = [&](const std::string& name, const std::string& host) {
    std::vector<const line*> exact, patterns;
    std::size_t head = 0, tail = 0;
    const auto star = [](const line& l) { return l.name.find('*'); };
    for (const line& l : lines) {
      if (!name_matches(l.name, name) || !host_matches(l.host, host)) continue;
      (star(l) == std::string::npos ? exact : patterns).push_back(&l);
      if (star(l) == 0) tail = std::max(tail, l.name.size() - 1);
      else if (star(l) != std::string::npos) head = std::max(head, star(l));
    }
    const bool narrowed = std::any_of(exact.begin(), exact.end(), [](const line* l) { return !l->host.empty(); });
    if (narrowed) std::erase_if(exact, [](const line* l) { return l->host.empty(); });
    if (!exact.empty()) return exact;
    std::vector<const line*> heads, tails;
    for (const line* l : patterns) {
      if (star(*l) != 0 && star(*l) == head) heads.push_back(l);
      if (star(*l) == 0 && l->name.size() == tail + 1) tails.push_back(l);
    }
    if (heads.empty() || tails.empty()) return heads.empty() ? tails : heads;
    const auto less_sure = [](const line* a, const line* b) { return a->confidence < b->confidence; };
    const int of_heads = (*std::max_element(heads.begin(), heads.end(), less_sure))->confidence;
    const int of_tails = (*std::max_element(tails.begin(), tails.end(), less_sure))->confidence;
    if (of_tails < of_heads) return heads;
    if (of_tails == of_heads) heads.insert(heads.end(), tails.begin(), tails.end());
    return of_tails == of_heads ? heads : tails;
  };
  std::size_t checked = 0;
  for (std::size_t i = 0; i < lines.size(); i += 17) {
    const line& l = lines[i];
    for (const std::string& name :
         {without_star(l.name, ""), without_star(l.name, "~9z~"), without_star(l.name, "") + "_1", "x" + l.name})
      for (const std::string& host : {std::string(), plain_host(l.host)}) {
        const auto expected = may_answer(name, host);
        classification found;
        const bool is_known = look_up(name, host, found);
        if (expected.empty()) continue;  // may be found by its normal form
        const bool by_words = is_known && found.from == evidence::pattern && found.category != category::required &&
                              expected.front()->purpose == category::required;
        if (by_words) continue;  // the words within the name identify the vendor
        if (is_known != !expected.empty()) FAIL(name << " at '" << host << "' is " << (is_known ? "known" : "unknown"));
        if (is_known &&
            std::none_of(expected.begin(), expected.end(), [&](const line* each) { return says(found, *each); }))
          FAIL(name << " at '" << host << "' is " << found.category << " of " << found.vendor << ", expected "
                    << expected.front()->name << " of " << expected.front()->vendor);
        ++checked;
      }
  }
  CHECK(checked > 2000);
}

TEST_CASE("no name of a tracking vendor becomes required because of its beginning or ending") {
  // Skips vendors named like everyday words, which identify no vendor. A name that begins like another vendor's
  // security cookies belongs to that vendor.
  const std::string everyday =
      " 1cbitrix acoustic afb ahoy akamaimpulse amazon ambassador amnet amx apollo atlas basis blue cj "
      "cloudflarezaraz constructor convert cordial duda emx evolution g2 godaddy hull hybrid "
      "iabtechlabtrustedserver ibm insider iqm kakao keen koala line lucid microsoft mrp naver pimcore "
      "qualified rule run salesforcemarketingcloudpersonalization split tail tencent terminus thrive tilda "
      "tune uxs vercel vero vk x ";
  struct count {
    int tracks = 0, serves = 0;
  };
  std::map<std::string, count> vendors;
  for (const line& l : lines_of_source()) {
    count& of = vendors[l.vendor];
    const bool tracks = l.purpose == category::targeting || l.purpose == category::analytics;
    ++(tracks ? of.tracks : of.serves);
  }
  std::size_t checked = 0;
  std::string leaks;
  for (const auto& [vendor, of] : vendors) {
    if (vendor.empty() || vendor == "First party" || of.tracks < of.serves || of.tracks == 0) continue;
    std::string joined;
    for (const char c : vendor.substr(0, vendor.find(" ("))) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (letter) joined += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    if (everyday.find(" " + joined + " ") != std::string::npos) continue;
    for (const char* end :
         {"_session_id", "_session", "-session", "_key", "-session-id", "SessionId", "_sessid", "_token", "_auth_token",
          "_access_token", "_csrf", "_csrf_token", "_jwt", "_sso", "_nonce", "_cart_id"})
      for (const std::string& name : {joined + end, "_" + joined + end, "my_" + joined + end, "session_" + joined}) {
        classification found;
        if (look_up(name, "", found) && found.category == category::required && found.from == evidence::pattern)
          leaks += name + ' ';
        ++checked;
      }
  }
  CHECK(checked > 20000);
  CHECK(leaks.substr(0, 400) == "");
}

TEST_CASE("the sessions of well-known software are required, also where its name is the application's") {
  for (const char* name :
       {"grafana_session", "authelia_session", "authentik_session", "flarum_session", "MMAUTHTOKEN", "i_like_gitea",
        "metabase.SESSION", "zbx_session", "PVEAuthCookie", "OSTSESSID", "_zammad_session_0a1b2c", "my_blog_session",
        "my-blog-session", "_my_blog_key", "_my_blog_session"}) {
    INFO(name);
    CHECK(known(name).category == category::required);
    CHECK(known(name).confidence > 60);
  }
  for (const char* name : {"ai_session", "fs_session", "_hjSession_1", "_my_hotjar_session"}) {
    INFO(name);
    CHECK(known(name).category != category::required);
  }
}

TEST_CASE("words within a name identify the vendor, but a stored refusal stays required") {
  for (const char* name : {"ad_session_id", "adSessionId", "mixpanel_session_id", "sess_hotjar",
                           "shop_tracking_auth_token", "hubspot_csrf", "facebook_access_token"}) {
    CAPTURE(name);
    CHECK(known(name).category != category::required);
    CHECK(known(name).from == evidence::pattern);
  }
  for (const char* name :
       {"shop_session_id", "mixpanel_optout", "ads_consent", "analytics_cookie_accepted", "marketing-consent",
        "adobe_opt_out", "shop_csrf", "session_shop", "admin_session_id", "address_session_id"}) {
    CAPTURE(name);
    CHECK(known(name).category == category::required);
  }
}

TEST_CASE("names of server-side tagging and of Adobe's identity have the category of their use") {
  for (const char* name :
       {"kndctr_53A961075D83C9F70A495CA5_AdobeOrg_identity", "kndctr_A_AdobeOrg_cluster", "kndctr_A_AdobeOrg_more",
        "_stape", "_stape_id", "stape_klaviyo_email", "ts-ec", "meta_capig", "_meta_capig_session"}) {
    CAPTURE(name);
    CHECK(known(name).category == category::targeting);
    CHECK(known(name).shared);
  }
  for (const char* name : {"FPID", "FPLC", "FPGSID", "FPID_1"}) CHECK(known(name).category == category::analytics);
  for (const char* name : {"kndctr_A_AdobeOrg_consent", "kndctr_A_AdobeOrg_consent_check"})
    CHECK(known(name).category == category::required);
}

TEST_CASE("a long name costs no more than its bytes, and is matched by its prefix") {
  classification found;
  CHECK(look_up("_ga_" + std::string(251, 'x'), "", found));
  CHECK_FALSE(look_up("_ga_" + std::string(252, 'x'), "", found));  // over 255 bytes
}

TEST_CASE("a name pattern is exact, or has one star anywhere") {
  CHECK(name_matches("_ga", "_ga"));
  CHECK_FALSE(name_matches("_ga", "_gat"));
  CHECK_FALSE(name_matches("_ga", "_GA"));
  CHECK(name_matches("_ga*", "_ga"));
  CHECK(name_matches("_ga*", "_ga_X"));
  CHECK_FALSE(name_matches("_ga*", "x_ga"));
  CHECK(name_matches("*_lang", "site_lang"));
  CHECK(name_matches("*_lang", "_lang"));
  CHECK_FALSE(name_matches("*_lang", "lang"));
  CHECK(name_matches("mp_*_mixpanel", "mp_abc_mixpanel"));
  CHECK(name_matches("mp_*_mixpanel", "mp__mixpanel"));
  CHECK_FALSE(name_matches("mp_*_mixpanel", "mp_mixpanel"));  // the two ends may not overlap
  CHECK(name_matches("*", ""));
  CHECK(name_matches("*", "anything"));
  CHECK_FALSE(name_matches("", "a"));
  CHECK(name_matches("", ""));
}

TEST_CASE("a host rule is one host, or with a leading dot a domain and all hosts below it") {
  CHECK(host_matches("", "any.example"));
  CHECK(host_matches("", ""));
  CHECK(host_matches("ads.example", "ads.example"));
  CHECK(host_matches("ads.example", "ADS.example"));
  CHECK_FALSE(host_matches("ads.example", "cdn.ads.example"));
  CHECK(host_matches(".ads.example", "ads.example"));
  CHECK(host_matches(".ads.example", "a.b.ads.example"));
  CHECK_FALSE(host_matches(".ads.example", "bads.example"));
  CHECK_FALSE(host_matches(".ads.example", ".ads.example"));
  CHECK_FALSE(host_matches(".ads.example", ""));
}

TEST_CASE("every vendor of the catalog has a unique number, and is found by it") {
  const policy none;
  std::map<std::uint32_t, std::string> known;
  const auto lower = [](std::string text) {
    for (char& c : text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return text;
  };
  for (const char* file : {"catalog.tsv", "hosts.tsv", "requests.tsv"}) {
    std::ifstream in(std::string(ABIDE_SOURCE_DIR "/sdk/data/") + file);
    std::size_t column = std::string::npos;
    for (std::string text; std::getline(in, text);) {
      if (text.empty() || text.front() == '#') continue;
      std::vector<std::string> cells{""};
      for (const char c : text)
        if (c == '\t') cells.emplace_back();
        else cells.back() += c;
      if (column == std::string::npos) {
        column = static_cast<std::size_t>(std::find(cells.begin(), cells.end(), "vendor") - cells.begin());
        continue;
      }
      if (column >= cells.size() || cells[column].empty()) continue;
      const std::string& vendor = cells[column];
      const auto [at, is_new] = known.try_emplace(service_id(vendor), lower(vendor));
      CAPTURE(vendor);
      CHECK(at->second == lower(vendor));
      if (is_new) CHECK(lower(std::string(find_service(none, at->first))) == at->second);
    }
  }
  CHECK(known.size() > 2000);
}

TEST_CASE("a service has the same number in any letter case, and the policy's spelling takes precedence") {
  CHECK(service_id("") == 0);
  CHECK(service_id("YouTube") == 0xb7c5ca9eu);  // the number is in stored records: it must never change
  CHECK(service_id("YOUTUBE") == service_id("youtube"));
  policy rules;
  CHECK(find_service(rules, service_id("youtube")) == "YouTube");
  CHECK(find_service(rules, service_id("Nobody's Own")).empty());
  CHECK(find_service(rules, 0).empty());
  const cookie_rule own[]{{"a", "", "youTUBE", category::targeting, true}, {"b", "", "Nobody's Own"}};
  rules.cookies = own;
  rules.cookie_count = 2;
  CHECK(find_service(rules, service_id("youtube")) == "youTUBE");
  CHECK(find_service(rules, service_id("nobody's own")) == "Nobody's Own");
}

TEST_CASE("the packed catalog stays within its budget") {
  CHECK(catalog().bytes <= 256 * 1024);
  CHECK(catalog().checksum != 0);
}
