#include "abide/service.hpp"

#include "ascii.hpp"
#include "catalog_data.hpp"

namespace abide {

using namespace detail;

namespace {

std::string_view vendor_of(const data::catalog_entry& entry) noexcept {
  const bool is_narrowed = (entry.flags & data::narrowed_flag) != 0;
  return data::word(is_narrowed ? data::catalog.narrowings[entry.vendor].vendor : entry.vendor);
}

std::string_view find_in(const data::hashed_table& table, std::uint32_t id) noexcept {
  const std::uint32_t end = table.buckets[table.bucket_mask + 1];
  for (std::uint32_t i = 0; i < end; ++i)
    if (const std::string_view vendor = vendor_of(table.entries[i]); service_id(vendor) == id) return vendor;
  return {};
}

}  // namespace

std::uint32_t service_id(std::string_view vendor) noexcept {
  if (vendor.empty()) return 0;
  std::uint32_t hash = 2166136261u;  // FNV-1a: it lies in stored records, so it stays as it is
  for (const char c : vendor) hash = (hash ^ static_cast<unsigned char>(ascii::lower(c))) * 16777619u;
  return hash != 0 ? hash : 1;
}

std::string_view find_service(const policy& p, std::uint32_t id) noexcept {
  if (id == 0) return {};
  for (std::size_t i = 0; i < p.cookie_count; ++i)
    if (service_id(p.cookies[i].vendor) == id) return p.cookies[i].vendor;
  const data::catalog_table& table = data::catalog;
  if (const std::string_view found = find_in(table.names, id); !found.empty()) return found;
  if (const std::string_view found = find_in(table.hosts, id); !found.empty()) return found;
  for (std::size_t i = 0; i < table.shape_count; ++i)
    if (service_id(data::word(table.shapes[i].vendor)) == id) return data::word(table.shapes[i].vendor);
  return {};
}

}  // namespace abide
