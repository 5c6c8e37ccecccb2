#pragma once
// A file that gets its final name when it is complete. Other users cannot read it.
#include <string>
#include <vector>

namespace abide::detail {

bool is_empty_file(const std::string& file);
/// Adds a warning to `told` if others than the owner and its group may read the file.
void warn_of_readers(const std::string& file, std::vector<std::string>& told);

class new_file {
 public:
  /// Creates an empty temporary file beside `target`. Throws store_error.
  explicit new_file(const std::string& target);
  ~new_file();
  new_file(const new_file&) = delete;
  const std::string& name() const { return name_; }
  /// Gives the file its final name; durable when it returns. Keeps a file of that name that another process made.
  /// Throws store_error.
  void take_place() const;

 private:
  std::string target_, name_;
};

}  // namespace abide::detail
