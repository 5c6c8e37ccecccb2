#include "proxy/tls.hpp"

#include <arpa/inet.h>

#include <cstring>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "abide/config.hpp"

namespace abide::detail::proxy {
namespace {

tls_context context_of(const SSL_METHOD* method) {
  tls_context made(SSL_CTX_new(method), SSL_CTX_free);
  if (!made) throw config_error("cannot set up TLS");
  SSL_CTX_set_min_proto_version(made.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(made.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(made.get(), SSL_OP_NO_RENEGOTIATION);
  return made;
}

std::string reason_of(unsigned long code, const std::string& expected) {
  if (ERR_SYSTEM_ERROR(code)) return std::string("cannot read: ") + std::strerror(ERR_GET_REASON(code));
  if (ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE)
    return "expected " + expected + " in PEM, found none";
  const char* const why = ERR_reason_error_string(code);
  return why ? why : "expected " + expected + " in PEM";
}

void must(bool worked, const std::string& option, const std::string& file, const std::string& expected) {
  if (!worked) throw config_error(option + ": " + file + ": " + reason_of(ERR_get_error(), expected));
}

bool is_address(const std::string& host) {
  in6_addr room;
  return inet_pton(AF_INET, host.c_str(), &room) == 1 || inet_pton(AF_INET6, host.c_str(), &room) == 1;
}

tls_session session_of(const tls_context& context, int socket) {
  tls_session made(SSL_new(context.get()));
  if (made && SSL_set_fd(made.get(), socket) != 1) made.reset();
  return made;
}

}  // namespace

void tls_end::operator()(ssl_st* session) const noexcept { SSL_free(session); }

tls_context tls_to_visitors(const std::string& certificate_file, const std::string& key_file) {
  ERR_clear_error();
  tls_context made = context_of(TLS_server_method());
  must(SSL_CTX_use_certificate_chain_file(made.get(), certificate_file.c_str()) == 1, "--tls-cert", certificate_file,
       "a certificate");
  must(SSL_CTX_use_PrivateKey_file(made.get(), key_file.c_str(), SSL_FILETYPE_PEM) == 1, "--tls-key", key_file,
       "a private key");
  must(SSL_CTX_check_private_key(made.get()) == 1, "--tls-key", key_file, "the certificate's key");
  return made;
}

tls_context tls_to_backend(const std::string& authorities_file) {
  ERR_clear_error();
  tls_context made = context_of(TLS_client_method());
  SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER, nullptr);
  if (authorities_file.empty())
    must(SSL_CTX_set_default_verify_paths(made.get()) == 1, "--to", "the system's certificate authorities",
         "certificates");
  else
    must(SSL_CTX_load_verify_locations(made.get(), authorities_file.c_str(), nullptr) == 1, "--backend-ca",
         authorities_file, "certificates");
  return made;
}

tls_session accept_tls(const tls_context& context, int socket) {
  tls_session made = session_of(context, socket);
  if (made) SSL_set_accept_state(made.get());
  return made;
}

tls_session connect_tls(const tls_context& context, int socket, const std::string& host) {
  tls_session made = session_of(context, socket);
  if (!made) return made;
  SSL_set_connect_state(made.get());
  if (is_address(host)) X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(made.get()), host.c_str());
  else if (SSL_set1_host(made.get(), host.c_str()) != 1 || SSL_set_tlsext_host_name(made.get(), host.c_str()) != 1)
    made.reset();
  return made;
}

}  // namespace abide::detail::proxy
