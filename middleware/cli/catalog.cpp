// Maintains catalogs: merges lists, finds faults, makes a small catalog for a site's browsers.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "abide/config.hpp"
#include "base/ascii.hpp"
#include "command.hpp"
#include "output_file.hpp"
#include "policy/shapes.hpp"
#include "tools/catalog_file.hpp"
#include "tools/cookie_list.hpp"
#include "tools/counted.hpp"
#include "tools/listed_lifetime.hpp"
#include "tools/prose.hpp"

namespace abide::detail::cli {
namespace {

constexpr const char* header = "name\thost\tcategory\tshared\tconfidence\tvendor\tlifetime\tsource\n";

std::string plain_host(const std::string& rule) { return !rule.empty() && rule.front() == '.' ? rule.substr(1) : rule; }

// ---- import

bool is_cookie_name(const std::string& name) {
  for (const char c : name)
    if (c == ';' || c == '=' || static_cast<unsigned char>(c) < 32 || c == 127) return false;
  return !name.empty() && name.front() != ' ' && name.back() != ' ';
}

// A policy allows no spaces. The catalog does: storage keys may have them.
bool fits(const std::string& name, bool policy) {
  return policy ? is_name_pattern(name) : is_cookie_name(name) && name.find('*') == name.rfind('*');
}

bool is_known(const listed_cookie& listed) {
  const catalog_row& r = listed.row;
  classification found;
  std::string name = r.name;
  if (const auto star = name.find('*'); star != std::string::npos) name.replace(star, 1, "0a9z");
  if (!look_up(name, plain_host(r.host), found)) return false;
  return found.category == r.category && (!listed.says_shared || found.shared == r.shared);
}

// Omits what the list does not say: there the catalog still applies.
nlohmann::ordered_json as_policy(const listed_cookie& c) {
  nlohmann::ordered_json cookie{{"name", c.row.name}, {"category", to_string(c.row.category)}};
  if (!c.row.host.empty()) cookie["host"] = c.row.host;
  if (!c.row.vendor.empty()) cookie["vendor"] = c.row.vendor;
  if (c.says_shared) cookie["shared"] = c.row.shared;
  if (!c.purpose.empty()) cookie["purpose"] = c.purpose;
  if (std::string lifetime = listed_lifetime(c.row.lifetime); !lifetime.empty())
    cookie["lifetime"] = std::move(lifetime);
  if (is_https_url(c.vendor_policy)) cookie["vendor_policy"] = c.vendor_policy;
  return cookie;
}

std::string as_policy(const std::vector<listed_cookie>& cookies) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const listed_cookie& each : cookies) list.push_back(as_policy(each));
  return nlohmann::ordered_json{{"cookies", std::move(list)}}.dump(2, ' ', false,
                                                                   nlohmann::json::error_handler_t::replace) +
         '\n';
}

/// Each cookie once; of two different entries, the stricter of each answer.
struct merged_list {
  std::vector<listed_cookie> fresh;
  std::size_t known = 0, twice = 0, contradicted = 0, unfit = 0;
};

bool contradicts(const listed_cookie& a, const listed_cookie& b) {
  return a.row.category != b.row.category || (a.says_shared && b.says_shared && a.row.shared != b.row.shared);
}

/// Adds a second entry of the same cookie. A list that says once that a cookie is shared has said it.
void add_entry(listed_cookie& to, listed_cookie other) {
  const bool says = to.says_shared || other.says_shared;
  const bool shared = (to.says_shared && to.row.shared) || (other.says_shared && other.row.shared);
  if (other.row.category > to.row.category) to = std::move(other);
  to.says_shared = says;
  to.row.shared = says ? shared : to.row.category == category::targeting;
}

merged_list merged(cookie_list& list, bool policy, bool all) {
  merged_list made;
  std::map<std::pair<std::string, std::string>, std::size_t> seen;
  for (listed_cookie& each : list.cookies) {
    if (!fits(each.row.name, policy)) {
      ++made.unfit;
      continue;
    }
    const auto [at, is_new] = seen.try_emplace({each.row.name, each.row.host}, made.fresh.size());
    if (is_new) {
      made.fresh.push_back(std::move(each));
      continue;
    }
    listed_cookie& first = made.fresh[at->second];
    ++(contradicts(first, each) ? made.contradicted : made.twice);
    add_entry(first, std::move(each));
  }
  if (!all) made.known = std::erase_if(made.fresh, [](const listed_cookie& each) { return is_known(each); });
  return made;
}

constexpr std::size_t names_shown = 5;

