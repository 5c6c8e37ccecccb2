// A file of keys: every key is strong enough, or the file is refused; no message contains a key.
#include <vector>

#include "abide/config.hpp"
#include "input.hpp"
#include "memory_file.hpp"
#include "policy/keys.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace abide::detail;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const memory_file file(text);
  std::vector<std::string> told;
  std::vector<std::string> secrets;
  try {
    secrets = read_secrets("file:" + file.name(), "consent.keys", [&](const std::string& w) { told.push_back(w); });
    must(!secrets.empty(), "a file without a key is refused");
  } catch (const abide::config_error& fault) {
    must(std::string_view(fault.what()).starts_with("consent.keys: "), "a fault names the setting");
    return 0;
  }
  for (const std::string& secret : secrets) {
    must(secret.size() >= 32, "a short key is refused");
    must(text.find(secret) != std::string_view::npos, "keys stand in the file");
    for (const std::string& message : told) must(message.find(secret) == std::string::npos, "no message holds a key");
  }
  must(told.size() <= 2 * secrets.size() + 2, "at most two warnings a key");
  if (secrets.empty() || secrets.size() > 4) return 0;
  const keys signing(secrets, "consent.keys", key_use::cookies);
  must(signing.verify(signing.newest(), "a", signing.sign("a")), "what the newest signs verifies");
  must(!signing.verify(signing.newest(), "b", signing.sign("a")), "and nothing else");
  return 0;
}
