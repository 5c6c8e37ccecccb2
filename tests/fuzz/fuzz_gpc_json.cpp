// Another site's gpc.json: any status, type and body give an answer, and what is written reads back.
#include "abide/record.hpp"
#include "input.hpp"
#include "linear.hpp"
#include "pages/gpc_json.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  const int status = static_cast<int>(in.byte()) + 150;
  const bool json = in.flag();
  const std::string_view type = json ? "application/json" : in.line();
  const exact_copy body(in.rest());
  const abide::detail::gpc_support read = abide::detail::read_gpc_json(json ? 200 : status, type, body.view());
  must(!read.last_update || abide::is_date_or_timestamp(*read.last_update), "a last update is a date");
  must_be_linear(body.view(),
                 [](std::string_view text) { (void)abide::detail::read_gpc_json(200, "application/json", text); });
  if (read.answer == abide::detail::gpc_answer::unknown) return 0;
  const bool abides = read.answer == abide::detail::gpc_answer::abides;
  const auto again = abide::detail::read_gpc_json(200, "application/json",
                                                  abide::detail::write_gpc_json(abides, read.last_update.value_or("")));
  must(again.answer == read.answer && again.last_update == read.last_update, "what is written reads back");
  return 0;
}
