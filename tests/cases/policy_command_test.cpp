// Runs `abide policy` as a script does, and checks what it says about mistakes.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "abide/config.hpp"
#include "abide/site.hpp"
#include "catch.hpp"
#include "command.hpp"

using namespace command_test;

namespace {

/// The text with its line breaks and runs of spaces replaced by single spaces.
std::string on_one_line(const std::string& text) {
  std::istringstream words(text);
  std::string line;
  for (std::string word; words >> word;) line += word + ' ';
  return line;
}

const std::string sound = R"("site": {"name": "Shop", "contact": "a@shop.example"},
  "records": {"store": "sqlite:abide.db", "retain_days": 730}, "cookies": [{"name": "cart", "category": "required", "lifetime": "session"}])";

}  // namespace

TEST_CASE("abide policy text writes the asked part in the asked form and language") {
  const policy_file file("{" + sound + "}");
  const outcome german = run("policy text --location DE --language de --part signals '" + file.path + "'");
  CHECK(german.status == 0);
  CHECK(german.text.rfind("## Datenschutz-Signale\n", 0) == 0);
  CHECK_FALSE(has(german.text, "## Cookies"));
  const outcome html = run("policy text --part declaration --format=html '" + file.path + "'");
  CHECK(html.text.rfind("<section class=\"abide-prose\" lang=\"en\" dir=\"ltr\">\n<h2", 0) == 0);
  CHECK(has(html.text, "<th scope=\"row\" role=\"rowheader\"><code dir=\"ltr\">cart</code></th>"));
  for (const std::string wrong : {"--part words", "--format pdf", "--language xx", "--now yesterday"}) {
    const outcome refused = run("policy text " + wrong + " '" + file.path + "'");
    CHECK(refused.status == 2);
    CHECK(has(refused.text, "abide policy text: --"));
  }
}

TEST_CASE("a policy with a fixed place gets the text of that place; one with many gets a section for each region") {
  const policy_file fixed(R"({"jurisdiction": {"fixed": "US-CA"}, )" + sound + "}");
  CHECK(has(run("policy text '" + fixed.path + "'").text, "Written for visitors from: California."));
  const policy_file many(R"({"jurisdiction": {"from": "cloudflare"}, )" + sound + "}");
  const std::string text = run("policy text '" + many.path + "'").text;
  CHECK(has(text, "\n## European Economic Area\n"));
  CHECK(has(text, "\n## United States\n"));
}

TEST_CASE("abide policy check --strict takes a policy of which nothing can be said, and no other") {
  const std::string places = R"({"consent": {"keys": "env:ABIDE_TEST_KEYS"}, "jurisdiction": {"fixed": )";
  setenv("ABIDE_TEST_KEYS", "0123456789abcdef0123456789abcdef", 1);
  for (const std::string& json :
       {places + R"("DE"}, )" + sound + "}", places + R"("US-CA"}, "signals": {"dnt": "ignore"}, )" + sound + "}"}) {
    const policy_file file(json);
    const outcome checked = run("policy check --strict '" + file.path + "'");
    INFO(checked.text);
    CHECK(checked.status == 0);
    CHECK_FALSE(has(checked.text, "warning"));
  }
  const policy_file unwise(places + R"("DE"}, "signals": {"dnt": "ignore"}, )" + sound + "}");
  CHECK(has(run("policy check '" + unwise.path + "'").text, ": warning: /signals/dnt: ignore, but in Germany "));
  CHECK(run("policy check '" + unwise.path + "'").status == 0);
  CHECK(run("policy check --strict '" + unwise.path + "'").status == 1);
}

TEST_CASE(
    "a key that is not on this machine is an error, as it is for a server that starts; with --elsewhere it is not") {
  const policy_file file(R"({"jurisdiction": {"fixed": "DE"}, "consent": {"keys": "env:ABIDE_NO_SUCH_KEYS"}, )" +
                         sound + "}");
  const outcome here = run("policy check '" + file.path + "'");
  CHECK(here.status == 2);
  CHECK(has(here.text, "error: /consent/keys: environment variable ABIDE_NO_SUCH_KEYS is not set\n"));
  CHECK(has(here.text, ": 1 error, 0 warnings\n"));
  CHECK(run("policy check --strict --elsewhere '" + file.path + "'").status == 0);
}

