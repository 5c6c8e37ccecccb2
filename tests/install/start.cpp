// Opens a site with a policy file, as a server would. Exit status 0, or 1 with the reason why it does not open.
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
