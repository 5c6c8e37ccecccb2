#include "records/postgres_tables.hpp"

#include <algorithm>

#include "records/schema.hpp"

namespace abide::detail {
namespace {

std::string word_of(std::string_view& text) {
  const std::size_t start = std::min(text.find_first_not_of(" \n,("), text.size());
  text.remove_prefix(start);
  std::string word(text.substr(0, text.find_first_of(" \n,();")));
  text.remove_prefix(word.size());
  return word;
}

// Adds the columns of one CREATE TABLE. `text`: after the table's name; each column is a name, a type, and words up to
// the comma.
void add_columns(const std::string& table, std::string_view text, std::set<std::string>& made) {
  while (!text.empty()) {
    const std::string name = word_of(text);
    if (name.empty()) return;
    if (name == "PRIMARY") return static_cast<void>(made.insert("key " + table));
    made.insert(std::string(table).append(1, '.').append(name).append(1, ' ').append(word_of(text)));
    const std::string_view rest = text.substr(0, text.find(','));
    if (rest.find("PRIMARY KEY") != std::string_view::npos) made.insert("key " + table);
    text.remove_prefix(std::min(rest.size() + 1, text.size()));
  }
}

// Applies a statement of the schema to the expected result of select_tables.
void carry_out(std::string_view text, std::set<std::string>& made) {
  const std::string verb = word_of(text);
  std::string what = word_of(text);
  if (what == "UNIQUE") what = word_of(text);
  const std::string name = word_of(text);
  if (verb == "DROP") made.erase("index " + name);
  else if (what == "INDEX") made.insert("index " + name);
  else if (verb == "CREATE") add_columns(name, text, made);
  else if (verb == "ALTER") {
    word_of(text), word_of(text);  // ADD COLUMN
    const std::string column = word_of(text);
    made.insert(name + '.' + column + ' ' + word_of(text));
  }
}

}  // namespace

std::set<std::string> expected_tables(std::size_t version) {
  std::set<std::string> made;
  carry_out(create_meta, made);
  for (std::string_view step : postgres_schema().first(std::min(version, postgres_schema().size())))
    while (!step.empty()) {
      const std::string_view statement = step.substr(0, step.find(';'));
      carry_out(statement, made);
      step.remove_prefix(std::min(statement.size() + 1, step.size()));
    }
  return made;
}

}  // namespace abide::detail
