// A policy file of any bytes: read, or refused with config_error and nothing else.
#include "abide/config.hpp"
#include "input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const exact_copy copy({reinterpret_cast<const char*>(data), size});
  try {
    const abide::config read = abide::parse_config(copy.view(), "policy.json");
    for (std::size_t i = 0; i < read.policy.cookie_count; ++i)
      must(!read.policy.cookies[i].name.empty(), "a rule has a name");
    abide::classify(read.policy, {"_ga", "www.shop.example", false});
  } catch (const abide::config_error& fault) {
    must(std::string_view(fault.what()).substr(0, 11) == "policy.json", "a fault names the file");
  }
  return 0;
}
