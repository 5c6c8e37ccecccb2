#pragma once
// ASCII lower case, never the locale's: host names and schemes.
#include <string>
#include <string_view>

namespace abide {

inline std::string lower(std::string_view text) {
  std::string made(text);
  for (char& c : made)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return made;
}

}  // namespace abide
