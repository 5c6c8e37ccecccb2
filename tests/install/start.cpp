// Starts a site by a policy file, as a server would: 0, or 1 and the reason why it does not start.
#include <abide/config.hpp>
#include <abide/site.hpp>

#include <cstdio>
#include <exception>

int main(int count, char** words) {
  if (count != 2) return 2;
  try {
    abide::site_options options;
    options.keys = {"0123456789abcdef0123456789abcdef"};
    const abide::site site = abide::load_site(words[1], options);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
