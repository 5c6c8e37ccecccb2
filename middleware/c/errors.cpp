#include "errors.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include "abide/config.hpp"
#include "texts.hpp"

namespace abide::detail::c {
namespace {

// Does not cut within a character: its later bytes begin with the bits 10.
std::size_t cut_before_character(std::string_view text, std::size_t size) noexcept {
  while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  return size;
}

// The faults of a policy are lines. Of those that do not fit, the number is given.
void write_text(char* to, std::size_t room, std::string_view text) noexcept {
  std::size_t size = std::min(text.size(), room);
  char rest[64] = "";
  if (size < text.size()) {
    const auto lines = [&](std::size_t from) {
      return std::count(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), '\n');
    };
    for (std::size_t end = text.rfind('\n', size); end != text.npos && end > 0; end = text.rfind('\n', end - 1)) {
      const int more = std::snprintf(rest, sizeof rest, "\n%td more: run abide policy check", lines(end));
      if (end + static_cast<std::size_t>(more) <= room) {
        size = end;
        break;
      }
      rest[0] = '\0';
    }
    size = cut_before_character(text, size);
  }
  std::memcpy(to, text.data(), size);
  std::memcpy(to + size, rest, std::strlen(rest));
}

}  // namespace

int fail(abide_error* error, int code, std::string_view text) noexcept {
  if (!has_size(error)) return code;
  abide_error mine{};
  mine.code = code;
  // A caller's struct may be shorter, and its text with it.
  const std::size_t before_text = offsetof(abide_error, text);
  const std::size_t room = std::min(error->size, before_text + sizeof mine.text);
  if (room > before_text) write_text(mine.text, room - before_text - 1, text);
  give(mine, error);
  return code;
}

int fail_by_exception(abide_error* error) noexcept {
  try {
    throw;
  } catch (const config_error& e) {
    return fail(error, ABIDE_BAD_CONFIG, e.what());
  } catch (const std::bad_alloc&) {
    return fail(error, ABIDE_NO_MEMORY, "out of memory");
  } catch (const std::exception& e) {
    return fail(error, ABIDE_FAILED, e.what());
  } catch (...) {
    return fail(error, ABIDE_FAILED, "unknown exception");
  }
}

}  // namespace abide::detail::c
