#include "html/content_policy.hpp"

#include "catch.hpp"

using abide::detail::inline_terms_of;

TEST_CASE("without a policy inline scripts and styles are allowed") {
  CHECK(inline_terms_of("", "script-src").allowed);
  CHECK(inline_terms_of("", "script-src").nonce.empty());
  CHECK(inline_terms_of("frame-ancestors 'none'; img-src *", "style-src").allowed);
}

TEST_CASE("the nonce of a content security policy is found") {
  CHECK(inline_terms_of("default-src 'self'; script-src 'nonce-abc123' 'strict-dynamic'", "script-src").nonce ==
        "abc123");
  CHECK(inline_terms_of("style-src 'self'; default-src 'nonce-d'", "script-src").nonce == "d");
}

TEST_CASE("a policy without a nonce, or with an incomplete one, allows nothing inline") {
  for (const char* policy : {"default-src 'self'", "script-src", "script-src 'nonce-", "script-src 'nonce-'",
                             "script-src 'self'; script-src 'nonce-2'", "script-src-elem; script-src 'nonce-2'",
                             "script-src 'nonce-a>b'", "script-src 'nonce-a'b'", "script-src 'nonce-a=b'",
                             "script-src 'nonce-a==='", "script-src 'nonce-='", "script-src 'nonce-\xc3\xa9'"}) {
    CAPTURE(policy);
    CHECK_FALSE(inline_terms_of(policy, "script-src").allowed);
    CHECK(inline_terms_of(policy, "script-src").nonce.empty());
  }
}

TEST_CASE(
    "a nonce has the letters of base64 in either alphabet; of others that are no nonce the first that is one counts") {
  CHECK(inline_terms_of("script-src 'nonce-aZ09+/-_=='", "script-src").nonce == "aZ09+/-_==");
  CHECK(inline_terms_of("script-src 'nonce-{x}' 'nonce-b='", "script-src").nonce == "b=");
}

TEST_CASE("each kind has its nonce: a style nonce does not let a script run") {
  const std::string_view policy =
      "default-src 'nonce-d'; style-src 'nonce-s';\tScript-Src 'self' ;script-src-elem 'nonce-e'; ; script-src 'nonce-2'";
  CHECK(inline_terms_of(policy, "style-src").nonce == "s");
  CHECK(inline_terms_of(policy, "script-src").nonce == "e");
  CHECK_FALSE(inline_terms_of("style-src 'nonce-s'; script-src 'self'", "script-src").allowed);
}

TEST_CASE("a policy may be spread over several lines, as in a <meta> tag") {
  for (const char* blank : {" ", "\n", "\r\n    ", "\t", "\f"}) {
    CAPTURE(blank);
    const auto on_lines = [&](std::string text) {
      for (std::size_t at = text.find(' '); at != std::string::npos;
           at = text.find(' ', at + std::string(blank).size()))
        text.replace(at, 1, blank);
      return text;
    };
    CHECK_FALSE(inline_terms_of(on_lines(" default-src 'self'; img-src *; "), "style-src").allowed);
    CHECK(inline_terms_of(on_lines("default-src 'none'; style-src 'self' 'unsafe-inline' ;"), "style-src").allowed);
    CHECK_FALSE(inline_terms_of(on_lines("style-src 'unsafe-inline' 'sha256-a'"), "style-src").allowed);
    CHECK(inline_terms_of(on_lines(" script-src 'self' 'nonce-a' 'strict-dynamic'"), "script-src").nonce == "a");
  }
}

TEST_CASE("a nonce is a separate source, and its keyword has any letter case") {
  CHECK(inline_terms_of("script-src 'NONCE-aB'", "script-src").nonce == "aB");
  CHECK_FALSE(inline_terms_of("script-src https://x.example/'nonce-a' 'self'", "script-src").allowed);
  CHECK_FALSE(inline_terms_of("script-src 'unsafe-inline' 'Nonce-'", "script-src").allowed);
}

TEST_CASE("all of several policies apply: a nonce counts only if each of them has it") {
  CHECK(inline_terms_of("script-src 'nonce-a',script-src 'nonce-a' 'self'", "script-src").nonce == "a");
  CHECK(inline_terms_of("frame-ancestors 'none', script-src 'nonce-a'", "script-src").nonce == "a");
  CHECK_FALSE(inline_terms_of("script-src 'nonce-a', default-src 'self'", "script-src").allowed);
  CHECK_FALSE(inline_terms_of("script-src 'nonce-a', script-src 'nonce-b'", "script-src").allowed);
}
