// `abide policy text` and the warnings of `abide policy check`, as a script sees them.
#include <unistd.h>

#include <sys/wait.h>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "catch.hpp"

namespace {

struct outcome {
  int status = -1;
  std::string text;  ///< standard output and standard error
};

outcome run(const std::string& words) {
  outcome made;
  std::FILE* out = popen((std::string("'") + ABIDE_COMMAND + "' " + words + " 2>&1").c_str(), "r");
  REQUIRE(out);
  char chunk[4096];
  while (const std::size_t size = std::fread(chunk, 1, sizeof chunk, out)) made.text.append(chunk, size);
  made.status = WEXITSTATUS(pclose(out));
  return made;
}

/// A policy file for as long as the test needs it.
struct policy_file {
  explicit policy_file(const std::string& json) { std::ofstream(path) << json; }
  ~policy_file() { std::filesystem::remove(path); }
  std::string path =
      (std::filesystem::temp_directory_path() / ("abide-policy-" + std::to_string(getpid()) + ".json")).string();
};

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

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

TEST_CASE("abide policy check warns of what is valid and unwise, and of nothing else") {
  struct fault {
    std::string json, warning;
  };
  const std::string everywhere = R"("jurisdiction": {"from": "cloudflare"})",
                    in_california = R"("jurisdiction": {"fixed": "US-CA"})";
  const std::vector<fault> faults{
      {"{" + everywhere + R"(, "signals": {"dnt": "ignore"}, )" + sound + "}", "/signals/dnt: ignore, but in "},
      {R"({"site": {"name": "Shop"}})", "/site/contact: missing"},
      {R"({"site": {"contact": "a@b"}})", "/site/name: missing"},
      {R"({"site": {"contact": "a@b"}})", "/records/store: missing"},
      {R"({"records": {"store": "sqlite:a"}})", "/records/retain_days: missing"},
      {R"({"notice": {"languages": ["en", "tlh"]}, )" + sound + "}", "/notice/languages/1: no texts in tlh"},
      {R"({"cookies": [{"name": "x", "category": "required"}]})", "/cookies/0 (x): no \"lifetime\""},
      {R"({"cookies": [{"name": "x", "category": "functional"}]})", "/cookies/0 (x): no \"purpose\""},
      {R"({"cookies": [{"name": "zzq", "category": "targeting"}]})", "no \"vendor\" for zzq"},
      {R"({"cookies": [{"name": "x", "category": "analytics", "shared": true}], "exempt": ["GB:statistical:x"]})",
       "/exempt/0: x is sold or shared"},
  };
  for (const fault& f : faults) {
    const policy_file file(f.json);
    const outcome checked = run("policy check '" + file.path + "'");
    INFO(checked.text);
    CHECK(checked.status == 0);
    CHECK(has(checked.text, ": warning: " + f.warning) == (f.warning.rfind("no ", 0) != 0));
    CHECK(has(checked.text, f.warning));
  }
  for (const std::string& json :
       {"{" + sound + "}", "{" + in_california + R"(, "signals": {"dnt": "ignore"}, )" + sound + "}"}) {
    const policy_file file(json);
    const outcome checked = run("policy check '" + file.path + "'");
    INFO(checked.text);
    CHECK(checked.status == 0);
    CHECK_FALSE(has(checked.text, "warning"));
  }
}
