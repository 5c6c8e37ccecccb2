#include "proxy/passing.hpp"

namespace abide::detail::proxy {

void drop_doubles(fields& of) {
  of.erase_where([](const field& each) { return each.name.find('_') != each.name.npos; });
}

hop take_hop(response_head& of) {
  if (of.status < 200 || of.status == 204) of.fields.erase("Content-Length");
  return take_hop(of.fields);
}

void append_head(const request_head& of, request_end end, std::string& to) {
  to.append(of.method).append(" ").append(of.target).append(" HTTP/1.1\r\n");
  of.fields.append_to(to);
  if (end.chunked) to.append("Transfer-Encoding: chunked\r\n");
  if (end.upgrades) to.append("Connection: Upgrade\r\nUpgrade: websocket\r\n");
  to.append("\r\n");
}

void append_head(const response_head& of, unsigned minor, bool chunked, staying how, std::string& to) {
  to.append(minor == 0 ? "HTTP/1.0 " : "HTTP/1.1 ");
  to.append(std::to_string(of.status)).append(" ").append(of.reason).append("\r\n");
  of.fields.append_to(to);
  if (of.status == 101) to.append("Connection: Upgrade\r\nUpgrade: websocket\r\n");
  if (chunked) to.append("Transfer-Encoding: chunked\r\n");
  if (how == staying::closes) to.append("Connection: close\r\n");
  if (how == staying::stays && minor == 0) to.append("Connection: keep-alive\r\n");
  to.append("\r\n");
}

}  // namespace abide::detail::proxy
