#pragma once
// What is wrong in a policy file, or unwise, and where it stands.
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace abide::detail {

/// From 1; columns count letters. A line of 0: not known.
struct text_place {
  std::size_t line = 0, column = 0;
};

struct finding {
  std::string path;  ///< of the value in the file (RFC 6901); empty: the whole file
  std::string text;  ///< what was expected, and what was perhaps meant
  text_place at;
  bool is_warning = false;
  bool is_syntax = false;      ///< no JSON: nothing else can be said of this place
  bool is_of_machine = false;  ///< a key or a file that is not here, and may be where the site runs
};

/// The text of a policy file by its paths.
struct policy_source {
  struct places {
    text_place key, value;
  };
  std::string file;  ///< as messages call it
  std::map<std::string, places, std::less<>> by_path;

  /// Of the value, or of what it would stand in.
  text_place place_of(std::string_view path) const;
  text_place place_of_key(std::string_view path) const;
};

/// `policy.json:3:17: /mode: expected one of enforce, observe`
std::string told(const finding&, std::string_view file);

/// All in the order of the file, one a line.
std::string told(const std::vector<finding>&, std::string_view file);

void sort_by_place(std::vector<finding>&);

}  // namespace abide::detail
