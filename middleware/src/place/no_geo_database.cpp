// Replaces geo_database.cpp in builds with ABIDE_MAXMIND=OFF.
#include "abide/config.hpp"
#include "place/geo_database.hpp"

namespace abide::detail {

struct geo_database::opened {};

geo_database::geo_database(const std::string& file) {
  throw config_error("jurisdiction.maxmind: " + file +
                     ": this library was built without MaxMind DB files (ABIDE_MAXMIND=OFF)");
}
geo_database::geo_database(geo_database&&) noexcept = default;
geo_database::~geo_database() = default;
std::string geo_database::location(std::string_view) const { return {}; }

}  // namespace abide::detail
