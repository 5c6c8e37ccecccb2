#pragma once
// The site's keys. Each use has its own key, derived from the secrets that the operator configures, so that nothing
// signed for one use passes for another.
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace abide::detail {

inline constexpr std::size_t key_name_size = 6;  ///< the first characters of the base64url of the key's SHA-256

enum class key_use { cookies, records, accounts };

/// The key of the first secret signs. All keys verify: those of the other secrets, those of retired secrets, and the
/// secrets themselves, which signed everything before keys were derived.
class keys {
 public:
  /// Derives a key from each secret by HKDF-SHA256 (RFC 5869), newest first; a secret has at least 32 bytes. Throws
  /// config_error. `where` names the secrets in messages; no message contains a secret.
  keys(const std::vector<std::string>& secrets, const std::string& where, key_use,
       const std::vector<std::string>& retired = {});
  keys(keys&&) noexcept;
  ~keys();

  /// The name of the signing key.
  std::string_view newest() const noexcept;
  /// The HMAC-SHA256 with the signing key, in base64url.
  std::string sign(std::string_view text) const;
  /// The same with every key, the signing key first.
  std::vector<std::string> signatures(std::string_view text) const;
  /// Whether the key of this name made the signature; compared in constant time.
  bool verify(std::string_view key_name, std::string_view text, std::string_view signature) const;
  /// Whether the key of this name is only among the retired ones.
  bool is_retired(std::string_view key_name) const noexcept;

 private:
  struct key;
  void add(std::string_view secret, const std::string& where, bool is_retired);
  std::vector<std::unique_ptr<key>> list_;
};

/// Reads the secrets of a policy's `consent.keys`: `env:NAME` (separated by spaces or commas) or `file:PATH` (one per
/// line), newest first; none for an empty place. Throws config_error that names the place if it holds no secret or one
/// that is too short. Warns of files that everybody may read, and of secrets that look typed.
std::vector<std::string> read_secrets(const std::string& place, const std::string& where,
                                      const std::function<void(const std::string&)>& warn);

/// A random secret, for a site without configured keys.
std::string random_secret();

}  // namespace abide::detail
