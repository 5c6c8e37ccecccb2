// Files of any bytes as catalogs and as lists of cookies: read, or refused with a config_error; a list costs time
// linear in its size.
#include "abide/config.hpp"
#include "input.hpp"
#include "linear.hpp"
#include "memory_file.hpp"
#include "tools/cookie_list.hpp"

namespace {

using namespace abide::detail::cli;

void read_list(std::string_view text) {
  const memory_file file(text);
  try {
    const cookie_list list = read_cookie_list(file.name());
    std::size_t bytes = 0;
    for (const listed_cookie& each : list.cookies) {
      must(!each.row.name.empty() && each.row.name.find_first_of("\t\n") == std::string::npos, "a name is one cell");
      bytes += each.row.name.size() + each.purpose.size();
    }
    must(list.cookies.empty() || bytes <= text.size() * 16 + 64, "a list holds what its file holds");
  } catch (const abide::config_error& fault) {
    must(std::string_view(fault.what()).starts_with(file.name()), "a fault names the file");
  }
}

void read_rows(std::string_view text) {
  const memory_file file(text);
  try {
    for (const catalog_row& row : read_catalog(file.name()))
      must(row.confidence >= 1 && row.confidence <= 100, "a confidence is a share");
  } catch (const abide::config_error& fault) {
    must(std::string_view(fault.what()).starts_with(file.name()), "a fault names the file");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  const auto read = in.flag() ? read_rows : read_list;
  read(in.rest());
  must_be_linear(in.rest(), read);
  return 0;
}
