#include "section.hpp"

#include "abide/signal.hpp"
#include "base/bytes.hpp"
#include "texts.hpp"
#include "walk.h"

namespace abide::detail::c {
namespace {

/// Whether the caller's table is long enough for `find`, and has it.
bool has_find(const abide_header_functions& with) noexcept {
  return with.size >= offsetof(abide_header_functions, find) + sizeof with.find && with.find;
}

/// The `walk` function of a table that has one.
walk_function walk_of(const abide_header_functions& with) noexcept {
  if (with.size < sizeof(abide_walked_functions)) return nullptr;
  return reinterpret_cast<const abide_walked_functions&>(with).walk;  // `shown` is the first member of the longer table
}

/// Most servers write names as Abide does.
bool is_named(const abide_text& found, std::string_view name) noexcept {
  return found.size == name.size() && ((found.data[0] ^ name[0]) & 0xdf) == 0 &&
         (same_bytes(view(found), name) || same_field(view(found), name));
}

}  // namespace

bool is_complete(const abide_headers& headers) noexcept {
  const abide_header_functions* const with = headers.with;
  return with && with->size >= offsetof(abide_header_functions, find) && with->get && with->set && with->add &&
         with->remove;
}

section::section(const abide_headers& headers) noexcept
    : with_(headers.with), of_(headers.of), walk_(walk_of(*headers.with)), finds_(has_find(*headers.with)) {}

void section::each(field_function f, void* context) const {
  if (walk_) {
    struct told {
      field_function f;
      void* context;
    } to{f, context};
    walk_(
        of_,
        [](void* each, abide_text name, abide_text value) {
          const told& by = *static_cast<const told*>(each);
          by.f(by.context, view(name), view(value));
          return 1;
        },
        &to);
    return;
  }
  abide_text name{}, value{};
  for (std::size_t n = 0; with_->get(of_, n, &name, &value); ++n) f(context, view(name), view(value));
}

std::size_t section::find(std::string_view name, std::size_t from) const {
  if (finds_ && from == 0) return with_->find(of_, text_of(name));
  abide_text found{}, value{};
  for (std::size_t n = from; with_->get(of_, n, &found, &value); ++n)
    if (is_named(found, name)) return n;
  return nowhere;
}

std::string_view section::first(std::string_view name) const {
  const std::size_t n = find(name, 0);
  abide_text found{}, value{};
  return n != nowhere && with_->get(of_, n, &found, &value) ? view(value) : std::string_view{};
}

void section::keep_if(std::string_view name, keep_function keep, void* context) {
  if (walk_) {
    struct asked {
      std::string_view name;
      keep_function keep;
      void* context;
    } by{name, keep, context};
    const int done = walk_(
        of_,
        [](void* each, abide_text found, abide_text value) {
          const asked& of = *static_cast<const asked*>(each);
          return !is_named(found, of.name) || of.keep(of.context, view(value)) ? 1 : 0;
        },
        &by);
    failed_ = failed_ || !done;
    return;
  }
  abide_text found{}, value{};
  for (std::size_t n = find(name, 0); n != nowhere && with_->get(of_, n, &found, &value);) {
    const bool stays = !is_named(found, name) || keep(context, view(value));
    if (!stays) remove(n);
    if (failed_) return;
    n += stays ? 1 : 0;
  }
}

void section::add(std::string_view name, std::string_view value) {
  if (!with_->add(of_, text_of(name), text_of(value))) failed_ = true;
}

void section::replace(std::string_view name, std::string_view value) {
  const std::size_t n = find(name, 0);
  if (n == nowhere) return add(name, value);
  const bool holds = with_->set(of_, n, text_of(value)) != 0;
  erase_from(name, holds ? find(name, n + 1) : n);
}

void section::erase(std::string_view name) { erase_from(name, find(name, 0)); }

/// Removes the field with the number `n`, and those of its name behind it.
void section::erase_from(std::string_view name, std::size_t n) {
  if (n == nowhere) return;
  if (!walk_ || find(name, n + 1) == nowhere) {
    for (; n != nowhere && !failed_; n = find(name, n)) remove(n);
    return;
  }
  struct asked {
    std::string_view name;
    std::size_t before;
  } by{name, n};
  const int done = walk_(
      of_,
      [](void* each, abide_text found, abide_text) {
        asked& of = *static_cast<asked*>(each);
        if (of.before > 0) {
          --of.before;
          return 1;
        }
        return is_named(found, of.name) ? 0 : 1;
      },
      &by);
  failed_ = failed_ || !done;
}

void section::remove(std::size_t n) {
  if (!with_->remove(of_, n)) failed_ = true;
}

}  // namespace abide::detail::c
