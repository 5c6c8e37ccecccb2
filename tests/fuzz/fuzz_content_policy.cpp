// A Content-Security-Policy of any bytes: a nonce that is found is one of the policy's, without characters that would
// end an attribute.
#include "html/content_policy.hpp"
#include "input.hpp"
#include "linear.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const exact_copy policies({reinterpret_cast<const char*>(data), size});
  for (const char* kind : {"script-src", "style-src"}) {
    const abide::detail::inline_terms terms = abide::detail::inline_terms_of(policies.view(), kind);
    must(within(policies.view(), terms.nonce), "the nonce views the policies");
    must(terms.nonce.find_first_of("',;") == std::string_view::npos, "the nonce is within its quotes");
    must(terms.allowed || terms.nonce.empty(), "no nonce without leave");
  }
  must_be_linear(policies.view(),
                 [](std::string_view text) { (void)abide::detail::inline_terms_of(text, "script-src"); });
  return 0;
}
