#pragma once
// Abide's own resources: /.well-known/gpc.json, and everything below the consent path.
#include <string>
#include <string_view>

#include "abide/effect.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// The resource that a target names.
resource find_resource(const site_state&, std::string_view target) noexcept;

/// Leaves a reply in the exchange, or returns an effect that must be carried out first.
effect answer_own(exchange&, std::string_view method, std::string_view target, const header_section& request,
                  std::string_view body);

/// Replies with the receipt of the visitor's records.
void finish_receipt(exchange&, const std::optional<std::vector<consent_record>>&);

}  // namespace abide::detail