void tell_lifetimes(const std::string& file, const std::vector<listed_cookie>& cookies) {
  std::vector<std::string> unread;
  for (const listed_cookie& each : cookies)
    if (!each.row.lifetime.empty() && listed_lifetime(each.row.lifetime).empty())
      unread.push_back(each.row.name + ": " + each.row.lifetime);
  if (!unread.empty())
    std::fprintf(stderr, "%s: left out: lifetimes that could not be read: %zu (%s)\n", file.c_str(), unread.size(),
                 some_of(unread, names_shown).c_str());
}

void tell(const std::string& file, const merged_list& made, const cookie_list& list) {
  std::fprintf(
      stderr,
      "%s: %zu new, %zu already in the catalog, %zu duplicate, %zu contradictory (the stricter answer is used), %zu "
      "with an invalid cookie name, %zu without a name\n",
      file.c_str(), made.fresh.size(), made.known, made.twice, made.contradicted, made.unfit, list.nameless);
  for (const auto& [category, names] : list.unknown)
    std::fprintf(stderr, "%s: left out: unknown category \"%s\": %zu (%s)\n", file.c_str(), category.c_str(),
                 names.size(), some_of(names, names_shown).c_str());
  if (!list.odd_shares.empty())
    std::fprintf(stderr, "%s: not understood: whether these are shared; write true or false: %zu (%s)\n", file.c_str(),
                 list.odd_shares.size(), some_of(list.odd_shares, names_shown).c_str());
  if (!list.odd_hosts.empty())
    std::fprintf(stderr, "%s: left out: a host that is not ASCII, write it as xn--...: %zu (%s)\n", file.c_str(),
                 list.odd_hosts.size(), some_of(list.odd_hosts, names_shown).c_str());
}

int import(arguments& from) {
  const bool policy = from.take_flag("--policy");
  const bool all = from.take_flag("--all");
  const std::string file = from.take_word("FILE");
  from.done();
  cookie_list list = read_cookie_list(file);
  const merged_list made = merged(list, policy, all);
  std::string text = policy ? as_policy(made.fresh) : header;
  if (!policy)
    for (const listed_cookie& each : made.fresh) text += line_of(each.row);
  print(text);
  tell(file, made, list);
  if (policy) tell_lifetimes(file, made.fresh);
  return ok;
}

// ---- lint

struct fault {
  std::size_t line;
  std::string what;
};

bool is_covered(const std::string& pattern, const std::string& name) {
  if (pattern == name || name.find('*') == std::string::npos) return pattern != name && name_matches(pattern, name);
  // For two patterns, compares their beginnings.
  return pattern.back() == '*' && name.back() == '*' && pattern.size() < name.size() &&
         name.compare(0, pattern.size() - 1, pattern, 0, pattern.size() - 1) == 0;
}

bool says_the_same(const catalog_row& a, const catalog_row& b) {
  return a.category == b.category && a.shared == b.shared && a.vendor == b.vendor && a.host == b.host &&
         a.confidence == b.confidence;
}

std::vector<fault> faults_of(const std::vector<catalog_row>& rows) {
  std::vector<fault> found;
  std::map<std::pair<std::string, std::string>, const catalog_row*> seen;
  std::vector<const catalog_row*> patterns;
  for (const catalog_row& r : rows)
    if (r.name.size() > 1 && (r.name.front() == '*' || r.name.back() == '*')) patterns.push_back(&r);
  for (const catalog_row& r : rows) {
    const auto [at, is_new] = seen.try_emplace({r.name, ascii_text::lower(r.host)}, &r);
    const std::string name = r.name + (r.host.empty() ? "" : " at " + r.host);
    if (!is_new)
      found.push_back(
          {r.line, name + (at->second->category == r.category ? ": duplicate of line " : ": contradicts line ") +
                       std::to_string(at->second->line)});
    if (!is_cookie_name(r.name)) found.push_back({r.line, name + ": unreachable: not a valid cookie name"});
    if (r.name.find('*') != std::string::npos && r.name.find('*') != r.name.rfind('*'))
      found.push_back({r.line, name + ": expected at most one *"});
    const catalog_row* covering = nullptr;  // the longest one, which would answer
    for (const catalog_row* p : patterns)
      if (is_covered(p->name, r.name) && (!covering || p->name.size() > covering->name.size())) covering = p;
    if (covering && says_the_same(*covering, r))
      found.push_back({r.line, name + ": redundant: " + covering->name + " in line " + std::to_string(covering->line) +
                                   " gives the same answer"});
  }
  return found;
}

