#pragma once
// Country and region of an address, from a MaxMind DB file (libmaxminddb). No city, nothing is stored.
#include <memory>
#include <string>
#include <string_view>

namespace abide::detail {

class geo_database {
 public:
  /// Throws config_error when the file is no usable MaxMind DB. `jurisdiction.maxmind` names it in messages.
  explicit geo_database(const std::string& file);
  geo_database(geo_database&&) noexcept;
  ~geo_database();

  /// `US-CA`, `DE`; empty for private, unknown and anonymiser addresses, and for text that is no address.
  std::string location(std::string_view address) const;

 private:
  struct opened;
  std::unique_ptr<opened> opened_;
};

}  // namespace abide::detail
