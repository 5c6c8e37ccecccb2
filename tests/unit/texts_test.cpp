// The languages: their files, the site's own texts that replace them, and which of them a visitor gets.
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "abide/config.hpp"
#include "abide/jurisdiction.hpp"
#include "catch.hpp"
#include "pages/lifetime_text.hpp"
#include "policy/lifetime.hpp"
#include "policy/plural.hpp"
#include "policy/texts.hpp"

namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string_view pick(std::string_view field, const std::vector<std::string>& available) {
  return abide::detail::pick_language(field, available);
}

/// The plural forms of the numbers under a rule, as digits.
std::string forms(std::string_view rule, const std::vector<std::uint32_t>& numbers) {
  std::string out;
  for (const std::uint32_t n : numbers) out += static_cast<char>('0' + abide::detail::plural_form(rule, n));
  return out;
}

/// A folder with a policy file and the site's own texts, removed at the end.
struct own_words {
  explicit own_words(std::string_view name)
      : folder(std::filesystem::temp_directory_path() / ("abide-texts-" + std::string(name))) {
    std::filesystem::create_directories(folder / "texts");
    write("policy.json", R"({"notice": {"languages": ["en", "de"], "texts": "texts"}})");
  }
  ~own_words() { std::filesystem::remove_all(folder); }

  void write(const std::string& name, std::string_view bytes) const { std::ofstream(folder / name) << bytes; }
  abide::config load() const { return abide::load_config((folder / "policy.json").string()); }

  std::string refusal() const {
    try {
      load();
    } catch (const abide::config_error& error) {
      return error.what();
    }
    return {};
  }

  std::filesystem::path folder;
};

}  // namespace

TEST_CASE("a site's own texts replace the library's, and the others stay") {
  const own_words site("replace");
  site.write("texts/de.json", R"({"choice.reject": "Nein, danke"})");
  const abide::config settings = site.load();
  const abide::detail::texts& words = abide::detail::texts_of(settings);
  CHECK(words.in("de-AT")["choice.reject"] == "Nein, danke");
  CHECK(words.in("de")["choice.accept"] == "Alle akzeptieren");
  CHECK(words.in("en")["choice.reject"] == "Reject all");
  CHECK(abide::detail::texts::built_in().in("de")["choice.reject"] == "Alle ablehnen");
}

