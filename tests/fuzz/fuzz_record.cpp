// Text forms of records and times: what can be read is written back as the same bytes.
#include "abide/abide.hpp"
#include "input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const exact_copy copy({reinterpret_cast<const char*>(data), size});
  if (const auto r = abide::parse_record(copy.view())) {
    const exact_copy room(std::string(abide::record_text_max, ' '));
    must(std::string_view(room.bytes, abide::write_record(*r, room.bytes)) == copy.view(), "a record has one text");
    input in(data, size);
    for (const char* place : {"DE", "US-CA", "GB"})
      abide::decide({}, {in.flag(), {}}, abide::find_jurisdiction(place, r->time), &*r, {true, false, 20, false, false},
                    r->time);
  }
  if (const auto time = abide::parse_timestamp(copy.view())) {
    const exact_copy date(std::string(10, ' '));
    abide::write_date(*time, date.bytes);
    must(abide::is_date_or_timestamp(copy.view()), "a timestamp is one");
  }
  return 0;
}
