#include "files.hpp"

#include <fstream>
#include <functional>
#include <sstream>

namespace firwick {
namespace {

std::string_view type_of(const std::string& extension) {
  if (extension == ".css") return "text/css; charset=utf-8";
  if (extension == ".js") return "text/javascript; charset=utf-8";
  if (extension == ".svg") return "image/svg+xml";
  if (extension == ".woff2") return "font/woff2";
  if (extension == ".txt") return "text/plain; charset=utf-8";
  return {};
}

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  return content.str();
}

}  // namespace

files::files(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const auto type = type_of(entry.path().extension().string());
    if (!entry.is_regular_file() || type.empty()) continue;
    file read{content_of(entry.path()), std::string(type), {}};
    read.tag = '"' + std::to_string(std::hash<std::string>{}(read.content)) + '"';
    files_[std::filesystem::relative(entry.path(), folder).generic_string()] = std::move(read);
  }
}

response files::serve(std::string_view name, const request& asked) const {
  const auto found = files_.find(name);
  if (found == files_.end()) {
    response missing{http::status::not_found, 11};
    missing.set(http::field::content_type, "text/plain; charset=utf-8");
    missing.body() = "Not found\n";
    return missing;
  }
  const file& wanted = found->second;
  const bool known = asked[http::field::if_none_match] == wanted.tag;
  response answer{known ? http::status::not_modified : http::status::ok, 11};
  answer.set(http::field::etag, wanted.tag);
  answer.set(http::field::cache_control, "public, max-age=0, must-revalidate");
  answer.set(http::field::content_type, wanted.type);
  answer.set("X-Content-Type-Options", "nosniff");
  if (!known) answer.body() = wanted.content;
  return answer;
}

}  // namespace firwick
