#include "policy/strict_json.hpp"

#include <set>
#include <vector>

#include "abide/config.hpp"

namespace abide::detail {
namespace {

// Follows the parser through the file and knows the path of what comes next.
class path_watch {
 public:
  explicit path_watch(const std::string& name) : name_(name) {}

  void see(file_json::parse_event_t event, const file_json& parsed) {
    using seen = file_json::parse_event_t;
    switch (event) {
      case seen::object_start: levels_.push_back({false, 0, {}, {}}); return;
      case seen::array_start: levels_.push_back({true, 0, {}, {}}); return;
      case seen::key: see_key(parsed.get_ref<const std::string&>()); return;
      case seen::object_end:
      case seen::array_end: levels_.pop_back(); break;
      case seen::value: break;
    }
    if (!levels_.empty() && levels_.back().is_list) ++levels_.back().index;
  }

 private:
  struct level {
    bool is_list;
    std::size_t index;
    std::string key;
    std::set<std::string> keys;
  };

  void see_key(const std::string& key) {
    levels_.back().key = key;
    if (!levels_.back().keys.insert(key).second) throw config_error(name_ + ": " + path() + ": duplicate key");
  }

  std::string path() const {
    std::string path;
    for (const level& at : levels_) path = json_path(path, at.is_list ? std::to_string(at.index) : at.key);
    return path;
  }

  const std::string& name_;
  std::vector<level> levels_;
};

std::string place_of(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, byte == 0 ? 0 : byte - 1);
  std::size_t line = 1;
  for (const char c : before) line += c == '\n';
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - line_start + 1);
}

// The library's message without its number and its own idea of the place.
std::string_view reason_of(std::string_view message) {
  const std::size_t dash = message.find(" - ");
  if (dash != std::string_view::npos) return message.substr(dash + 3);
  const std::size_t bracket = message.find("] ");
  return bracket == std::string_view::npos ? message : message.substr(bracket + 2);
}

[[noreturn]] void refuse(const std::string& name, const std::string& place, std::string_view reason) {
  throw config_error(name + ": " + place + "not valid JSON: " + std::string(reason));
}

}  // namespace

file_json read_strict_json(std::string_view text, const std::string& name) {
  // The library takes a NUL for the end of the text and would not read on.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
    refuse(name, place_of(text, nul + 1) + ": ", "a NUL byte");
  path_watch watch(name);
  const auto follow = [&watch](int, file_json::parse_event_t event, file_json& parsed) {
    watch.see(event, parsed);
    return true;
  };
  try {
    return file_json::parse(text, follow);
  } catch (const file_json::parse_error& error) {
    refuse(name, place_of(text, error.byte) + ": ", reason_of(error.what()));
  } catch (const file_json::exception& error) {
    refuse(name, "", reason_of(error.what()));
  }
}

std::string json_path(std::string_view parent, std::string_view key) {
  std::string path(parent);
  path += '/';
  for (const char c : key) {
    if (c == '~') path += "~0";
    else if (c == '/') path += "~1";
    else path += c;
  }
  return path;
}

}  // namespace abide::detail
