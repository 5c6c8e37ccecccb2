// Header fields as signals: an expressed signal stays expressed, and the literal reading is the stricter one.
#include "abide/abide.hpp"
#include "input.hpp"
#include "linear.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  abide::signals seen, literal;
  while (!in.empty()) {
    const unsigned which = in.byte();
    const exact_copy copy(in.line());
    const std::string_view name = which % 3 == 0 ? "Sec-GPC" : which % 3 == 1 ? "dnt" : copy.view();
    const abide::signals before = seen;
    abide::read_signal(name, copy.view(), seen);
    abide::read_signal(name, copy.view(), literal, abide::joined_values::literal);
    must_be_linear(copy.view(), [](std::string_view text) {
      abide::signals read;
      abide::read_signal("Sec-GPC", text, read);
    });
    must(seen.gpc || !before.gpc, "no field takes a signal back");
    must(seen.dnt >= before.dnt, "no field weakens Do Not Track");
    must(seen.gpc || !literal.gpc, "what counts literally counts");
    if (copy.view().find('1') == std::string_view::npos) must(seen.gpc == before.gpc, "without a 1 there is no signal");
  }
  return 0;
}
