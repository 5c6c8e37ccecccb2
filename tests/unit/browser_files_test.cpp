#include "pages/browser_files.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "base/embedded.hpp"
#include "catch.hpp"
#include "pages/page_words.hpp"
#include "policy/texts.hpp"

using namespace abide;
using namespace abide::detail;

TEST_CASE("the few texts that the page's scripts show exist in every language, as JSON") {
  for (const language& words : texts::built_in().languages()) {
    INFO(words.tag());
    const auto json = nlohmann::json::parse(page_words_json(words));
    CHECK(json.size() == 13);
    CHECK(json["frame.text"].get<std::string>().find("{purposes}") != std::string::npos);
    for (const auto& [key, text] : json.items()) CHECK(text == std::string(words[key]));
  }
}

TEST_CASE("a file made from the settings is found by name and changes the version") {
  browser_files files("none", "{}");
  const std::string before = files.version_path();
  files.add("de.json", "application/json", "{\"a\":\"b\"}");
  CHECK(files.version_path() != before);
  REQUIRE(files.find("de.json"));
  CHECK(files.find("de.json")->bytes == "{\"a\":\"b\"}");
  CHECK(files.find("fr.json") == nullptr);
  files.add("de.json", "application/json", "{\"a\":\"c\"}");
  CHECK(files.find("de.json")->bytes == "{\"a\":\"c\"}");
}

TEST_CASE("a site that names no folder serves the built-in module, if there is one; none means no module") {
  const bool is_built_in = !embedded_browser_files().empty();
  const browser_files built_in("", "{}"), none("none", "{}");
  CHECK(built_in.has_module() == is_built_in);
  for (const char* name : {"abide.wasm", "gate.js", "shared.js", "beside.js", "guard.js", "place.mjs", "rules.mjs"})
    CHECK((built_in.find(name) != nullptr) == is_built_in);
  CHECK(!none.has_module());
  CHECK(none.find("gate.js") == nullptr);
  CHECK(none.find("notice.css") != nullptr);
}

TEST_CASE("a file is kept with the compressed forms of its own bytes, never with those of other bytes") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "abide_browser_files_test";
  std::filesystem::create_directories(folder);
  for (const embedded_file& file : embedded_browser_files())
    std::ofstream(folder / file.name, std::ios::binary) << file.bytes;
  for (const char* name : {"gate.js", "abide.mjs"}) std::ofstream(folder / name) << "newer than " << name << ".br";
  std::ofstream(folder / "place.mjs.br") << "cut off";
  const browser_files files(folder.string(), "{}");
  std::filesystem::remove_all(folder);
  const browser_files built_in("", "{}");
  for (const char* name : {"gate.js", "abide.mjs"}) {
    REQUIRE(files.find(name));
    CHECK(files.find(name)->bytes == "newer than " + std::string(name) + ".br");
    CHECK(files.find(name)->brotli.empty());
    CHECK(files.find(name)->gzip.empty());
  }
  if (built_in.has_module()) CHECK(files.find("place.mjs")->brotli == built_in.find("place.mjs")->brotli);
  for (const embedded_file& file : embedded_browser_files()) {
    INFO(file.name);
    const bool is_brotli = file.name.ends_with(".br"), is_gzip = file.name.ends_with(".gz");
    const browser_file* kept = built_in.find(file.name.substr(0, file.name.size() - (is_brotli || is_gzip ? 3 : 0)));
    REQUIRE(kept);
    CHECK((is_brotli ? kept->brotli : is_gzip ? kept->gzip : kept->bytes) == file.bytes);
  }
}
