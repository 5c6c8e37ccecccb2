// One Set-Cookie field: views stay inside it, and a deletion always passes.
#include <string>

#include "abide/abide.hpp"
#include "input.hpp"
#include "linear.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  const std::int64_t now = in.flag() ? 1795305600 : in.number();
  const exact_copy copy(in.rest());
  const std::string_view field = copy.view();
  const abide::set_cookie c = abide::parse_set_cookie(field);
  for (const std::string_view part : {c.name, c.value, c.domain, c.path})
    must(within(field, part), "parts view the field");
  must(c.name.find_first_of("=;") == std::string_view::npos, "a name holds neither = nor ;");
  must(c.value.find(';') == std::string_view::npos, "a value holds no ;");
  must(c.path.empty() || c.path.front() == '/', "a path begins with a slash");
  must(!c.max_age || *c.max_age <= 34560000, "Max-Age ends at 400 days");
  abide::why_rejected(field, c, {"www.shop.example", true});
  abide::why_rejected(field, c, {"10.0.0.1", false});

  const abide::policy policy;
  const auto decision = abide::decide(policy, {}, abide::find_jurisdiction("DE", 1795305600), nullptr, {}, 1795305600);
  const abide::filter f{&policy, &decision, "www.shop.example", now, {}};
  const auto passes = abide::filter_set_cookie(f, field);
  must(passes != abide::set_cookie_action::remove || !abide::deletes(c, now), "a deletion passes");
  std::string out(abide::deletion_size_max(field.size()), '\0');
  out.resize(abide::write_deletion(field, out.data()));
  const abide::set_cookie bare = abide::parse_set_cookie(out);
  must(bare.value.empty() && abide::deletes(bare, now), "a deletion is bare, and is one");
  must(bare.name == c.name && bare.domain == c.domain && bare.path == c.path && bare.partitioned == c.partitioned,
       "and deletes the same cookie");
  must_be_linear(field, [&](std::string_view text) { (void)abide::filter_set_cookie(f, text); });
  abide::parse_cookie_date(field);
  return 0;
}
