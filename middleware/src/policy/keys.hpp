#pragma once
// The keys that sign the consent cookie, newest first: it signs, all verify.
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace abide::detail {

inline constexpr std::size_t key_name_size = 6;  ///< base64url of the key's SHA-256, first characters

class keys {
 public:
  /// Each secret at least 32 bytes; throws config_error. `where` names them in messages; no message holds a secret.
  keys(const std::vector<std::string>& secrets, const std::string& where);
  keys(keys&&) noexcept;
  ~keys();

  /// Name of the newest key.
  std::string_view newest() const noexcept;
  /// base64url of the HMAC-SHA256 by the newest key.
  std::string sign(std::string_view text) const;
  /// Whether the key of this name made the signature; compared in constant time.
  bool verify(std::string_view key_name, std::string_view text, std::string_view signature) const;

 private:
  struct key;
  std::vector<std::unique_ptr<key>> list_;
};

/// Secrets by a policy's `consent.keys`: `env:NAME` (separated by spaces or commas) or `file:PATH` (one a line), newest
/// first. Throws config_error.
std::vector<std::string> read_secrets(const std::string& place);

/// A random secret, for a site without configured keys.
std::string random_secret();

}  // namespace abide::detail
