#pragma once
// Files built into the library (middleware/texts/embed.cmake).
#include <span>
#include <string_view>

namespace abide::detail {

struct embedded_file {
  std::string_view name;  ///< without the folder: `notice.css`
  std::string_view bytes;
  std::string_view hash;  ///< 12 hex digits of the content's hash, for URLs that may be cached forever
};

std::span<const embedded_file> embedded_files() noexcept;

/// The files that browsers load, built from the wasm folder; empty in builds without em++ (ABIDE_WASM).
std::span<const embedded_file> embedded_browser_files() noexcept;

/// The file with this name; null if there is none.
inline const embedded_file* embedded(std::string_view name) noexcept {
  for (const embedded_file& file : embedded_files())
    if (file.name == name) return &file;
  return nullptr;
}

}  // namespace abide::detail
