// The lines that the command reads: each is answered with one line, in order, whatever it holds. The first byte selects
// the command.
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include <nlohmann/json.hpp>

#include "abide/config.hpp"
#include "command.hpp"
#include "input.hpp"
#include "memory_file.hpp"

namespace {

using namespace abide::detail::cli;

constexpr const command* commands[]{&classify_command,   &signals_command, &gpc_json_command, &insert_command,
                                    &set_cookie_command, &decide_command,  &filter_command,   &choose_command};

/// The command's output for the given standard input.
std::string answered(const command& which, std::string_view bytes, int& status) {
  const memory_file in(bytes), out;
  const int kept_in = dup(STDIN_FILENO), kept_out = dup(STDOUT_FILENO);
  dup2(in.number(), STDIN_FILENO);
  dup2(out.number(), STDOUT_FILENO);
  arguments none({});
  try {
    status = which.run(none);
  } catch (const abide::config_error&) {
    status = wrong_usage;  // a table without its heading
  }
  dup2(kept_in, STDIN_FILENO);
  dup2(kept_out, STDOUT_FILENO);
  close(kept_in);
  close(kept_out);
  return out.text();
}

std::size_t lines_in(std::string_view text) {
  const auto ends = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  return ends + (text.empty() || text.back() == '\n' ? 0 : 1);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  const command& which = *commands[in.byte() % std::size(commands)];
  int status = ok;
  const std::string out = answered(which, in.rest(), status);
  must(out.size() <= 6 * in.rest().size() + 2048 * lines_in(in.rest()), "an answer is bounded by its line");
  if (&which == &classify_command) {
    if (status == ok)
      must(lines_in(out) + 1 == std::max<std::size_t>(1, lines_in(in.rest())), "a line for each but the heading");
    return 0;
  }
  must(lines_in(out) == lines_in(in.rest()), "a line for each");
  bool any_bad = false;
  for (std::string_view rest = out; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
    const auto line = nlohmann::json::parse(rest.substr(0, rest.find('\n')), nullptr, false);
    must(line.is_object(), "each a JSON object");
    any_bad = any_bad || line.contains("error");
  }
  must(any_bad == (status == some_line_bad), "the exit status tells of bad lines");
  return 0;
}
