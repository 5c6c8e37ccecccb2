#include "html/charset.hpp"
#include "html/page_insert.hpp"
#include "html/page_kind.hpp"

#include <algorithm>

#include "abide/signal.hpp"
#include "command.hpp"
#include "lines.hpp"
#include "members.hpp"

namespace abide::detail::cli {
namespace {

using nlohmann::json, nlohmann::ordered_json;

std::string_view field(const header_fields& fields, std::string_view name) {
  for (const auto& [each, value] : fields)
    if (same_field(each, name)) return value;
  return {};
}

std::string_view text_member(const json& line, std::string_view name, std::string_view otherwise) {
  const json& member = member_of(line, name);
  if (member.is_null()) return otherwise;
  if (!member.is_string()) throw line_error(std::string(name) + ": expected a string");
  return member.get_ref<const std::string&>();
}

detail::destination destination_in(const header_fields& fields) {
  detail::page_request request{field(fields, "Sec-Fetch-Dest"), field(fields, "Sec-Fetch-Mode"),
                               field(fields, "Accept")};
  for (const auto& [name, value] : fields) {
    request.is_of_script = request.is_of_script || detail::is_mark_of_script(name, value);
    request.is_of_composer = request.is_of_composer || same_field(name, "Surrogate-Capability");
  }
  return detail::find_destination(request);
}

ordered_json answer(const json& line) {
  const json& body = member_of(line, "body");
  if (!body.is_string()) throw line_error("body: expected a string");
  const header_fields fields = line.contains("headers") ? read_headers(line, "headers") : header_fields{};
  const std::int64_t status = line.contains("status") ? whole_of(line["status"], 999).value_or(0) : 200;
  const std::string_view type = text_member(line, "content_type", field(fields, "Content-Type"));
  const detail::page_facts page = detail::read_page(body.get_ref<const std::string&>(), "/consent");
  const detail::destination where = destination_in(fields);

  std::string_view why = detail::why_not_page({static_cast<unsigned>(status), type.empty() ? "text/html" : type,
                                               field(fields, "Content-Encoding"), field(fields, "Content-Disposition"),
                                               field(fields, "Location"), field(fields, "X-Content-Type-Options")});
  if (why.empty()) why = detail::why_not_page(where, {page.begins, detail::charset_in_use(type, page)});
  ordered_json inserts = ordered_json::array();
  bool is_open = !page.closing.empty();
  const auto add = [&](const std::optional<std::uint64_t>& at, const char* what) {
    if (!at) return;
    inserts.push_back({{"at", *at}, {"what", what}});
    if (is_open && *at == page.last) inserts.back()["before"] = page.closing;
    is_open = is_open && *at != page.last;
  };
  if (why.empty()) add(page.head, "head");
  if (why.empty() && where != detail::destination::frame) {
    add(page.body, "notice");
    add(page.end, "end");
    if (!is_open && page.end && !page.apart.empty()) inserts.back()["after"] = page.apart;
  }
  const char* const is_page = where == detail::destination::frame ? "a page in a frame" : "a page";
  return {{"inserts", inserts}, {"page", why.empty()}, {"why", why.empty() ? is_page : why}};
}

int run(arguments& from) {
  from.done();
  return answer_lines(answer);
}

}  // namespace

const command insert_command{
    "insert", "", "Shows where the gate, the notice and the links are inserted into a response, or why they are not",
    "in    {\"body\":\"<!doctype html><p>hi\",\"content_type\":\"text/html\",\"status\":200,\"headers\":[[\"Sec-Fetch-Dest\",\"document\"]]}\n"
    "      headers: of the request and of the response\n"
    "out   {\"inserts\":[{\"at\":15,\"what\":\"head\"},{\"at\":15,\"what\":\"notice\"},{\"at\":20,\"what\":\"end\"}],\"page\":true,\"why\":\"a page\"}\n"
    "      at: a byte offset. what: head, notice or end\n"
    "      before, after: what closes there the comment, form or the like that the page leaves open\n",
    run};

}  // namespace abide::detail::cli
