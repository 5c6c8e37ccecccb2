#include "options.hpp"

#include <charconv>
#include <iostream>
#include <regex>
#include <string_view>

namespace firwick {
namespace {

constexpr std::string_view usage =
    "abide-shop: a small shop that uses Abide\n\n"
    "  --port N         port of the shop; the two ports after it are for the stand-in vendors; 0: three free ports; default: 8080\n"
    "  --location PLACE place of all visitors, such as US-CA, DE or GB; default: set by the policy\n"
    "  --mode MODE      enforce or observe; default: set by the policy\n"
    "  --policy FILE    default: policy.json in the folder of --root\n"
    "  --address A      address to listen on; default: 127.0.0.1\n"
    "  --root FOLDER    folder with pages, static, texts and products.json\n"
    "  --browser FOLDER folder with gate.js, abide.mjs and abide.wasm\n"
    "  --records STORE  where to keep consent records: sqlite:FILE, postgres://... or none; default: set by the policy\n"
    "  --https          the shop is behind a TLS proxy: use Secure cookies with __Host- names\n";

unsigned short port_of(std::string_view text) {
  unsigned short port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port > 65533)
    throw bad_option("--port: expected a whole number from 0 to 65533, found \"" + std::string(text) + '"');
  return port;
}

std::string_view place_of(std::string_view text) {
  if (!std::regex_match(text.begin(), text.end(), std::regex("[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?")))
    throw bad_option("--location: expected a place such as DE or US-CA, found \"" + std::string(text) + '"');
  return text;
}

abide::mode mode_of(std::string_view text) {
  if (text == "enforce") return abide::mode::enforce;
  if (text == "observe") return abide::mode::observe;
  throw bad_option("--mode: expected enforce or observe, found \"" + std::string(text) + '"');
}

void set(options& wanted, std::string_view name, std::string_view value) {
  if (name == "--port") wanted.port = port_of(value);
  else if (name == "--location") wanted.location = place_of(value);
  else if (name == "--mode") wanted.mode = mode_of(value);
  else if (name == "--policy") wanted.policy = value;
  else if (name == "--address") wanted.address = value;
  else if (name == "--root") wanted.root = value;
  else if (name == "--browser") wanted.browser = value;
  else if (name == "--records") wanted.records = value;
  else throw bad_option("unknown option \"" + std::string(name) + "\"; see --help");
}

}  // namespace

std::optional<options> read_options(int count, char** arguments) {
  options wanted;
  wanted.root = SHOP_ROOT;
  wanted.browser = SHOP_BROWSER;
  for (int i = 1; i < count; ++i) {
    const std::string_view name = arguments[i];
    if (name == "--help" || name == "-h") {
      std::cout << usage;
      return std::nullopt;
    }
    if (name == "--https") {
      wanted.https = true;
      continue;
    }
    if (i + 1 == count) throw bad_option(std::string(name) + ": expected a value; see --help");
    set(wanted, name, arguments[++i]);
  }
  if (wanted.policy.empty()) wanted.policy = (wanted.root / "policy.json").string();
  return wanted;
}

}  // namespace firwick
