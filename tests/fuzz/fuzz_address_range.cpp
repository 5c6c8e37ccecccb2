// Address ranges: a range contains its own address, and any text is either inside or outside.
#include "input.hpp"
#include "policy/address_range.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  const exact_copy text(in.line()), address(in.rest());
  const auto range = abide::detail::read_address_range(text.view());
  if (!range) return 0;
  must(range->bits <= 128, "at most 128 bits count");
  must(abide::detail::contains(*range, text.view().substr(0, text.view().find('/'))),
       "a range holds the address it is written with");
  abide::detail::contains(*range, address.view());
  return 0;
}
