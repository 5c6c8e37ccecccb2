#include "place/geo_database.hpp"

#include <maxminddb.h>

#include <vector>

#include "abide/config.hpp"

namespace abide::detail {

struct geo_database::opened {
  MMDB_s db{};
  bool is_open = false;  // a failed open has released everything already
  ~opened() {
    if (is_open) MMDB_close(&db);
  }
};

namespace {

std::string_view text_at(MMDB_entry_s& entry, const char* const* path) {
  MMDB_entry_data_s data{};
  if (MMDB_aget_value(&entry, &data, path) != MMDB_SUCCESS || !data.has_data) return {};
  if (data.type != MMDB_DATA_TYPE_UTF8_STRING) return {};
  return {data.utf8_string, data.data_size};
}

bool flag_at(MMDB_entry_s& entry, const char* const* path) {
  MMDB_entry_data_s data{};
  return MMDB_aget_value(&entry, &data, path) == MMDB_SUCCESS && data.has_data && data.type == MMDB_DATA_TYPE_BOOLEAN &&
         data.boolean;
}

bool is_code(std::string_view text, std::size_t least, std::size_t most) {
  if (text.size() < least || text.size() > most) return false;
  for (const char c : text)
    if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))) return false;
  return true;
}

// The library follows a record out of the file without looking.
bool is_inside(const MMDB_s& db, std::uint64_t offset) { return offset < db.data_section_size; }

int check_record(MMDB_s& db, std::uint64_t offset) {
  if (!is_inside(db, offset)) return MMDB_CORRUPT_SEARCH_TREE_ERROR;
  MMDB_entry_s entry{&db, static_cast<std::uint32_t>(offset)};
  MMDB_entry_data_list_s* list = nullptr;
  const int status = MMDB_get_entry_data_list(&entry, &list);
  MMDB_free_entry_data_list(list);
  return status;
}

// A file shorter than its own search tree: the library would read past its end.
bool is_cut(const MMDB_s& db) {
  const std::uint64_t node_size = db.metadata.record_size / 4u;
  const std::uint64_t tree = db.metadata.node_count * node_size;
  return node_size == 0 || tree + 16 >= static_cast<std::uint64_t>(db.file_size);
}

// Damage shows only where the tree or a record is read, so a bounded part of both is read once, at start.
int check(MMDB_s& db) {
  constexpr std::size_t nodes_max = 50000;
  std::vector<std::uint32_t> open{0};
  for (std::size_t visited = 0; visited < nodes_max && !open.empty(); ++visited) {
    MMDB_search_node_s node{};
    const std::uint32_t number = open.back();
    open.pop_back();
    if (const int status = MMDB_read_node(&db, number, &node); status != MMDB_SUCCESS) return status;
    const std::pair<std::uint8_t, std::uint64_t> sides[]{{node.left_record_type, node.left_record},
                                                         {node.right_record_type, node.right_record}};
    for (const auto& [type, record] : sides) {
      if (type == MMDB_RECORD_TYPE_INVALID) return MMDB_CORRUPT_SEARCH_TREE_ERROR;
      if (type == MMDB_RECORD_TYPE_SEARCH_NODE) open.push_back(static_cast<std::uint32_t>(record));
    }
    if (node.left_record_type == MMDB_RECORD_TYPE_DATA)
      if (const int status = check_record(db, node.left_record_entry.offset); status != MMDB_SUCCESS) return status;
    if (node.right_record_type == MMDB_RECORD_TYPE_DATA)
      if (const int status = check_record(db, node.right_record_entry.offset); status != MMDB_SUCCESS) return status;
  }
  return MMDB_SUCCESS;
}

}  // namespace

geo_database::geo_database(const std::string& file) : opened_(std::make_unique<opened>()) {
  int status = MMDB_open(file.c_str(), MMDB_MODE_MMAP, &opened_->db);
  opened_->is_open = status == MMDB_SUCCESS;
  if (status == MMDB_SUCCESS && is_cut(opened_->db)) status = MMDB_CORRUPT_SEARCH_TREE_ERROR;
  if (status == MMDB_SUCCESS) status = check(opened_->db);
  if (status != MMDB_SUCCESS)
    throw config_error("jurisdiction.maxmind: " + file + ": expected a MaxMind DB file: " + MMDB_strerror(status));
}
geo_database::geo_database(geo_database&&) noexcept = default;
geo_database::~geo_database() = default;

std::string geo_database::location(std::string_view address) const {
  static constexpr const char* country_path[]{"country", "iso_code", nullptr};
  static constexpr const char* region_path[]{"subdivisions", "0", "iso_code", nullptr};
  static constexpr const char* proxy_path[]{"traits", "is_anonymous_proxy", nullptr};
  int address_error = 0, status = MMDB_SUCCESS;
  const std::string text(address);
  MMDB_lookup_result_s found = MMDB_lookup_string(&opened_->db, text.c_str(), &address_error, &status);
  if (address_error != 0 || status != MMDB_SUCCESS || !found.found_entry) return {};
  if (!is_inside(opened_->db, found.entry.offset)) return {};
  if (flag_at(found.entry, proxy_path)) return {};
  const std::string_view country = text_at(found.entry, country_path);
  if (!is_code(country, 2, 2)) return {};
  std::string location(country);
  // The first subdivision is the most general one (GB: ENG before WBK).
  const std::string_view region = text_at(found.entry, region_path);
  if (is_code(region, 1, 3)) location.append(1, '-').append(region);
  return location;
}

}  // namespace abide::detail