TEST_CASE("a folder of texts that is not on this machine is no error with --elsewhere") {
  const policy_file file(R"({"jurisdiction": {"fixed": "DE"}, "notice": {"texts": "no-such-folder"}, )" + sound + "}");
  CHECK(run("policy check '" + file.path + "'").status == 2);
  CHECK(run("policy check --elsewhere '" + file.path + "'").status == 0);
}

TEST_CASE("abide policy explain states as exempt only what is exempt") {
  const policy_file file(R"({"cookies": [{"name": "zg_count", "category": "analytics"},
      {"name": "zg_look", "category": "functional"}], "exempt": ["GB:statistical:zg_*", "GB:statistical:zg_look"]})");
  const std::string page = on_one_line(run("policy explain '" + file.path + "'").text);
  CHECK(has(page, "zg_count in GB, to measure its own audience."));
  CHECK_FALSE(has(page, "zg_look in GB, to measure"));
  CHECK_FALSE(has(page, "zg_* in GB"));
  CHECK(has(page, "Nothing named zg_look in GB"));
}

TEST_CASE("what keeps a site from starting, abide policy check finds") {
  struct fault {
    std::string json, path;
  };
  const std::vector<fault> faults{
      {R"({"consent": {"keys": "env:ABIDE_NO_SUCH_KEYS"}})", "/consent/keys"},
      {R"({"consent": {"keys": "file:no-such.keys", "keys_retired": "file:none.keys"}})", "/consent/keys_retired"},
      {R"({"consent": {"domain": "co.uk"}})", "/consent/domain"},
      {R"({"consent": {"domain": "127.0.0.1"}})", "/consent/domain"},
      {R"({"jurisdiction": {"from": "maxmind", "maxmind": "no-such.mmdb"}})", "/jurisdiction/maxmind"},
      {R"({"records": {"store": "mysql://db"}})", "/records/store"},
      {R"({"records": {"store": "sqlite:a.db", "heads": "/var/log"}})", "/records/heads"},
      {R"({"notice": {"texts": "no-such-folder"}})", "/notice/texts"},
  };
  for (const fault& each : faults) {
    const policy_file file(each.json);
    INFO(each.json);
    std::string said;
    try {
      const abide::site opened = abide::load_site(file.path, {});
    } catch (const abide::config_error& error) {
      said = error.what();
    }
    const std::string place = file.path + ":1:";
    CHECK(said.starts_with(place));
    CHECK(has(said, each.path + ": "));
    CHECK(has(run("policy check '" + file.path + "'").text, each.path + ": "));
    CHECK(run("policy check '" + file.path + "'").status == 2);
  }
}

TEST_CASE("a site that cannot start names everything that it lacks, in one error") {
  const policy_file file(
      "{\n\"consent\": {\"keys\": \"file:no-such.keys\", \"domain\": \"co.uk\"},\n"
      "\"jurisdiction\": {\"from\": \"maxmind\", \"maxmind\": \"no-such.mmdb\"}}");
  std::string said;
  try {
    const abide::site opened = abide::load_site(file.path, {});
  } catch (const abide::config_error& error) {
    said = error.what();
  }
  const std::string folder = std::filesystem::path(file.path).parent_path().string();
  INFO(said);
  CHECK(has(said, file.path + ":2:21: /consent/keys: cannot read " + folder + "/no-such.keys: "));
  CHECK(has(said, file.path + ":2:52: /consent/domain: expected a domain that can have cookies, found \"co.uk\""));
  CHECK(has(said, file.path + ":3:48: /jurisdiction/maxmind: " + folder + "/no-such.mmdb"));
}

TEST_CASE("whoever mistypes a command or an option is told what was probably meant") {
  struct slip {
    std::string words, told;
  };
  for (
      const slip& each : std::vector<slip>{
          {"polcy check x", "abide: unknown command \"polcy\"; did you mean abide policy check?"},
          {"policy chek x", "abide: unknown command \"policy chek\"; did you mean abide policy check?"},
          {"check x", "did you mean abide policy check?"},
          {"validate x", "did you mean abide policy check?"},
          {"policy explain --lokation DE x", "unexpected \"--lokation\"; did you mean --location?"},
          {"policy check --strikt x", "unexpected \"--strikt\"; did you mean --strict?"},
          {"policy explain --location DE --location=FR x", "abide policy explain: --location: expected only once"},
          {"policy check --strict --strict x", "abide policy check: --strict: expected only once"},
          {"policy explain --location Germany x",
           "--location: expected a place such as DE or US-CA, found \"Germany\"; did you mean DE?"},
          {"policy text --location Mars x", "--location: expected a place such as DE or US-CA, found \"Mars\"\n"},
          {"records report sqlite:x.db -o x.html --place Germany",
           "--place: expected a place such as DE or US-CA, found \"Germany\"; did you mean DE?"},
          {"records verify x.db",
           "abide records verify: STORE: expected sqlite:FILE or postgres://..., found \"x.db\"; did you mean sqlite:x.db?"},
          {"records verify --head x.txt", "unexpected \"--head\"; did you mean --heads?"},
          {"records verify mysql://u:secret@h/d", "STORE: expected sqlite:FILE or postgres://...\n"},
          {"records verify 'host=h password=secret'", "STORE: expected sqlite:FILE or postgres://...\n"},
          {"policy", "abide: expected one of policy init, policy check, "},
      }) {
    const outcome made = run(each.words);
    INFO(made.text);
    CHECK(made.status == 2);
    CHECK(has(made.text, each.told));
  }
}

TEST_CASE("abide policy explain is one page, with every place, the records and what differs from the default") {
  const policy_file file("{}");
  const std::string page = run("policy explain '" + file.path + "'").text;
  CHECK(std::count(page.begin(), page.end(), '\n') <= 60);
  CHECK(has(page, "No records are kept: nothing proves what visitors chose."));
  CHECK(has(page, "What differs from the default\n  Nothing.\n"));
  CHECK(has(on_one_line(page),
            "provides for one (European Economic Area, United Kingdom, Switzerland and unknown places)"));
  for (const std::string name : {"california-shop", "uk-software", "us-device-maker-eu-notice", "us-trade-portal"}) {
    const std::string sample = std::string(ABIDE_SOURCE_DIR "/samples/policies/").append(name).append(".json");
    const std::string long_page = run("policy explain '" + sample + "'").text;
    INFO(long_page);
    CHECK(std::count(long_page.begin(), long_page.end(), '\n') <= 65);
    CHECK(has(long_page, "\n  European Economic Area "));
    CHECK(has(long_page, "\n  United States "));
    CHECK(has(long_page, " for 730 days after their end, or until"));
    CHECK(has(long_page, "\n  /jurisdiction/from "));
  }
  CHECK(has(run("policy explain --html '" + file.path + "'").text, "<th scope=\"col\">targeting</th>"));
  CHECK(has(run("policy explain --location DE '" + file.path + "'").text, "Before any choice"));
}

TEST_CASE("pages about a policy name its store without the password, wherever that stands") {
  const policy_file none("{}", "none");
  struct address {
    std::string written, told;
  };
  for (const auto& [written, told] :
       std::vector<address>{{"postgres://kim:geheim@h:5432,[::1]:6432/shop?sslmode=require&password=geheim",
                             "postgres://h:5432,[::1]:6432/shop"},
                            {"postgresql:///shop?host=/run/postgresql&password=ge@heim", "postgresql:///shop"},
                            {"postgres://kim:geheim@%2Frun/shop", "postgres://%2Frun/shop"},
                            {"postgres://kim:ge@heim@h/shop", "postgres://..."},
                            {"postgres://kim:ge/heim@h/shop", "postgres://..."},
                            {"postgres://kim:geheim", "postgres://..."}}) {
    CAPTURE(written);
    const policy_file file(R"({"records": {"store": ")" + written + "\"}}", "store");
    const std::string explained = run("policy explain '" + file.path + "'").text;
    const std::string differs = run("policy diff '" + none.path + "' '" + file.path + "'").text;
    CHECK(has(on_one_line(explained), "Records go to " + told + " and are kept"));
    CHECK(has(differs, told));
    for (const std::string& page : {explained, differs}) CHECK_FALSE(has(page, "heim"));
  }
}

