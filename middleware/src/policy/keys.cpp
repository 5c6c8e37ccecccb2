#include "policy/keys.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "abide/config.hpp"

namespace abide::detail {
namespace {

constexpr std::size_t secret_size_min = 32;

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

}  // namespace

// A HMAC context that has the key, and a copy of it for the next signature, so that this costs only its hashing. No
// lock guards the copy, since a fork could leave one locked in the child: whoever signs takes it and puts it back; who
// finds it taken makes one more.
struct keys::key {
  std::string name;
  mac_context whole;  // never changed
  mutable std::atomic<EVP_MAC_CTX*> spare{nullptr};

  key(const std::string& secret, const std::string& where) {
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

keys::keys(const std::vector<std::string>& secrets, const std::string& where) {
  if (secrets.empty()) throw config_error(where + ": expected at least one key");
  for (const std::string& secret : secrets) {
    if (secret.size() < secret_size_min)
      throw config_error(where + ": expected keys of at least 32 bytes (make one: openssl rand -hex 32)");
    list_.push_back(std::make_unique<key>(secret, where));
  }
}
keys::keys(keys&&) noexcept = default;
keys::~keys() = default;

std::string_view keys::newest() const noexcept { return list_.front()->name; }

std::string keys::sign(std::string_view text) const { return list_.front()->signature_of(text); }

bool keys::verify(std::string_view key_name, std::string_view text, std::string_view signature) const {
  for (const auto& each : list_) {
    if (each->name != key_name) continue;
    const std::string expected = each->signature_of(text);
    return expected.size() == signature.size() && !expected.empty() &&
           CRYPTO_memcmp(expected.data(), signature.data(), signature.size()) == 0;
  }
  return false;
}

std::vector<std::string> read_secrets(const std::string& place) {
  std::string text;
  if (place.starts_with("env:")) {
    const char* value = std::getenv(place.c_str() + 4);
    if (!value) throw config_error("consent.keys: environment variable " + place.substr(4) + " is not set");
    text = value;
  } else if (place.starts_with("file:")) {
    std::ifstream in(place.substr(5), std::ios::binary);
    if (!in) throw config_error("consent.keys: cannot read " + place.substr(5));
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  for (char& c : text)
    if (c == ',') c = ' ';
  std::istringstream words(text);
  return {std::istream_iterator<std::string>(words), {}};
}

std::string random_secret() {
  unsigned char bytes[32];
  if (RAND_bytes(bytes, sizeof bytes) != 1) throw config_error("consent.keys: no random numbers");
  return base64url(bytes, sizeof bytes);
}

}  // namespace abide::detail
