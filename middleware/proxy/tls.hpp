#pragma once
// TLS with OpenSSL: the certificates for visitors, and the trusted authorities for the application.
#include <memory>
#include <string>

struct ssl_ctx_st;
struct ssl_st;

namespace abide::detail::proxy {

using tls_context = std::shared_ptr<ssl_ctx_st>;
struct tls_end {
  void operator()(ssl_st*) const noexcept;
};
using tls_session = std::unique_ptr<ssl_st, tls_end>;

/// Throws config_error.
tls_context tls_to_visitors(const std::string& certificate_file, const std::string& key_file);
tls_context tls_to_backend(const std::string& authorities_file);

/// Null: no memory. `host`: the name that the certificate must have.
tls_session accept_tls(const tls_context&, int socket);
tls_session connect_tls(const tls_context&, int socket, const std::string& host);

}  // namespace abide::detail::proxy