TEST_CASE("a mistake in a site's own texts is refused at start, with the file and the key") {
  const own_words site("refuse");
  CHECK(has(site.refusal(), "/notice/texts: expected a folder with texts"));
  site.write("texts/de.json", R"({"choice.rejct": "Nein"})");
  CHECK(has(site.refusal(), "texts/de.json: /choice.rejct: unknown key"));
  site.write("texts/de.json", R"({"lifetime.days": "{count} Tage"})");
  CHECK(has(site.refusal(), "texts/de.json: /lifetime.days: expected 2 forms separated by |, found 1"));
  site.write("texts/de.json", R"({"plural": "martian"})");
  CHECK(has(site.refusal(), "texts/de.json: /plural: unknown plural rule \"martian\""));
  site.write("texts/de.json", "{}");
  site.write("texts/tlh.json", R"({"choice.reject": "ghobe'"})");
  CHECK(has(site.refusal(), "texts/tlh.json: /"));  // a new language must be complete
}

TEST_CASE("a site's own texts are read as strictly as its policy") {
  const own_words site("strict");
  struct fault {
    std::string text, told;
  };
  for (const auto& [text, told] :
       std::vector<fault>{{"{\n\"choice.reject\": \"Nein\",\n\"choice.reject\": \"Nie\"}", "texts/de.json:3:"},
                          {std::string(R"({"choice.reject": "Nein"})") + '\0' + "x", "texts/de.json:1:"},
                          {R"({"direction": "left"})", "texts/de.json: /direction: expected ltr or rtl"},
                          {R"({"place.Germany": "Deutschland"})", "texts/de.json: /place.Germany: unknown place"},
                          {R"({"place.de": "Deutschland"})", "texts/de.json: /place.de: unknown place"}}) {
    site.write("texts/de.json", text);
    INFO(text << " " << site.refusal());
    CHECK(has(site.refusal(), told));
    CHECK(has(site.refusal(), "/notice/texts: "));
  }
  site.write("texts/de.json", R"({"place.DE": "Deutschland", "place.EEA": "EWR"})");
  CHECK(site.refusal().empty());
}

TEST_CASE("a file of texts that no language uses is refused by its name") {
  for (const std::string_view name : {"de_DE.json", "fr.JSON", "german.json"}) {
    const own_words site("unused");
    site.write("texts/de.json", "{}");
    site.write("texts/" + std::string(name), "{}");
    CHECK(has(site.refusal(), std::string(name) + " is not used"));
  }
  const own_words site("hidden");
  site.write("texts/de.json", "{}");
  site.write("texts/.#de.json", "what an editor leaves");
  CHECK(site.refusal().empty());
}

TEST_CASE("a site's own texts are checked by the library's English, in every language") {
  const own_words site("english");
  for (const std::string tag : {"en", "de"}) {
    const std::string file = "texts/" + tag + ".json";
    site.write(file, R"({"choice.rejct": "No"})");
    CHECK(has(site.refusal(), file + ": /choice.rejct: unknown key"));
    site.write(file, R"({"choice.reject": "No, {name}"})");
    CHECK(has(site.refusal(), file + ": /choice.reject: unknown placeholder {name}"));
    site.write(file, R"({"date": "{year}"})");  // English too may leave a placeholder out; the other languages keep it
    CHECK(site.refusal().empty());
  }
}

TEST_CASE("a site has the languages it names, and no others") {
  const abide::config settings = abide::parse_config(R"({"notice": {"languages": ["de-AT"]}})", "policy.json");
  CHECK(abide::detail::texts_of(settings).languages().size() == 2);
  CHECK(abide::detail::texts_of(settings).has_language("de"));
}

TEST_CASE("the official languages of the European Union and eleven more are available") {
  for (const std::string_view tag : {"bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr",      "ga",     "hr",
                                     "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk",      "sl",     "sv",
                                     "ar", "he", "hi", "is", "ja", "ko", "nb", "tr", "uk", "zh-Hans", "zh-Hant"}) {
    INFO(tag);
    CHECK(abide::detail::texts::built_in().has_language(tag));
    const abide::detail::language& words = abide::detail::texts::built_in().in(tag);
    CHECK(words.tag() == tag);
    CHECK(words["direction"] == (tag == "ar" || tag == "he" ? "rtl" : "ltr"));
    CHECK((tag == "en" || words["choice.reject"] != "Reject all"));
  }
}

TEST_CASE("every translation names the countries of the table, and the regions whose names differ most") {
  const abide::jurisdiction_table table = abide::jurisdictions();
  for (const abide::detail::language& words : abide::detail::texts::built_in().languages()) {
    if (words.tag() == "en") continue;  // the table has the English names
    for (std::size_t i = 0; i < table.count; ++i) {
      const std::string code(table.rows[i].code);
      const bool is_region = code.size() > 2 && code != "US-CA" && code != "CA-QC" && code != "CA-BC";
      INFO(words.tag() << ' ' << code);
      CHECK((is_region || code == "ZZ" || !words["place." + code].empty()));
    }
  }
}

TEST_CASE("every language has the forms of its plural rule, and a lifetime picks the right one") {
  for (const abide::detail::language& words : abide::detail::texts::built_in().languages()) {
    INFO(words.tag());
    for (const std::uint32_t count : {1u, 2u, 3u, 5u, 11u, 13u, 21u, 25u, 30u, 90u, 180u, 365u, 400u}) {
      const std::string text = abide::detail::lifetime_in(words, {abide::lifetime_unit::days, count});
      CHECK_FALSE(has(text, "|"));
      CHECK_FALSE(has(text, "{"));
      if (count > 2) CHECK(has(text, std::to_string(count)));
    }
  }
  CHECK(abide::detail::lifetime_in(abide::detail::texts::built_in().in("en"), {abide::lifetime_unit::months, 1}) ==
        "1 month");
  CHECK(abide::detail::lifetime_in(abide::detail::texts::built_in().in("en"), {abide::lifetime_unit::months, 13}) ==
        "13 months");
}

TEST_CASE("plural rules are those of Unicode CLDR") {
  const std::vector<std::uint32_t> numbers{1, 2, 3, 5, 7, 10, 11, 12, 21, 22, 25, 101, 102, 103, 111, 112};
  CHECK(forms("none", numbers) == "0000000000000000");
  CHECK(forms("one_other", numbers) == "0111111111111111");
  CHECK(forms("icelandic", numbers) == "0111111101101111");
  CHECK(forms("czech", numbers) == "0112222222222222");
  CHECK(forms("polish", numbers) == "0112222221221122");
  CHECK(forms("east_slavic", numbers) == "0112222201201122");
  CHECK(forms("slovenian", numbers) == "0123333333301233");
  CHECK(forms("lithuanian", numbers) == "0111122201101122");
  CHECK(forms("latvian", numbers) == "1222200012212200");
  CHECK(forms("romanian", numbers) == "0111111122211111");
  CHECK(forms("irish", numbers) == "0122334444444444");
  CHECK(forms("maltese", numbers) == "0122223344444233");
  CHECK(forms("arabic", numbers) == "0122223333344233");
  CHECK(forms("hebrew", numbers) == "0122222222222222");
  CHECK(forms("no such rule", numbers) == forms("one_other", numbers));
}

TEST_CASE("texts with a missing key, a foreign key or an unknown placeholder are refused, by name") {
  const auto refused = [](std::string_view german, const std::string& why) {
    const std::array<abide::detail::text_file, 2> files{{{"en", R"({"hello": "Hello {name}"})"}, {"de", german}}};
    try {
      abide::detail::texts all(files);
      FAIL("not refused: " << why);
    } catch (const abide::config_error& error) {
      CHECK(has(error.what(), why));
    }
  };
  refused(R"({})", "texts de: /hello: missing");
  refused(R"({"hello": "Hallo", "bye": "x"})", "texts de: /bye: unknown key");
  refused(R"({"hello": "Hallo {wer}"})", "texts de: /hello: unknown placeholder {wer}");
  refused(R"({"hello": 1})", "texts de: /hello: expected a non-empty string");
  refused("[", "texts de: expected a JSON object");
  const std::array<abide::detail::text_file, 2> good{
      {{"en", R"({"hello": "Hello {name}"})"}, {"de", R"({"hello": "Hallo", "place.DE": "Deutschland"})"}}};
  CHECK(abide::detail::texts(good).in("de-DE")["hello"] == "Hallo");
}

TEST_CASE("the visitor's language is picked by weight, then by order; otherwise the site's first is used") {
  const std::vector<std::string> both{"en", "de"};
  CHECK(pick("de", both) == "de");
  CHECK(pick("DE-at", both) == "de");
  CHECK(pick("fr, de;q=0.5, en;q=0.9", both) == "en");
  CHECK(pick("de, en", both) == "de");
  CHECK(pick("en;q=0.8, de;q=0.8", both) == "en");
  CHECK(pick("fr", both) == "en");
  CHECK(pick("", both) == "en");
  CHECK(pick("*", both) == "en");
  CHECK(pick("en;q=0, *", both) == "de");
  CHECK(pick("de;q=0", both) == "en");
  CHECK(pick("de;q=oops", both) == "en");
  CHECK(pick(" de ; q=1.000 , en;q=0.999", both) == "de");
  CHECK(pick("de;q=1.001, en;q=0.1", both) == "en");
  CHECK(pick("pt", {"en", "pt-BR"}) == "pt-BR");
  CHECK(pick("de", {}) == "en");
}

TEST_CASE("Chinese is picked by its script, Norwegian and Hebrew by any of their tags") {
  const std::vector<std::string> chinese{"en", "zh-Hans", "zh-Hant"};
  CHECK(pick("zh-CN,zh;q=0.9", chinese) == "zh-Hans");
  CHECK(pick("zh-TW,zh;q=0.9,en;q=0.8", chinese) == "zh-Hant");
  CHECK(pick("zh-Hant-HK", chinese) == "zh-Hant");
  CHECK(pick("zh", chinese) == "zh-Hans");
  CHECK(pick("no", {"en", "nb"}) == "nb");
  CHECK(pick("nn-NO,no;q=0.8", {"en", "nb"}) == "nb");
  CHECK(pick("iw", {"en", "he"}) == "he");
}

TEST_CASE("only the beginning of an endless Accept-Language is read") {
  const std::vector<std::string> both{"en", "de"};
  std::string field;
  for (int i = 0; i < 40; ++i) field += "fr,";
  CHECK(pick(field + "de", both) == "en");
  CHECK(pick(std::string(2000, ' ') + "de", both) == "en");
  CHECK(pick(std::string(100000, ','), both) == "en");
}
