#pragma once
// The cookies that every page of such a shop sets: measurement, advertising, chat.
#include <string>

#include "http.hpp"

namespace firwick {

/// Sets them as their scripts and server-side tags would. Keeps the values that the browser still has.
void want_tracking(const request&, response&, bool secure);

/// The cookie that connects the chat with its history.
void want_chat(const request&, response&, bool secure);

/// Hard to guess; suitable for a session.
std::string random_token();

}  // namespace firwick
