#pragma once
// The files a page loads from Abide: its style sheet and, where the site uses it, the module.
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace abide::detail {

/// `brotli`, `gzip`: the same bytes compressed when Abide was built; empty: not kept.
struct browser_file {
  std::string_view type, bytes, brotli, gzip;
};

class browser_files {
 public:
  /// Reads the known files of a folder; empty: the files that are built in; `none`: no module. A folder's own
  /// compressed files are not used: nothing shows that they are of the same bytes. `policy` becomes policy.json: a
  /// change of it is a new version too. Throws config_error if the folder has no module.
  browser_files(const std::string& folder, std::string policy);
  browser_files(browser_files&&) = default;  // no copies: the files view `kept_`

  /// Null for other names.
  const browser_file* find(std::string_view name) const;
  /// Path below the consent path, of a version that may be cached for ever: `v-0123456789ab/`.
  const std::string& version_path() const noexcept { return version_path_; }
  bool has_module() const noexcept { return has_module_; }

  /// A file made of the site's settings; it too changes the version. Before the first request.
  void add(const std::string& name, std::string_view type, std::string bytes);

 private:
  std::string_view keep(std::string bytes);
  void set_version();

  std::map<std::string, browser_file, std::less<>> files_;
  std::deque<std::string> kept_;  ///< the bytes that are not built in
  std::string version_path_;
  bool has_module_ = false;
};

}  // namespace abide::detail
