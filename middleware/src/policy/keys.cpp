#include "policy/keys.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bitset>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "abide/config.hpp"

namespace abide::detail {
namespace {

constexpr std::size_t secret_size_min = 32, key_file_max = 65'536;

std::string base64url(const unsigned char* bytes, std::size_t size) {
  constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  unsigned bits = 0, held = 0;
  for (std::size_t i = 0; i < size; ++i) {
    held = held << 8 | bytes[i];
    for (bits += 8; bits >= 6; bits -= 6) out += letters[held >> (bits - 6) & 63u];
  }
  if (bits > 0) out += letters[held << (6 - bits) & 63u];
  return out;
}

struct freed_by_openssl {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

using mac_context = std::unique_ptr<EVP_MAC_CTX, freed_by_openssl>;

constexpr std::array<std::string_view, 3> use_names{"abide consent cookies", "abide records", "abide account names"};

// RFC 5869 without salt: the secrets already are keys.
std::string derived(std::string_view secret, key_use use, const std::string& where) {
  const std::string_view info = use_names[static_cast<unsigned>(use)];
  EVP_KDF* hkdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  EVP_KDF_CTX* context = hkdf ? EVP_KDF_CTX_new(hkdf) : nullptr;
  EVP_KDF_free(hkdf);
  char digest[] = "SHA256";
  // OpenSSL takes non-const pointers to data that it only reads.
  auto bytes = [](std::string_view text) { return const_cast<char*>(text.data()); };
  const OSSL_PARAM parameters[]{OSSL_PARAM_construct_utf8_string("digest", digest, 0),
                                OSSL_PARAM_construct_octet_string("key", bytes(secret), secret.size()),
                                OSSL_PARAM_construct_octet_string("info", bytes(info), info.size()),
                                OSSL_PARAM_construct_end()};
  unsigned char made[32];
  const bool ok = context && EVP_KDF_derive(context, made, sizeof made, parameters) == 1;
  EVP_KDF_CTX_free(context);
  if (!ok) throw config_error(where + ": HKDF-SHA256 is not available");
  return {reinterpret_cast<const char*>(made), sizeof made};
}

void check_size(std::string_view secret, const std::string& where) {
  if (secret.size() < secret_size_min)
    throw config_error(where + ": expected keys of at least 32 bytes, found one of " + std::to_string(secret.size()) +
                       " (make one: openssl rand -hex 32)");
}

}  // namespace

// An HMAC context with the key, and a spare copy for the next signature, which then costs only its hashing. No lock
// guards the copy, because a fork could leave the lock held in the child: a signer takes the copy and puts it back. If
// the copy is taken, the signer makes another.
struct keys::key {
  std::string name;
  bool is_retired = false;
  mac_context whole;  // never changed
  mutable std::atomic<EVP_MAC_CTX*> spare{nullptr};

  key(std::string_view secret, const std::string& where) {
    unsigned char hash[32];
    if (EVP_Digest(secret.data(), secret.size(), hash, nullptr, EVP_sha256(), nullptr) != 1)
      throw config_error(where + ": SHA-256 is not available");
    name = base64url(hash, sizeof hash).substr(0, key_name_size);
    EVP_MAC* hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    whole.reset(hmac ? EVP_MAC_CTX_new(hmac) : nullptr);
    EVP_MAC_free(hmac);
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[]{OSSL_PARAM_construct_utf8_string("digest", digest, 0), OSSL_PARAM_construct_end()};
    const auto* bytes = reinterpret_cast<const unsigned char*>(secret.data());
    if (!whole || EVP_MAC_init(whole.get(), bytes, secret.size(), parameters) != 1)
      throw config_error(where + ": HMAC-SHA256 is not available");
  }
  ~key() { mac_context(spare.load()).reset(); }

  mac_context take() const {
    if (EVP_MAC_CTX* ready = spare.exchange(nullptr, std::memory_order_acquire)) return mac_context(ready);
    return mac_context(EVP_MAC_CTX_dup(whole.get()));
  }

  void put_back(mac_context used) const {
    mac_context(spare.exchange(used.release(), std::memory_order_acq_rel)).reset();
  }