TEST_CASE("abide policy diff tells what changes for whom, and by its exit status whether anything does") {
  const policy_file before(R"({"jurisdiction": {"from": "cloudflare", "trusted_proxies": ["cloudflare"]},
    "cookies": [{"name": "a", "category": "required"}, {"name": "gone", "category": "functional"}]})",
                           "before");
  const policy_file after(R"({"jurisdiction": {"fixed": "DE"}, "notice": {"version": 2}, "signals": {"dnt": "ignore"},
    "cookies": [{"name": "a", "category": "analytics"}, {"name": "new", "category": "targeting"}]})",
                          "after");
  const outcome same = run("policy diff '" + before.path + "' '" + before.path + "'");
  CHECK(same.status == 0);
  CHECK(has(same.text, "Nothing changes"));
  const outcome changed = run("policy diff --now 2026-11-22 '" + before.path + "' '" + after.path + "'");
  INFO(changed.text);
  CHECK(changed.status == 1);
  for (const std::string_view told :
       {"visitors who agreed are asked again", "California and ", "targeting before a choice: on -> off",
        "a: required, not shared -> analytics, not shared.", "new: new, targeting, shared.", "gone: no longer declared",
        "/jurisdiction/fixed nothing DE", "on under Do Not Track: "})
    CHECK(has(on_one_line(changed.text), told));
  CHECK_FALSE(has(changed.text, "Germany"));
}

