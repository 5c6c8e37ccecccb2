#pragma once
// Made by middleware/words/generate.mjs from the tables beside it: change those.
// How each key of a policy file is read.
// clang-format off
#include "policy/reading.hpp"
#include "policy/shapes.hpp"
#include "words/words.hpp"

namespace abide::detail {

inline constexpr shape text_shape{is_plain, "a non-empty string without control characters", false, true, 2000};
inline constexpr shape host_shape{is_host, "a host name without scheme and port, such as shop.example", true, true, 253};
inline constexpr shape domain_shape{is_domain, "a host such as ads.example, or .ads.example to include its subdomains", true, true, 254};
inline constexpr shape date_shape{is_date, "a date such as 2026-11-22", false, true, 10};
inline constexpr shape place_shape{is_location, "a place such as DE or US-CA, or null", false, true, 6};
inline constexpr shape language_shape{is_language, "a language tag such as en or pt-BR", false, true, 35};
inline constexpr shape path_shape{is_prefix, "a path such as /consent, without a trailing slash", false, true, 1000};
inline constexpr shape sheet_shape{is_prefix, "the path of a style sheet on this site, such as /static/theme.css, without host and query", false, true, 1000};
inline constexpr shape cookie_name_shape{is_cookie_name, "a cookie name (a token) without a prefix such as __Host-, which HTTPS adds", false, true, 200};
inline constexpr shape keys_place_shape{is_keys, "env:NAME or file:PATH; a policy never contains the secret itself", false, false, 4000};
inline constexpr shape store_shape{is_store, "sqlite:FILE, postgres://... or memory:", false, false, 4000};
inline constexpr shape heads_place_shape{is_heads, "file:PATH or syslog", false, true, 4000};
inline constexpr shape url_shape{is_https_url, "a URL such as https://vendor.example/privacy", false, true, 2000};
inline constexpr shape link_shape{is_link, "a path such as /privacy, or a URL such as https://shop.example/privacy", false, true, 2000};
inline constexpr shape origin_shape{is_origin, "an origin such as https://www.shop.example", false, true, 2000};
inline constexpr shape name_pattern_shape{is_name_pattern, "a cookie name, with at most one *", false, true, 200};
inline constexpr shape network_shape{is_network, "an address range such as 10.0.0.0/8 or ::1/128, or the name of a known network such as cloudflare", false, true, 50};
inline constexpr std::size_t most_of_exemption = 250;

// Defined in config.cpp.
void read_gpc(const setting&, policy_draft&);
void read_own_texts(const setting&, policy_draft&);
void read_cookie(const setting&, policy_draft&);
void read_purpose(const setting&, cookie_draft&);
void read_cookie_lifetime(const setting&, cookie_draft&);
void read_exemption(const setting&, policy_draft&);

inline constexpr member<policy_draft> site_members[]{
    {"name", [](const setting& from, policy_draft& into) { put(into.made.site_name, read_text(from, text_shape), into); }},
    {"host", [](const setting& from, policy_draft& into) { put(into.made.policy.host, read_text(from, host_shape), into); }},
    {"hosts", [](const setting& from, policy_draft& into) { read_list(from, domain_shape, 0, into.made.hosts); }},
    {"origin", [](const setting& from, policy_draft& into) { put(into.made.origin, read_text(from, origin_shape), into); }},
    {"contact", [](const setting& from, policy_draft& into) { put(into.made.contact, read_text(from, text_shape), into); }},
    {"gpc_updated", [](const setting& from, policy_draft& into) { put(into.made.gpc_updated, read_text(from, date_shape), into); }},
};
inline constexpr member<policy_draft> jurisdiction_members[]{
    {"from", [](const setting& from, policy_draft& into) { into.made.geo = read_word<abide::geo_source>(from, words::geo_source); }},
    {"trusted_proxies", [](const setting& from, policy_draft& into) { read_list(from, network_shape, 0, into.made.trusted_proxies); }},
    {"fixed", [](const setting& from, policy_draft& into) { if (!from.is_null()) put(into.made.fixed_location, read_text(from, place_shape), into); }},
    {"maxmind", [](const setting& from, policy_draft& into) { if (!from.is_null()) put(into.made.maxmind_file, read_text(from, text_shape), into); }},
};
inline constexpr member<policy_draft> signals_members[]{
    {"gpc", [](const setting& from, policy_draft& into) { read_gpc(from, into); }},
    {"gpc_exception", [](const setting& from, policy_draft& into) { into.made.policy.exception = read_word<abide::exception_policy>(from, words::exception_policy, words::exception_policy_also); }},
    {"dnt", [](const setting& from, policy_draft& into) { into.made.policy.dnt = read_word<abide::dnt_policy>(from, words::dnt_policy); }},
    {"joined_values", [](const setting& from, policy_draft& into) { into.made.policy.joined = read_word<abide::joined_values>(from, words::joined_values); }},
};
inline constexpr member<policy_draft> notice_members[]{
    {"version", [](const setting& from, policy_draft& into) { read_whole(from, 1, 999999999, into.made.policy.notice_version); }},
    {"languages", [](const setting& from, policy_draft& into) { read_list(from, language_shape, 1, into.made.languages); }},
    {"texts", [](const setting& from, policy_draft& into) { read_own_texts(from, into); }},
    {"insert", [](const setting& from, policy_draft& into) { into.made.insert_notice = from.flag(); }},
    {"layout", [](const setting& from, policy_draft& into) { into.made.layout = read_word<abide::notice_layout>(from, words::notice_layout); }},
    {"policy_url", [](const setting& from, policy_draft& into) { put(into.made.policy_url, read_text(from, link_shape), into); }},
    {"theme", [](const setting& from, policy_draft& into) { put(into.made.theme, read_text(from, sheet_shape), into); }},
};
inline constexpr member<policy_draft> consent_members[]{
    {"path", [](const setting& from, policy_draft& into) { put(into.made.consent_path, read_text(from, path_shape), into); }},
    {"cookie", [](const setting& from, policy_draft& into) { put(into.made.policy.consent_cookie, read_text(from, cookie_name_shape), into); }},
    {"lifetime_days", [](const setting& from, policy_draft& into) { if (!from.is_null()) read_whole(from, 1, 400, into.made.policy.lifetime_days); }},
    {"choices_per_minute", [](const setting& from, policy_draft& into) { read_whole(from, 1, 1000000, into.made.choices_per_minute); }},
    {"keys", [](const setting& from, policy_draft& into) { put(into.made.keys, read_text(from, keys_place_shape), into); }},
    {"keys_retired", [](const setting& from, policy_draft& into) { put(into.made.keys_retired, read_text(from, keys_place_shape), into); }},
    {"domain", [](const setting& from, policy_draft& into) { put(into.made.consent_domain, read_text(from, host_shape), into); }},
};
inline constexpr member<policy_draft> records_members[]{
    {"store", [](const setting& from, policy_draft& into) { put(into.made.records, read_text(from, store_shape), into); }},
    {"retain_days", [](const setting& from, policy_draft& into) { if (!from.is_null()) read_whole(from, 1, 36500, into.made.retain_days); }},
    {"heads", [](const setting& from, policy_draft& into) { put(into.made.record_heads, read_text(from, heads_place_shape), into); }},
};
inline constexpr member<cookie_draft> cookie_members[]{
    {"name", [](const setting& from, cookie_draft& into) { put(into.name, read_text(from, name_pattern_shape), into); }, true},
    {"host", [](const setting& from, cookie_draft& into) { put(into.host, read_text(from, domain_shape), into); }},
    {"category", [](const setting& from, cookie_draft& into) { into.category = read_word<abide::category>(from, words::category); }, true},
    {"vendor", [](const setting& from, cookie_draft& into) { put(into.vendor, read_text(from, text_shape), into); }},
    {"shared", [](const setting& from, cookie_draft& into) { into.shared = from.flag(); }},
    {"contract", [](const setting& from, cookie_draft& into) { into.processor = read_word<bool>(from, words::contract); }},
    {"programme", [](const setting& from, cookie_draft& into) { put(into.programme, read_text(from, text_shape), into); }},
    {"purpose", [](const setting& from, cookie_draft& into) { read_purpose(from, into); }},
    {"lifetime", [](const setting& from, cookie_draft& into) { read_cookie_lifetime(from, into); }},
    {"vendor_policy", [](const setting& from, cookie_draft& into) { put(into.words.vendor_policy, read_text(from, url_shape), into); }},
};
inline constexpr member<policy_draft> policy_members[]{
    {"$schema", [](const setting& from, policy_draft&) { read_text(from, text_shape); }},
    {"site", [](const setting& from, policy_draft& into) { read_object<policy_draft>(from, site_members, into); }},
    {"mode", [](const setting& from, policy_draft& into) { into.made.policy.mode = read_word<abide::mode>(from, words::mode); }},
    {"caching", [](const setting& from, policy_draft& into) { into.made.shares_pages = read_word<bool>(from, words::caching); }},
    {"jurisdiction", [](const setting& from, policy_draft& into) { read_object<policy_draft>(from, jurisdiction_members, into); need_if(from, "maxmind", "from", "maxmind"); }},
    {"signals", [](const setting& from, policy_draft& into) { read_object<policy_draft>(from, signals_members, into); }},
    {"notice", [](const setting& from, policy_draft& into) { read_object<policy_draft>(from, notice_members, into); }},
    {"cookies", [](const setting& from, policy_draft& into) { from.each([&](const setting& item) { read_cookie(item, into); }); }},
    {"exempt", [](const setting& from, policy_draft& into) { from.each([&](const setting& item) { read_exemption(item, into); }); }},
    {"unknown", [](const setting& from, policy_draft& into) { into.made.policy.unknown = read_word<abide::unknown_policy>(from, words::unknown_policy); }},
    {"consent", [](const setting& from, policy_draft& into) { read_object<policy_draft>(from, consent_members, into); }},
    {"records", [](const setting& from, policy_draft& into) { read_object<policy_draft>(from, records_members, into); }},
};

// The defaults that the core has too.
static_assert(policy{}.mode == abide::mode::enforce);
static_assert(policy{}.exception == abide::exception_policy::informed);
static_assert(policy{}.dnt == abide::dnt_policy::as_objection);
static_assert(policy{}.joined == abide::joined_values::any);
static_assert(policy{}.notice_version == 1);
static_assert(policy{}.unknown == abide::unknown_policy::targeting);
static_assert(policy{}.consent_cookie == "abide");
static_assert(policy{}.lifetime_days == 0);

}  // namespace abide::detail
// clang-format on
