#pragma once
// A message's header section as an HTTP library shows it: the one thing an adapter must implement.
#include <string_view>

#include "abide/api.h"

namespace abide {

/// The adapter owns the section and shows it for the time of one call; Abide keeps no pointer to it. Of one thread at a
/// time. Functions must not throw.
class ABIDE_API header_section {
 public:
  virtual ~header_section() = default;

  /// Called with views that live until the section changes.
  using field_function = void (*)(void* context, std::string_view name, std::string_view value);
  using keep_function = bool (*)(void* context, std::string_view value);

  /// Calls `f` for every field in order, several of one name included. The section is not changed meanwhile.
  virtual void each(field_function f, void* context) const = 0;
  /// The first field of this name (case-insensitive); empty when there is none. Lives until the section changes.
  virtual std::string_view first(std::string_view name) const = 0;
  /// Removes the fields of this name for which `keep` is false.
  virtual void keep_if(std::string_view name, keep_function keep, void* context) = 0;
  /// Adds a field behind the others.
  virtual void add(std::string_view name, std::string_view value) = 0;
  /// One field of this name with this value, in place of all there were; none where the library cannot hold the value.
  /// The value may view a field that is replaced.
  virtual void replace(std::string_view name, std::string_view value) = 0;
  /// Removes all fields of this name.
  virtual void erase(std::string_view name) = 0;
  /// Whether a request's section gets no fields after `begin` but the trailers of one with Transfer-Encoding. Where it
  /// says false, Abide looks for what came later.
  virtual bool grows_by_chunks_only() const { return false; }
};

}  // namespace abide
