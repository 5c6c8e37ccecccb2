// Hosts and the Public Suffix List: the domains of a host are suffixes of it, and no more than its labels.
#include <algorithm>
#include <cctype>

#include "abide/abide.hpp"
#include "base/cookie_domain.hpp"
#include "input.hpp"
#include "linear.hpp"
#include "place/authority.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace abide::detail;
  input in(data, size);
  const exact_copy host(in.line()), other(in.rest());
  const auto labels = static_cast<std::size_t>(std::count(host.view().begin(), host.view().end(), '.')) + 1;
  const auto domains = cookie_domains(host.view());
  must(domains.size() <= labels, "no more domains than labels");
  for (const std::string& domain : domains) {
    must(host.view().ends_with(domain), "a domain ends the host");
    must(domain == host.view() || !is_public_suffix(domain), "and nobody else registers below it");
  }
  must(abide::is_same_site(host.view(), host.view()) != host.view().empty(), "a host is of its own site");
  must(abide::is_same_site(host.view(), other.view()) == abide::is_same_site(other.view(), host.view()),
       "and so is its kin");
  if (const auto read = read_authority(host.view())) {
    must(within(host.view(), read->host) && !read->host.empty() && read->host.size() <= 253, "a host views the text");
    const auto again = read_authority(read->host);
    must(again && again->host == read->host && again->port == 0, "what was read reads as itself");
  }
  must_be_linear(host.view(), [](std::string_view text) {
    (void)read_authority(text);
    (void)abide::is_same_site(text, "shop.example");
  });
  return 0;
}
