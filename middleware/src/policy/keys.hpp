#pragma once
// The site's keys. Each use of them has its own, derived from the secrets that the operator configures, so that nothing
// signed for one use passes for another.
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace abide::detail {

inline constexpr std::size_t key_name_size = 6;  ///< base64url of the key's SHA-256, first characters

enum class key_use { cookies, records, accounts };

/// The first secret's key signs. All verify: those of the other secrets, those of retired ones, and the secrets
/// themselves, which signed everything before keys were derived.
class keys {
 public:
  /// HKDF-SHA256 (RFC 5869) of each secret, newest first; a secret has at least 32 bytes. Throws config_error. `where`
  /// names them in messages; no message holds a secret.
  keys(const std::vector<std::string>& secrets, const std::string& where, key_use,
       const std::vector<std::string>& retired = {});
  keys(keys&&) noexcept;
  ~keys();

  /// Name of the key that signs.
  std::string_view newest() const noexcept;
  /// base64url of the HMAC-SHA256 by the key that signs.
  std::string sign(std::string_view text) const;
  /// The same by every key, the signing one's first.
  std::vector<std::string> signatures(std::string_view text) const;
  /// Whether the key of this name made the signature; compared in constant time.
  bool verify(std::string_view key_name, std::string_view text, std::string_view signature) const;

 private:
  struct key;
  void add(std::string_view secret, const std::string& where);
  std::vector<std::unique_ptr<key>> list_;
};

/// Secrets by a policy's `consent.keys`: `env:NAME` (separated by spaces or commas) or `file:PATH` (one a line), newest
/// first; none for an empty place. Throws config_error, naming the place, where it holds none or one that is too short.
/// Tells `warn` of a file that everybody may read, and of secrets that look as if somebody had typed them.
std::vector<std::string> read_secrets(const std::string& place, const std::string& where,
                                      const std::function<void(const std::string&)>& warn);

/// A random secret, for a site without configured keys.
std::string random_secret();

}  // namespace abide::detail