  std::string signature_of(std::string_view text) const {
    mac_context context = take();
    unsigned char mac[32];
    std::size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    if (!context || EVP_MAC_init(context.get(), nullptr, 0, nullptr) != 1 ||
        EVP_MAC_update(context.get(), bytes, text.size()) != 1 ||
        EVP_MAC_final(context.get(), mac, &size, sizeof mac) != 1)
      return {};
    put_back(std::move(context));
    return base64url(mac, sizeof mac);
  }
};

keys::keys(const std::vector<std::string>& secrets, const std::string& where, key_use use,
           const std::vector<std::string>& retired) {
  if (secrets.empty()) throw config_error(where + ": expected at least one key, found none");
  for (const std::string& secret : secrets) check_size(secret, where);
  for (const auto* list : {&secrets, &retired})
    for (const std::string& secret : *list) add(derived(secret, use, where), where, list == &retired);
  for (const auto* list : {&secrets, &retired})
    for (const std::string& secret : *list) add(secret, where, list == &retired);
}
keys::keys(keys&&) noexcept = default;
keys::~keys() = default;

std::string_view keys::newest() const noexcept { return list_.front()->name; }

std::string keys::sign(std::string_view text) const { return list_.front()->signature_of(text); }

void keys::add(std::string_view secret, const std::string& where, bool is_retired) {
  list_.push_back(std::make_unique<key>(secret, where));
  list_.back()->is_retired = is_retired;
}

std::vector<std::string> keys::signatures(std::string_view text) const {
  std::vector<std::string> made;
  made.reserve(list_.size());
  for (const auto& each : list_) made.push_back(each->signature_of(text));
  return made;
}

bool keys::is_retired(std::string_view key_name) const noexcept {
  const auto named = [&](const auto& each) { return each->name == key_name; };
  const auto found = std::find_if(list_.begin(), list_.end(), named);
  return found != list_.end() && (*found)->is_retired;
}

bool keys::verify(std::string_view key_name, std::string_view text, std::string_view signature) const {
  for (const auto& each : list_) {
    if (each->name != key_name) continue;
    const std::string expected = each->signature_of(text);
    return expected.size() == signature.size() && !expected.empty() &&
           CRYPTO_memcmp(expected.data(), signature.data(), signature.size()) == 0;
  }
  return false;
}

namespace {

std::string text_of_variable(const std::string& name, const std::string& where) {
  const char* value = std::getenv(name.c_str());
  if (!value) throw config_error(where + ": environment variable " + name + " is not set");
  return value;
}

std::string text_of_file(const std::string& path, const std::string& where,
                         const std::function<void(const std::string&)>& warn) {
  std::error_code fault;
  const auto status = std::filesystem::status(path, fault);
  if (std::filesystem::is_directory(status))
    throw config_error(where + ": " + path + ": expected a file, found a folder");
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) && !std::filesystem::is_fifo(status))
    throw config_error(where + ": " + path + ": expected a file, found a device or a socket");
  std::ifstream in(path, std::ios::binary);
  const std::string why = std::strerror(errno);
  std::string text(key_file_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (fault || in.bad() || !in.is_open())
    throw config_error(where + ": cannot read " + path + ": " + (fault ? fault.message() : why));
  if (text.size() > key_file_max)
    throw config_error(where + ": " + path + ": expected at most " + std::to_string(key_file_max) + " bytes of keys");
  using std::filesystem::perms;
  if ((status.permissions() & (perms::others_read | perms::others_write)) != perms::none)
    warn(where + ": " + path + ": every user of this machine may read or write the keys; run chmod 600 " + path);
  return text;
}

// 32 random bytes in hex have almost always 16 different digits. Fewer suggest a word, a pattern or a repeated letter.
bool looks_typed(std::string_view secret) {
  constexpr std::size_t different_min = 10;
  std::bitset<256> seen;
  for (const char c : secret) seen.set(static_cast<unsigned char>(c));
  return seen.count() < different_min;
}

// False for a byte order mark, UTF-16 or typographic quotes: another server may read another key.
bool is_plain(std::string_view secret) {
  return std::all_of(secret.begin(), secret.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

/// `${SECRET}`, `<your key>`, `{{ key }}`: what a program should have replaced; the same everywhere.
bool looks_left_over(std::string_view key) {
  return key.starts_with("${") || key.starts_with("$(") || key.starts_with("{{") ||
         (key.starts_with('<') && key.ends_with('>'));
}

/// A shell and systemd remove quotes around a value, docker --env-file keeps them.
bool is_quoted(std::string_view key) {
  return key.front() == key.back() && (key.front() == '"' || key.front() == '\'');
}

}  // namespace

std::vector<std::string> read_secrets(const std::string& place, const std::string& where,
                                      const std::function<void(const std::string&)>& warn) {
  if (place.empty()) return {};
  const bool is_file = place.starts_with("file:");
  const std::string name = place.substr(place.find(':') + 1);
  std::string text = is_file ? text_of_file(name, where, warn) : text_of_variable(name, where);
  for (char& c : text)
    if (c == ',') c = ' ';
  std::istringstream words(text);
  std::vector<std::string> secrets{std::istream_iterator<std::string>(words), {}};
  const std::string whose = is_file ? name : "environment variable " + name;
  if (secrets.empty())
    throw config_error(where + ": " + whose +
                       ": expected at least one key, found none (make one: openssl rand -hex 32)");
  const std::string source = std::string(where).append(": ").append(whose);
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    check_size(secrets[i], source);
    const std::string named =
        std::string(where).append(": key ").append(std::to_string(i + 1)).append(" of ").append(whose);
    if (looks_typed(secrets[i])) warn(named + " is easy to guess (make one: openssl rand -hex 32)");
    if (looks_left_over(secrets[i])) warn(named + " is a placeholder, which everybody knows; put a key in its place");
    if (is_quoted(secrets[i]))
      warn(named + " has quotes around it, which are part of the key; another server may remove them");
    if (!is_plain(secrets[i]))
      warn(named + " contains bytes other than printable ASCII, such as a byte order mark; they are part of the key");
  }
  return secrets;
}

std::string random_secret() {
  unsigned char bytes[32];
  if (RAND_bytes(bytes, sizeof bytes) != 1) throw config_error("consent.keys: the system provides no random numbers");
  return base64url(bytes, sizeof bytes);
}

}  // namespace abide::detail
