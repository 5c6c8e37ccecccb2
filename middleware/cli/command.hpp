#pragma once
// The sub-commands of `abide`, and their arguments.
#include <cstdint>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace abide::detail::cli {

/// Exit statuses that scripts depend on.
enum status : int { ok = 0, some_line_bad = 1, wrong_usage = 2 };

inline void print(std::FILE* to, std::string_view text) { std::fwrite(text.data(), 1, text.size(), to); }
inline void print(std::string_view text) { print(stdout, text); }

/// The words after the command's name cannot be understood; what() says why.
class usage_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws `--days: expected a whole number from 1 to 36500, found "0"`.
[[noreturn]] void refuse_option(std::string_view option, std::string_view expected, std::string_view found);

/// The words after the command's name. A command takes what it knows, then calls `done`.
class arguments {
 public:
  /// `help` names the options, for a suggestion when one is mistyped.
  explicit arguments(std::vector<std::string> words, std::string help = {})
      : words_(std::move(words)), help_(std::move(help)) {}

  bool take_flag(std::string_view name);                          ///< `--gpc`
  std::optional<std::string> take_option(std::string_view name);  ///< `--policy FILE` or `--policy=FILE`
  std::optional<std::string> take_place(std::string_view name);   ///< an option with a place such as DE or US-CA
  std::int64_t take_day(std::string_view name);  ///< an option with a date; without it the present. In Unix seconds
  bool has_word() const;                         ///< whether a word that is not an option is left
  std::string take_word(std::string_view what);  ///< the next word that is not an option; throws if there is none
  void done() const;                             ///< throws if anything is left

 private:
  std::vector<std::string> words_;
  std::string help_;
  std::vector<std::string> taken_;  // names of options and flags
};

struct command {
  std::string_view name;     ///< one word, or two: `policy check`
  std::string_view takes;    ///< what may follow the name
  std::string_view summary;  ///< one line
  std::string_view help;     ///< the rest of --help
  int (*run)(arguments&);
};

extern const command classify_command;
extern const command signals_command;
extern const command gpc_json_command;
extern const command insert_command;
extern const command set_cookie_command;
extern const command decide_command;
extern const command filter_command;
extern const command choose_command;
extern const command policy_check_command;
extern const command policy_init_command;
extern const command policy_explain_command;
extern const command policy_diff_command;
extern const command policy_text_command;
extern const command catalog_import_command;
extern const command catalog_lint_command;
extern const command catalog_subset_command;
extern const command records_verify_command;
extern const command records_export_command;
extern const command records_report_command;
extern const command records_erase_command;
extern const command records_retain_command;
extern const command records_migrate_command;
extern const command proxy_command;  ///< if built with ABIDE_PROXY

}  // namespace abide::detail::cli
