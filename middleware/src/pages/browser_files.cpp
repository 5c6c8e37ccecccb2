#include "pages/browser_files.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <utility>

#include "abide/config.hpp"
#include "base/embedded.hpp"

namespace abide::detail {
namespace {

constexpr std::string_view module_files[]{ABIDE_BROWSER_FILES};  // the names of wasm/files.cmake

std::string_view type_of(std::string_view name) {
  return name.ends_with(".wasm") ? "application/wasm" : "text/javascript";
}

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string_view built_in(std::string_view name, std::string_view ending) {
  for (const embedded_file& file : embedded_browser_files())
    if (file.name.starts_with(name) && file.name.substr(name.size()) == ending) return file.bytes;
  return {};
}

std::string hex(std::uint64_t number) {
  std::string out;
  for (int shift = 44; shift >= 0; shift -= 4) out += "0123456789abcdef"[number >> shift & 15u];
  return out;
}

}  // namespace

browser_files::browser_files(const std::string& folder, std::string policy) {
  files_["policy.json"] = {"application/json", keep(std::move(policy)), {}, {}};
  for (const char* name :
       {"notice.css", "top.css", "over.css", "card.css", "shared.css", "preferences.css", "policy.css"})
    if (const embedded_file* css = embedded(name))
      files_[name] = {"text/css; charset=utf-8", css->bytes, built_in(name, ".br"), built_in(name, ".gz")};
  const bool is_none = folder == "none", is_built_in = folder.empty();
  if (!is_none)
    for (const std::string_view name : module_files) {
      const std::string_view known = built_in(name, "");
      const std::string_view bytes = is_built_in ? known : keep(read(folder + "/" + std::string(name)));
      if (bytes.empty()) continue;
      browser_file& made = files_[std::string(name)] = {type_of(name), bytes, {}, {}};
      if (bytes == known) made = {type_of(name), known, built_in(name, ".br"), built_in(name, ".gz")};
    }
  has_module_ = files_.count("gate.js") != 0 && files_.count("abide.mjs") != 0;
  if (!is_none && !is_built_in && !has_module_) throw config_error(folder + ": expected gate.js and abide.mjs");
  set_version();
}

void browser_files::add(const std::string& name, std::string_view type, std::string bytes) {
  files_[name] = {type, keep(std::move(bytes)), {}, {}};
  set_version();
}

std::string_view browser_files::keep(std::string bytes) { return kept_.emplace_back(std::move(bytes)); }

void browser_files::set_version() {
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a: a version, no signature
  for (const auto& [name, file] : files_)
    for (const char c : file.bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  version_path_ = "v-" + hex(hash) + "/";
}

const browser_file* browser_files::find(std::string_view name) const {
  const auto at = files_.find(name);
  return at == files_.end() ? nullptr : &at->second;
}

}  // namespace abide::detail