TEST_CASE("abide policy diff tells of each rule of one name, and which rule decides after one is gone") {
  const auto told = [](const std::string& before, const std::string& after) {
    const policy_file old("{\"cookies\": [" + before + "]}", "before"), now("{\"cookies\": [" + after + "]}", "after");
    return on_one_line(run("policy diff '" + old.path + "' '" + now.path + "'").text);
  };
  const std::string first = R"({"name": "a", "category": "analytics"})";
  const std::string other = R"({"name": "b", "category": "required"})";
  const std::string second = R"({"name": "a", "category": "targeting"})";
  CHECK(has(told(first, first + "," + other + "," + second), "a (rule 2): new, targeting, shared."));
  CHECK(has(
      told(first + "," + second, first + "," + other),
      "a (rule 2): no longer declared (targeting, shared); from now on its other rule decides (analytics, not shared)."));
  const std::string pattern = R"({"name": "zz_*", "category": "functional"})",
                    one = R"({"name": "zz_a", "category": "required"})";
  CHECK(has(
      told(pattern + "," + one, pattern),
      "zz_a: no longer declared (required, not shared); from now on the rule for zz_* decides (functional, not shared)."));
  CHECK(has(told(one, first), "zz_a: no longer declared (required, not shared); from now on the catalog decides."));
  const std::string elsewhere = R"({"name": "zz_*", "host": ".shop.example", "category": "functional"})";
  CHECK(has(told(elsewhere + "," + one, elsewhere), "from now on the catalog decides."));
}

TEST_CASE("policy check and policy explain agree about an exemption that is narrower than its declared pattern") {
  const auto file = [](const std::string& kind) {
    return R"({"jurisdiction": {"fixed": "GB"}, "exempt": ["GB:statistical:zz_a"], "cookies": [{"name": "zz_*", )" +
           kind + "}]}";
  };
  const policy_file sound_one(file(R"("category": "analytics")")), wrong(file(R"("category": "targeting")"), "wrong");
  const policy_file shared(file(R"("category": "analytics", "shared": true)"), "shared");
  CHECK(
      has(on_one_line(run("policy explain '" + sound_one.path + "'").text), "zz_a in GB, to measure its own audience"));
  CHECK_FALSE(has(run("policy check '" + sound_one.path + "'").text, "/exempt/0"));
  for (const policy_file* each : {&wrong, &shared})
    CHECK(has(on_one_line(run("policy explain '" + each->path + "'").text),
              "Nothing named zz_a in GB: policy check says why"));
  CHECK(has(run("policy check '" + wrong.path + "'").text, "exempts nothing: zz_* is targeting"));
  CHECK(has(run("policy check '" + shared.path + "'").text, "zz_* is sold or shared, so it is never exempt"));
  CHECK(has(run("policy check '" + policy_file(R"({"exempt": ["GB:statistical:zz_a"]})", "none").path + "'").text,
            "the policy declares no cookie named zz_a"));
}

