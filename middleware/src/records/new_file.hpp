#pragma once
// A file that gets its name when it is whole. Others cannot read it.
#include <string>
#include <vector>

namespace abide::detail {

bool is_empty_file(const std::string& file);
/// Says so when others than the owner and its group may read the file.
void warn_of_readers(const std::string& file, std::vector<std::string>& told);

class new_file {
 public:
  /// Makes an empty file beside the one that it is to become. Throws store_error.
  explicit new_file(const std::string& target);
  ~new_file();
  new_file(const new_file&) = delete;
  const std::string& name() const { return name_; }
  /// Durable when it returns. Another process' file that has the name already stays. Throws store_error.
  void take_place() const;

 private:
  std::string target_, name_;
};

}  // namespace abide::detail
