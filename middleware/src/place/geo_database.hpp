#pragma once
// Country and region of an address, from a MaxMind DB file (libmaxminddb). Reads no city and stores nothing.
#include <memory>
#include <string>
#include <string_view>

namespace abide::detail {

class geo_database {
 public:
  /// Reads the file as it is now into memory. Throws config_error, naming `jurisdiction.maxmind`, if it is not a usable
  /// MaxMind DB.
  explicit geo_database(const std::string& file);
  geo_database(geo_database&&) noexcept;
  ~geo_database();

  /// `US-CA`, `DE`; empty for private, unknown and anonymiser addresses, and for other texts. Thread-safe.
  std::string location(std::string_view address) const;

 private:
  struct opened;
  std::unique_ptr<opened> opened_;
};

}  // namespace abide::detail
