#pragma once
// The static folder, read once at start: a request can only get a file that existed then.
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "http.hpp"

namespace firwick {

class files {
 public:
  explicit files(const std::filesystem::path& folder);

  /// The file in the folder, 304 if the browser has it, or 404.
  response serve(std::string_view name, const request&) const;

 private:
  struct file {
    std::string content, type, tag;
  };
  std::map<std::string, file, std::less<>> files_;
};

}  // namespace firwick
