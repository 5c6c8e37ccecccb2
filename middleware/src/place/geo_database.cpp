#include "place/geo_database.hpp"

#include <fcntl.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "abide/config.hpp"
#include "base/write_whole.hpp"
#include "policy/address_range.hpp"

namespace abide::detail {

struct geo_database::opened {
  MMDB_s db{};
  bool is_open = false;  // a failed open has already released everything
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

// The library does not check whether a record is inside the file.
bool is_inside(const MMDB_s& db, std::uint64_t offset) { return offset < db.data_section_size; }

int check_record(MMDB_s& db, std::uint64_t offset) {
  if (!is_inside(db, offset)) return MMDB_CORRUPT_SEARCH_TREE_ERROR;
  MMDB_entry_s entry{&db, static_cast<std::uint32_t>(offset)};
  MMDB_entry_data_list_s* list = nullptr;
  const int status = MMDB_get_entry_data_list(&entry, &list);
  MMDB_free_entry_data_list(list);
  return status;
}

// Whether the file is shorter than its search tree: the library would read past its end.
bool is_cut(const MMDB_s& db) {
  const std::uint64_t node_size = db.metadata.record_size / 4u;
  const std::uint64_t tree = db.metadata.node_count * node_size;
  return node_size == 0 || tree + 16 >= static_cast<std::uint64_t>(db.file_size);
}

// The library finds damage only when it reads the tree or a record, so a bounded part of both is read once at start.
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

/// The record of an address. An IPv4-mapped address, as dual-stack sockets report IPv4 peers, is looked up as IPv4:
/// some files contain only IPv4 networks, and not every file maps these addresses.
MMDB_lookup_result_s look_up(const MMDB_s& db, const std::array<std::uint8_t, 16>& address, int& status) {
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  sockaddr_in6 v6{};
  sockaddr_in v4{};
  v6.sin6_family = AF_INET6;
  v4.sin_family = AF_INET;
  std::copy(address.begin(), address.end(), v6.sin6_addr.s6_addr);
  std::copy(address.begin() + mapped.size(), address.end(), reinterpret_cast<std::uint8_t*>(&v4.sin_addr));
  const bool is_v4 = std::equal(mapped.begin(), mapped.end(), address.begin());
  return MMDB_lookup_sockaddr(
      &db, is_v4 ? reinterpret_cast<const sockaddr*>(&v4) : reinterpret_cast<const sockaddr*>(&v6), &status);
}

struct descriptor {
  int number;
  ~descriptor() {
    if (number >= 0) ::close(number);
  }
};

/// Copies the bytes that a file has now. Returns a status of the library.
int copy_file(const std::string& name, int to) {
  const descriptor from{
      ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};  // it does not wait for a pipe's writer
  struct stat about {};
  if (from.number < 0 || ::fstat(from.number, &about) != 0 || !S_ISREG(about.st_mode)) return MMDB_FILE_OPEN_ERROR;
  std::vector<char> part(std::size_t{1} << 18);
  for (auto left = static_cast<std::size_t>(about.st_size); left > 0;) {
    const ssize_t size = ::read(from.number, part.data(), std::min(part.size(), left));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return MMDB_IO_ERROR;
    if (size == 0) break;
    if (write_whole(to, {part.data(), static_cast<std::size_t>(size)}) != 0) return MMDB_OUT_OF_MEMORY_ERROR;
    left -= static_cast<std::size_t>(size);
  }
  return MMDB_SUCCESS;
}

/// Some systems demand that the file cannot be executed; older ones do not know the flag.
int memory_file() noexcept {
  constexpr unsigned not_executable = 8;  // MFD_NOEXEC_SEAL, Linux 6.3
  const int made = ::memfd_create("abide-places", MFD_CLOEXEC | not_executable);
  return made >= 0 || errno != EINVAL ? made : ::memfd_create("abide-places", MFD_CLOEXEC);
}

/// Opens a copy that nobody can change. The library maps files into memory, and if an updater cuts a mapped file, the
/// next lookup ends the process (SIGBUS). A server that forks later shares the copy with its children.
int open_copy(const std::string& name, MMDB_s& db) {
  const descriptor copy{memory_file()};
  if (copy.number < 0) return MMDB_OUT_OF_MEMORY_ERROR;
  if (const int status = copy_file(name, copy.number); status != MMDB_SUCCESS) return status;
  return MMDB_open(("/proc/self/fd/" + std::to_string(copy.number)).c_str(), MMDB_MODE_MMAP, &db);
}

}  // namespace

geo_database::geo_database(const std::string& file) : opened_(std::make_unique<opened>()) {
  int status = open_copy(file, opened_->db);
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
  const auto bytes = read_address_bytes(address);
  if (!bytes) return {};
  int status = MMDB_SUCCESS;
  MMDB_lookup_result_s found = look_up(opened_->db, *bytes, status);
  if (status != MMDB_SUCCESS || !found.found_entry) return {};
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
