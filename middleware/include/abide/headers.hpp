#pragma once
// The header section of a message in an HTTP library: the interface that an adapter must implement.
#include <string_view>

#include "abide/api.h"

namespace abide {

/// Owned by the adapter and passed for one call; Abide keeps no pointer to it. Used by one thread at a time. Functions
/// must not throw.
class ABIDE_API header_section {
 public:
  virtual ~header_section() = default;

  /// The views are valid until the section changes.
  using field_function = void (*)(void* context, std::string_view name, std::string_view value);
  using keep_function = bool (*)(void* context, std::string_view value);

  /// Calls `f` for every field in order, including repeated names. The section does not change meanwhile.
  virtual void each(field_function f, void* context) const = 0;
  /// The value of the first field of this name (case-insensitive); empty if there is none. Valid until the section
  /// changes.
  virtual std::string_view first(std::string_view name) const = 0;
  /// Removes the fields of this name for which `keep` returns false.
  virtual void keep_if(std::string_view name, keep_function keep, void* context) = 0;
  /// Appends a field.
  virtual void add(std::string_view name, std::string_view value) = 0;
  /// Replaces all fields of this name with one of this value, or only removes them if the library cannot hold the
  /// value. `value` may view a field that is replaced.
  virtual void replace(std::string_view name, std::string_view value) = 0;
  /// Removes all fields of this name.
  virtual void erase(std::string_view name) = 0;
  /// Whether only trailer fields of a request with Transfer-Encoding can be added after `begin`. If false, Abide always
  /// checks for fields added later.
  virtual bool grows_by_chunks_only() const { return false; }
  /// Whether a response has at most one Content-Type, as in servers that keep it outside the section. If false, Abide
  /// looks for the last one, which browsers use.
  virtual bool has_one_content_type() const { return false; }
};

}  // namespace abide
