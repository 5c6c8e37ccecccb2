#pragma once
// What is wrong or unwise in a policy file, and where.
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace abide::detail {

/// Counted from 1; columns count characters. Line 0: unknown.
struct text_place {
  std::size_t line = 0, column = 0;
};

struct finding {
  std::string path;  ///< of the value in the file (RFC 6901); empty: the whole file
  std::string text;  ///< what was expected, and what was probably meant
  text_place at;
  bool is_warning = false;
  bool is_syntax = false;      ///< not valid JSON; nothing else is known about this place
  bool is_of_machine = false;  ///< a key or file that is missing here, but may exist where the site runs
};

/// Where the keys and values of a policy file are, by path.
struct policy_source {
  struct places {
    text_place key, value;
  };
  std::string file;  ///< its name in messages
  std::map<std::string, places, std::less<>> by_path;

  /// The place of the value, or of the object or list that would contain it.
  text_place place_of(std::string_view path) const;
  text_place place_of_key(std::string_view path) const;
};

/// `policy.json:3:17: /mode: expected one of enforce, observe`
std::string told(const finding&, std::string_view file);

/// All findings, one per line.
std::string told(const std::vector<finding>&, std::string_view file);

void sort_by_place(std::vector<finding>&);

}  // namespace abide::detail
