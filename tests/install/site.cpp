#include <abide/abide.hpp>
#include <abide/carry.hpp>
#include <abide/records.hpp>
#include <abide/site.hpp>

#include <cstdio>

int main() {
  abide::site_options options;
  options.location = "US-CA";
  options.keys = {"0123456789abcdef0123456789abcdef"};
  options.records = "none";
  const abide::site site(abide::parse_config("{}", "inline"), options);
  std::printf("%s\n", site.settings().site_name.c_str());
  try {
    (void)abide::parse_config("{", "inline");
  } catch (const abide::config_error& error) {  // its type is recognised across the library's boundary
    return error.what()[0] == 'i' ? 0 : 1;
  }
  return 1;
}
