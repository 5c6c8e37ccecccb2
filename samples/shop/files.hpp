#pragma once
// The static folder, read once at start: a request can only name a file that was there.
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "http.hpp"

namespace firwick {

class files {
 public:
  explicit files(const std::filesystem::path& folder);

  /// The file below the folder, 304 when the browser has it, or 404.
  response serve(std::string_view name, const request&) const;

 private:
  struct file {
    std::string content, type, tag;
  };
  std::map<std::string, file, std::less<>> files_;
};

}  // namespace firwick
