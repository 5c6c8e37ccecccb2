#pragma once
// The cookies that come along with every page of a shop like this one: measurement, advertising, chat.
#include <string>

#include "http.hpp"

namespace firwick {

/// Asks for them as their scripts and server-side tags would: values are kept when the browser still has them.
void want_tracking(const request&, response&, bool secure);

/// The cookie that ties the chat to its history.
void want_chat(const request&, response&, bool secure);

/// Hard to guess; fit for a session.
std::string random_token();

}  // namespace firwick
