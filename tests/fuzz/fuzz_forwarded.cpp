// What proxies say: only values in the fields are believed, and a peer that is not a proxy cannot change the origin.
#include "fields.hpp"
#include "input.hpp"
#include "linear.hpp"
#include "place/forwarded.hpp"
#include "place/origin.hpp"

namespace {

using namespace abide::detail;

constexpr std::string_view names[]{"X-Forwarded-For",  "Forwarded",          "X-Forwarded-Proto", "X-Forwarded-Host",
                                   "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Real-IP",         "X-Forwarded-Ssl"};

bool views_one(const field_list& fields, std::string_view part) {
  if (part.empty() || part == "http" || part == "https") return true;
  for (const auto& [name, value] : fields.list)
    if (within(value, part)) return true;
  return false;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const trusted_proxies proxies({"10.0.0.0/8", "2001:db8::/32"});
  static const origins of_any{abide::config{}};
  input in(data, size);
  const std::string host(in.line()), target(in.line());
  field_list fields;
  for (unsigned n = in.byte() % 6; n > 0; --n) {
    const std::string_view name = names[in.byte() % std::size(names)];
    fields.add(name, in.line());
  }
  const forwarded said = read_forwarded(fields, "10.1.2.3", proxies);
  must(said.client == "10.1.2.3" || views_one(fields, said.client), "the client is an address of the fields");
  must(said.client.empty() || is_address(said.client), "or none");
  for (const std::string_view part : {said.proto, said.host, said.port, said.prefix})
    must(views_one(fields, part), "parts view the fields");
  if (const auto origin = of_any.of({target, host, 1, false, true}, said)) {
    must(origin->host.size() <= 253, "a host is no longer than a name");
    must(origin->host.find_first_of(std::string_view(" ;,/\\\r\n\0", 8)) == std::string_view::npos,
         "and breaks nothing");
    must(origin->prefix.empty() || origin->prefix.front() == '/', "a prefix is a path");
    must(origin->prefix.find_first_of(std::string_view(" ;,\"<>\\\r\n\0", 10)) == std::string_view::npos, "a safe one");
  }
  if (!fields.list.empty())
    must_be_linear(fields.list.front().second, [&](std::string_view text) {
      field_list one;
      one.add(fields.list.front().first, text);
      (void)read_forwarded(one, "10.1.2.3", proxies);
    });
  return 0;
}
