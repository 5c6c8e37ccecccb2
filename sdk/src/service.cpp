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

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::size_t number_size = 9;

bool is_number(std::string_view name) noexcept {
  return name.size() == number_size && name.front() == '#' &&
         ascii::part(name, 1).find_first_not_of(hex_digits) == std::string_view::npos;
}

}  // namespace

std::uint32_t service_id(std::string_view vendor) noexcept {
  if (vendor.empty()) return 0;
  if (is_number(vendor)) {
    std::uint32_t id = 0;
    for (const char c : ascii::part(vendor, 1)) id = id << 4 | static_cast<std::uint32_t>(hex_digits.find(c));
    return id;
  }
  std::uint32_t hash = 2166136261u;  // FNV-1a; stored records contain it, so it must not change
  for (const char c : vendor) hash = (hash ^ static_cast<unsigned char>(ascii::lower(c))) * 16777619u;
  return hash != 0 ? hash : 1;
}

void write_service_id(std::uint32_t id, char* out) noexcept {
  *out++ = '#';
  for (int shift = 28; shift >= 0; shift -= 4) *out++ = hex_digits[id >> shift & 15u];
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
