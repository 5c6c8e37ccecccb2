// Any Cache-Control becomes private, and making it private again changes nothing.
#include "fields.hpp"
#include "input.hpp"
#include "linear.hpp"
#include "site/cache_rules.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const exact_copy copy({reinterpret_cast<const char*>(data), size});
  const std::string made = abide::detail::private_cache_control(copy.view());
  must(!made.empty(), "something is said");
  must(abide::detail::private_cache_control(made) == made, "a second pass changes nothing");
  must_be_linear(copy.view(), [](std::string_view text) {
    (void)abide::detail::private_cache_control(text);
    field_list response{{"Vary", std::string(text)}};
    abide::detail::add_vary(response, {"Sec-GPC"});
  });
  if (copy.view().find('"') != std::string_view::npos) return 0;  // Vary has no quotes: the application erred
  field_list response{{"Vary", std::string(copy.view())}};
  abide::detail::add_vary(response, {"Sec-GPC"});
  const std::size_t lines = response.list.size();
  abide::detail::add_vary(response, {"sec-gpc"});
  must(response.list.size() == lines, "a name is added once");
  return 0;
}