TEST_CASE("policy check warns of an exempt cookie that lives for more than 13 months in France, and only there") {
  const auto told = [](const std::string& place, const std::string& lifetime) {
    const policy_file file(
        R"({"jurisdiction": {"fixed": ")" + place + R"("}, "exempt": [")" + place +
        R"(:statistical:zz_*"], "cookies": [{"name": "zz_a", "category": "analytics", "lifetime": ")" + lifetime +
        R"("}]})");
    return has(on_one_line(run("policy check '" + file.path + "'").text),
               "/cookies/0/lifetime: zz_a lives for " + lifetime + ", but in France");
  };
  for (const std::string longer : {"14 months", "2 years", "400 days", "58 weeks", "9999 hours"})
    CHECK(told("FR", longer));
  for (const std::string allowed : {"13 months", "1 year", "395 days", "session", "9999 seconds"})
    CHECK_FALSE(told("FR", allowed));
  CHECK_FALSE(told("GB", "2 years"));
}

TEST_CASE("abide policy init says which answer is not in UTF-8") {
  namespace fs = std::filesystem;
  const fs::path file = fs::temp_directory_path() / ("abide-init-coding-" + std::to_string(getpid()) + ".json");
  const std::string rest = " --place DE --languages en --store memory: '" + file.string() + "'";
  for (const std::string bytes : {"Caf\\351", "a\\355\\240\\200", "\\340\\200\\200"}) {
    const std::string text = "\"$(printf '" + bytes + "')\"";
    const outcome name = run("policy init --contact a@shop.example --name " + text + rest);
    CHECK(name.status == 2);
    CHECK(has(name.text, "abide policy init: --name: expected text in UTF-8, found bytes of another coding\n"));
    CHECK(has(run("policy init --name Shop --contact " + text + rest).text, "--contact: expected text in UTF-8"));
  }
  CHECK_FALSE(fs::exists(file));
}

