// One Cookie field through the filter: within its bound, kept pieces in order, and no refused cookie among them.
#include <vector>

#include "abide/abide.hpp"
#include "input.hpp"
#include "linear.hpp"

namespace {

std::vector<std::string_view> pieces_of(std::string_view field) {
  std::vector<std::string_view> pieces;
  while (!field.empty()) {
    const std::size_t end = field.find(';');
    std::string_view piece = field.substr(0, end);
    field.remove_prefix(end == std::string_view::npos ? field.size() : end + 1);
    while (!piece.empty() && (piece.front() == ' ' || piece.front() == '\t')) piece.remove_prefix(1);
    while (!piece.empty() && (piece.back() == ' ' || piece.back() == '\t')) piece.remove_suffix(1);
    if (!piece.empty()) pieces.push_back(piece);
  }
  return pieces;
}

struct heard {
  std::size_t seen = 0, refused = 0;
  static void found(void* context, const abide::finding& f) {
    auto& h = *static_cast<heard*>(context);
    ++h.seen;
    if (!f.verdict.allowed) ++h.refused;
  }
};

std::string filtered(const abide::filter& f, std::string_view field, std::size_t& removed) {
  const exact_copy in(field);
  std::string out(abide::filtered_size_max(field.size()), '\0');
  const exact_copy room(out);
  const std::size_t size = abide::filter_cookies(f, in.view(), room.bytes, removed);
  must(size <= room.size, "the result is within filtered_size_max");
  return std::string(room.bytes, size);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  const abide::cookie_rule rules[]{{"a*", "", "", abide::category::required, false},
                                   {"", "", "", abide::category::required, false},
                                   {"*z", "", "", abide::category::analytics, true}};
  abide::policy policy;
  const unsigned how = in.byte();
  policy.cookies = rules;
  policy.cookie_count = how & 1 ? 3 : how & 2 ? 1 : 0;
  policy.unknown = how & 4 ? abide::unknown_policy::party : abide::unknown_policy::targeting;
  policy.mode = how & 8 ? abide::mode::observe : abide::mode::enforce;
  const auto decision =
      abide::decide(policy, {(how & 16) != 0, {}}, abide::find_jurisdiction(how & 32 ? "US-CA" : "DE", 1795305600),
                    nullptr, {}, 1795305600);
  heard ears;
  const abide::filter f{&policy, &decision, "www.shop.example", 1795305600, {heard::found, &ears}};

  std::size_t removed = 0;
  const std::string_view field = in.rest();
  const std::string out = filtered(f, field, removed);
  const auto before = pieces_of(field), after = pieces_of(out);
  must(ears.seen == before.size(), "every cookie is reported once");
  must(removed == (policy.mode == abide::mode::observe ? 0 : ears.refused),
       "what is refused is removed, in enforce mode");
  must(after.size() == before.size() - removed, "as many are left as were not removed");
  std::size_t at = 0;
  for (const std::string_view piece : after) {
    while (at < before.size() && before[at] != piece) ++at;
    must(at++ < before.size(), "kept pieces stand in their order");
  }
  if (removed == 0) must(out == field, "a field that loses nothing stays as it was");
  std::size_t removed_again = 0;
  must(filtered(f, out, removed_again) == out && removed_again == 0, "a second pass changes nothing");
  must_be_linear(field, [&](std::string_view text) {
    heard many;
    const abide::filter of_many{&policy, &decision, "www.shop.example", 1795305600, {heard::found, &many}};
    std::size_t gone = 0;
    (void)filtered(of_many, text, gone);
  });
  return 0;
}