int lint(arguments& from) {
  const std::string file = from.take_word("FILE");
  from.done();
  const auto faults = faults_of(read_catalog(file));
  for (const fault& each : faults) print(file + ':' + std::to_string(each.line) + ": " + each.what + '\n');
  std::fprintf(stderr, "%s: %s\n", file.c_str(), counted(faults.size(), "fault", "faults").c_str());
  return faults.empty() ? ok : some_line_bad;
}

// ---- subset

// The row for a name that a site has seen. A name that ends in a random part stays a pattern.
catalog_row row_for(const std::string& name, const classification& what) {
  catalog_row r{name,          "",          std::string(what.vendor), "", std::string(to_string(what.from)),
                what.category, what.shared, what.confidence};
  if (what.from != evidence::pattern) return r;
  for (std::size_t size = name.size() - 1; size > 3; --size) {
    if (name[size - 1] != '_' && name[size - 1] != '-' && name[size - 1] != '.') continue;
    classification other;
    if (!look_up(name.substr(0, size) + "0a9z", "", other) || other.vendor != what.vendor ||
        other.category != what.category)
      break;
    r.name = name.substr(0, size) + '*';
  }
  return r;
}

/// The list of names may come from a file of the folder.
const std::vector<std::string> subset_inputs{"/dev/stdin"};

int subset(arguments& from) {
  const std::filesystem::path folder = from.take_word("FOLDER");
  from.done();
  const std::string names_file = folder / "catalog.tsv", hosts_file = folder / "hosts.tsv";
  for (const std::string& each : {names_file, hosts_file}) refuse_input(each, subset_inputs);
  std::map<std::string, catalog_row> names, hosts;
  for (std::string line; std::getline(std::cin, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::size_t tab = line.find('\t');
    const std::string name = line.substr(0, tab);
    const std::string host =
        tab == std::string::npos ? "" : ascii_text::lower(line.substr(tab + 1, line.find('\t', tab + 1) - tab - 1));
    classification what;
    if (name == "name") continue;
    if (look_up(name, plain_host(host), what)) {
      catalog_row row = row_for(name, what);
      classification elsewhere;
      if (!host.empty() && (!look_up(name, "", elsewhere) || elsewhere.category != what.category))
        row.host = '.' + plain_host(host);
      names.try_emplace(row.name + row.host, row);
    }
    if (look_up_host(plain_host(host), what)) hosts.try_emplace(plain_host(host), row_for(plain_host(host), what));
  }
  std::string of_names = "# version " + std::string(catalog().version) + "\n" + header;
  std::string of_hosts = "host\tcategory\tshared\tconfidence\tvendor\tsource\n";
  for (const auto& [key, r] : names) of_names += line_of(r);
  for (const auto& [host, r] : hosts)
    of_hosts += host + '\t' + std::string(to_string(r.category)) + '\t' + (r.shared ? '1' : '0') + '\t' +
                std::to_string(r.confidence) + '\t' + r.vendor + "\t\n";
  std::filesystem::create_directories(folder);
  write_output(names_file, of_names, subset_inputs);
  write_output(hosts_file, of_hosts, subset_inputs);
  std::fprintf(stderr, "%s: %s, %s\n", folder.c_str(), counted(names.size(), "name", "names").c_str(),
               counted(hosts.size(), "host", "hosts").c_str());
  return ok;
}

}  // namespace

const command catalog_import_command{
    "catalog import", "FILE [--policy] [--all]", "Converts a list of cookies to lines for the catalog or a policy",
    "FILE is the Open Cookie Database (CSV with commas, semicolons or tabs; JSON), a cookie declaration, or an export of a\n"
    "consent tool: objects with name, category and, if known, domain, vendor, description, duration, shared. Categories may\n"
    "be named in any of the larger European languages. Cookies of other categories, and cookies that the catalog already has\n"
    "in the same category, are counted and left out.\n\n"
    "  --policy   print \"cookies\" of a policy instead of lines of catalog.tsv (for -DABIDE_CATALOG_EXTRA=FILE at build time)\n"
    "  --all      include cookies that the catalog already has\n",
    import};

const command catalog_lint_command{"catalog lint", "FILE",
                                   "Finds contradictions, duplicates and unreachable names in a catalog.tsv",
                                   "Prints one line for each fault. Exit status: 0 no faults, 1 faults.\n", lint};

const command catalog_subset_command{
    "catalog subset", "FOLDER", "Writes a catalog with only the cookies that a site uses, for its browsers",
    "in    tab-separated lines: name, and host if known, as in the site's report\n"
    "out   FOLDER/catalog.tsv and FOLDER/hosts.tsv, for -DABIDE_BROWSER_CATALOG=FOLDER when abide.wasm is built\n",
    subset};

}  // namespace abide::detail::cli
