#include "records/sql_store.hpp"

#include <cstdlib>

#include "records/schema.hpp"
#include "records/sql.hpp"

namespace abide::detail {
namespace {

using texts = std::vector<std::string>;

std::int64_t number_of(const std::string& text) { return std::strtoll(text.c_str(), nullptr, 10); }
std::uint64_t unsigned_of(const std::string& text) { return std::strtoull(text.c_str(), nullptr, 10); }

// The cells that the side's table has.
texts stored_cells(side kind, const side_row& from) {
  if (kind == side::accounts || kind == side::texts) return {from.cells[0], from.cells[2]};
  return {from.cells.begin(), from.cells.begin() + cell_count(kind)};
}

// The columns of select_side and take_side.
side_row side_row_of(side kind, const texts& cells) {
  side_row made;
  const std::size_t count = cell_count(kind);
  for (std::size_t i = 0; i < count; ++i) made.cells[i] = cells[i];
  made.hash = cells[count];
  made.key_name = cells[count + 1];
  made.mac = cells[count + 2];
  return made;
}

// The columns of upsert_ledger and select_ledgers.
texts cells_of(const ledger& from) {
  return {std::to_string(from.chain), std::to_string(from.changes), from.sums[0].hex(), from.sums[1].hex(),
          from.sums[2].hex(),         std::to_string(from.lost),    from.key_name,      from.mac,
          from.sums[3].hex()};
}

ledger ledger_of(const texts& cells) {
  const std::array<hash_sum, sides.size()> sums{hash_sum(cells[2]), hash_sum(cells[3]), hash_sum(cells[4]),
                                                hash_sum(cells[8])};
  return {unsigned_of(cells[0]), unsigned_of(cells[1]), sums, unsigned_of(cells[5]), cells[6], cells[7]};
}

chain_place place_of(const texts& cells) {
  return {unsigned_of(cells[0]), unsigned_of(cells[1]), cells[2], cells[3], cells[4]};
}

std::optional<std::string> only_text(const std::vector<texts>& found) {
  if (found.empty()) return {};
  return found.front()[0];
}

std::optional<std::int64_t> only_number(const std::vector<texts>& found) {
  if (found.empty()) return {};
  return number_of(found.front()[0]);
}

}  // namespace

bool sql_store::is_sealed() const { return version_ >= sealed_version; }

std::optional<std::string> sql_store::put(side kind, const side_row& made, link_times times) {
  texts values = stored_cells(kind, made);
  values.insert(values.end(), {made.hash, made.key_name, made.mac});
  if (kind == side::links)
    values.insert(values.end(), {std::to_string(times.renew_ms), std::to_string(times.ahead_ms)});
  return only_text(write(of(put_side, kind), values).returned);
}

std::vector<side_row> sql_store::take_out(side kind, const std::string& key) {
  std::vector<side_row> taken;
  for (const texts& each : write(of(take_side, kind), {key}).returned) taken.push_back(side_row_of(kind, each));
  return taken;
}

bool sql_store::seal(side kind, const side_row& made) {
  texts values{made.hash, made.key_name, made.mac};
  for (std::string& each : stored_cells(kind, made)) values.push_back(std::move(each));
  return write(of(seal_side, kind), values).count > 0;
}

sql_store::texts sql_store::moved_head(const chain_place& before, const chain_place& after) {
  return {std::to_string(after.number),  after.hash, after.key_name, after.mac, std::to_string(before.chain),
          std::to_string(before.number), before.hash};
}

void sql_store::set_ledger(const ledger& made) { write(upsert_ledger, cells_of(made)); }

void sql_store::set_roll(const chain_roll& made) { write(upsert_roll, {log_, made.chains, made.key_name, made.mac}); }

void sql_store::set_note(const std::string& name, const std::string& value) { write(upsert_note, {name, value}); }

void sql_store::set_anchor(const chain_place& at) {
  write(upsert_anchor, {std::to_string(at.chain), std::to_string(at.number), at.hash, at.key_name, at.mac});
}

std::uint64_t sql_store::delete_up_to(std::uint64_t chain, std::uint64_t number) {
  return write(delete_records, {std::to_string(chain), std::to_string(number)}).count;
}

std::vector<chain_state> sql_store::chains() {
  std::vector<chain_state> found;
  for (const texts& head : read(select_heads)) found.push_back({place_of(head), {}});
  for (const texts& anchor : read(select_anchors))
    for (chain_state& each : found)
      if (unsigned_of(anchor[0]) == each.head.chain) each.anchor = place_of(anchor);
  return found;
}

void sql_store::each(const record_filter& filter, const std::function<void(const row&)>& f) {
  texts values;
  if (filter.chain) values.push_back(std::to_string(*filter.chain));
  if (!filter.subject.empty()) values.push_back(filter.subject);
  if (filter.newest > 0) values.push_back(std::to_string(filter.newest));
  row found;
  read_each(select_records(filter), values, [&](texts& cells) {
    for (std::size_t i = 0; i < found.size(); ++i) found[i] = std::move(cells[i]);
    f(found);
  });
}

std::vector<ledger> sql_store::ledgers() {
  std::vector<ledger> found;
  if (!is_sealed()) return found;
  for (const texts& each : read(select_ledgers_of(version_))) found.push_back(ledger_of(each));
  return found;
}

std::optional<chain_roll> sql_store::roll() {
  if (!is_sealed()) return {};
  const std::vector<texts> found = read(select_roll, {log_});
  if (found.empty()) return {};
  return chain_roll{found[0][0], found[0][1], found[0][2]};
}

std::optional<std::string> sql_store::note(const std::string& name) { return only_text(read(select_note, {name})); }

std::optional<std::int64_t> sql_store::last_time(std::uint64_t chain) {
  return only_number(read(select_last_time, {std::to_string(chain)}));
}

void sql_store::each_side(side kind, const std::function<void(const side_row&)>& f) {
  if (kind == side::signals && version_ < counting_version) return;
  read_each(std::string(of(select_side, kind)), {}, [&](const texts& cells) { f(side_row_of(kind, cells)); });
}

std::uint64_t sql_store::signal_count(const side_row& key) {
  const std::vector<texts> found = read(select_signal, {key.cells.begin(), key.cells.begin() + 4});
  return found.empty() ? 0 : unsigned_of(found.front()[0]);
}

std::optional<std::int64_t> sql_store::last_minute() { return only_number(read(select_last_minute)); }

std::vector<std::string> sql_store::named_texts() {
  std::vector<std::string> found;
  for (const texts& each : read(select_named_texts)) found.push_back(each[0]);
  return found;
}

bool sql_store::has_sealed_record() { return !read(select_sealed_record).empty(); }

void sql_store::each_text(const std::function<void(const std::string&, const std::string&)>& f) {
  for (const texts& each : read(select_texts)) f(each[0], each[1]);
}

std::optional<std::string> sql_store::text(const std::string& hash) { return only_text(read(select_text, {hash})); }

std::uint64_t sql_store::last_over(std::uint64_t chain, std::int64_t end_ms, std::int64_t grants_end_ms) {
  const std::string number = std::to_string(chain);
  const std::vector<texts> kept =
      read(select_first_kept, {number, std::to_string(end_ms), std::to_string(grants_end_ms)});
  if (!kept.empty()) return unsigned_of(kept.front()[0]) - 1;
  const std::vector<texts> last = read(select_last, {number});
  return last.empty() ? 0 : unsigned_of(last.front()[0]);
}

chain_place sql_store::last_up_to(std::uint64_t chain, std::uint64_t number) {
  const std::vector<texts> found = read(select_last_up_to, {std::to_string(chain), std::to_string(number)});
  if (found.empty()) return {chain, 0, {}, {}, {}};
  return {chain, unsigned_of(found.front()[0]), found.front()[1], {}, {}};
}

void tell_differences(const std::set<std::string>& made, const std::set<std::string>& found,
                      std::vector<std::string>& told) {
  for (const std::string& each : made)
    if (found.count(each) == 0) told.push_back("the tables were changed: missing " + each);
  for (const std::string& each : found)
    if (made.count(each) == 0) told.push_back("the tables were changed: added " + each);
}

}  // namespace abide::detail