TEST_CASE("abide policy diff is never silent about a difference: order, programme, vendor's policy, purpose, texts") {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / ("abide-diff-texts-" + std::to_string(getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / "en.json") << R"({"choice.accept": "Fine"})";
  const std::string first = R"({"name": "a", "category": "analytics", "vendor": "One")";
  const std::string second = R"({"name": "a", "category": "analytics", "vendor": "Two"})";
  struct change {
    std::string before, after, told;
  };
  for (const auto& [before, after, told] : std::vector<change>{
           {"\"cookies\": [" + first + "}, " + second + "]", "\"cookies\": [" + second + ", " + first + "}]", "One"},
           {"\"cookies\": [" + first + "}]", "\"cookies\": [" + first + R"(, "programme": "club"}])", "programme: "},
           {"\"cookies\": [" + first + "}]", "\"cookies\": [" + first + R"(, "vendor_policy": "https://one.example"}])",
            "https://one.example"},
           {R"("exempt": ["GB:statistical:a"])", R"("exempt": ["GB:appearance:a"])", "a in GB (appearance): new"},
           {R"("exempt": ["GB:statistical:a", "GB:statistical:b"])",
            R"("exempt": ["GB:statistical:b", "GB:statistical:a"])", "/exempt/0"},
           {R"("mode": "enforce")", "\"notice\": {\"texts\": \"" + folder.string() + "\"}",
            "/notice/texts/en/choice.accept"}}) {
    const policy_file old(("{" + before).append("}"), "before"), changed(("{" + after).append("}"), "after");
    const outcome seen = run("policy diff '" + old.path + "' '" + changed.path + "'");
    INFO(seen.text);
    CHECK(seen.status == 1);
    CHECK(has(on_one_line(seen.text), told));
  }
  fs::remove_all(folder);
}

TEST_CASE("abide policy init writes a policy that check --strict takes, and nothing over a file") {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / ("abide-init-" + std::to_string(getpid()));
  fs::create_directory(folder);
  const auto init = [&](const std::string& name, const std::string& words) {
    return run("policy init '" + (folder / name).string() + "' " + words + " </dev/null");
  };
  const std::string who = "--name Shop --contact a@shop.example ";
  for (const std::string place : {"DE", "ZZ", "cloudflare --languages en,de", "akamai --proxies 23.32.0.0/11"}) {
    const std::string name = place.substr(0, 2) + ".json";
    const outcome made = init(name, who + "--place " + place);
    INFO(made.text);
    CHECK(made.status == 0);
    const outcome checked = run("policy check --strict '" + (folder / name).string() + "'");
    INFO(checked.text);
    CHECK(checked.status == 0);
    CHECK((fs::status(folder / (place.substr(0, 2) + ".keys")).permissions() & fs::perms::group_all) ==
          fs::perms::none);
  }
  CHECK(has(init("DE.json", who).text, ": already exists"));
  CHECK(has(init("new.json", "--name Shop").text, "--contact is missing, and standard input is not a terminal"));
  CHECK(has(init("new.json", who + "--place akamai").text, "--proxies RANGES is required"));
  CHECK(has(init("new.json", who + "--place Germany").text, "did you mean \"DE\"?"));
  for (const std::string unwise : {"--languages xx", "--store memory:", "--place cloudflare --proxies 0.0.0.0/0"}) {
    const outcome made = init("new.json", who + unwise);  // check would warn
    INFO(unwise << ": " << made.text);
    CHECK(made.status == 2);
    CHECK(has(made.text, "new.json:"));
  }
  CHECK_FALSE(fs::exists(folder / "new.json"));
  CHECK_FALSE(fs::exists(folder / "new.keys"));
  CHECK(has(run("policy init - " + who + "</dev/null").text, "expected the name of a file, found \"-\""));
  fs::remove_all(folder);
}

TEST_CASE("abide policy init leaves nothing behind where it cannot write, and does not say that it wrote") {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / ("abide-init-faults-" + std::to_string(getpid()));
  fs::create_directory(folder);
  const auto files = [&] { return std::distance(fs::directory_iterator(folder), fs::directory_iterator()); };
  const auto init = [&](const fs::path& file, const std::string& before = "") {
    const std::string name(1900, 'n');  // so that the policy is larger than the blocks in which shells count
    const outcome made = run_in_shell(before + "'" ABIDE_COMMAND "' policy init '" + file.string() + "' --name " +
                                      name + " --contact a@shop.example </dev/null");
    INFO(made.text);
    CHECK(made.status == 2);
    CHECK_FALSE(has(made.text, "created"));
    return made.text;
  };
  SECTION("the disk takes the key and the beginning of the policy") {
    // A limit on the size of files fails like a full disk: some bytes are written, then none.
    const std::string limit = "trap '' XFSZ; ulimit -f ";
    CHECK(has(init(folder / "policy.json", limit + "1; "), "policy.json: cannot create: File too large"));
    CHECK(has(init(folder / "policy.json", limit + "0; "), "policy.keys: cannot create: File too large"));
    CHECK(files() == 0);
  }
  SECTION("a key is there already") {
    std::ofstream(folder / "policy.keys") << "kept";
    CHECK(has(init(folder / "policy.json"), "policy.keys: cannot create: File exists"));
    CHECK(files() == 1);
  }
  SECTION("the policy's name is taken by a link that leads nowhere") {
    fs::create_symlink(folder / "gone" / "away", folder / "policy.json");
    CHECK(has(init(folder / "policy.json"), "policy.json: cannot create: File exists"));
    CHECK(files() == 1);  // no key without a policy
  }
  SECTION("the folder does not exist, or takes no files") {
    CHECK(has(init(folder / "gone" / "policy.json"), "policy.keys: cannot create: No such file or directory"));
    CHECK(has(init("/proc/policy.json"), "policy.keys: cannot create: "));
    CHECK(files() == 0);
  }
  fs::remove_all(folder);
}
