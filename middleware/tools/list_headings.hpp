#pragma once
// The headings of columns and members in common cookie lists, in several languages. They are searched in this order:
// more exact headings come first.
#include <cstdint>
#include <string_view>

namespace abide::detail::cli {

enum class column : std::uint8_t {
  name,
  category,
  host,
  vendor,
  lifetime,
  purpose,
  policy,
  wildcard,
  shared,
  group  ///< a number or short name of the category, if its name is in some language
};

struct known_heading {
  std::string_view heading;
  column is;
};

inline constexpr known_heading known_headings[]{
    {"name pattern", column::name},
    {"pattern", column::name},  // Klaro: an expression
    {"cookie / data key name", column::name},
    {"cookie name", column::name},
    {"cookie id", column::name},   // CookieYes
    {"identifier", column::name},  // Usercentrics, IAB device storage
    {"name", column::name},
    {"cookie", column::name},
    {"cookies", column::name},
    {"nom", column::name},
    {"nom du cookie", column::name},
    {"nombre", column::name},
    {"nome", column::name},
    {"naam", column::name},
    {"navn", column::name},
    {"namn", column::name},
    {"nimi", column::name},
    {"nazwa", column::name},
    {"název", column::name},

    {"label", column::category},
    {"category", column::category},
    {"cookie category", column::category},
    {"category name", column::category},
    {"group", column::category},
    {"group name", column::category},
    {"cookie group", column::category},
    {"classification", column::category},
    {"kategorie", column::category},
    {"gruppe", column::category},
    {"catégorie", column::category},
    {"categoría", column::category},
    {"categoria", column::category},
    {"categorie", column::category},
    {"kategori", column::category},
    {"luokka", column::category},
    {"kategoria", column::category},

    {"optanon group id", column::group},  // OneTrust: C0001 ...
    {"custom group id", column::group},
    {"category slug", column::group},
    {"slug", column::group},
    {"category id", column::group},
    {"group id", column::group},

    {"domain", column::host},
    {"host", column::host},
    {"cookie domain", column::host},
    {"domäne", column::host},
    {"domaine", column::host},
    {"dominio", column::host},
    {"domein", column::host},

    {"vendor", column::vendor},
    {"platform", column::vendor},
    {"provider", column::vendor},
    {"service", column::vendor},
    {"data controller", column::vendor},
    {"anbieter", column::vendor},
    {"dienst", column::vendor},
    {"fournisseur", column::vendor},
    {"proveedor", column::vendor},
    {"fornecedor", column::vendor},
    {"fornitore", column::vendor},
    {"aanbieder", column::vendor},
    {"udbyder", column::vendor},
    {"leverandør", column::vendor},
    {"leverantör", column::vendor},
    {"palveluntarjoaja", column::vendor},
    {"dostawca", column::vendor},
    {"poskytovatel", column::vendor},

    {"lifetime", column::lifetime},
    {"retention", column::lifetime},
    {"retention period", column::lifetime},
    {"duration", column::lifetime},
    {"expiry", column::lifetime},
    {"expires", column::lifetime},
    {"expiration", column::lifetime},
    {"lifespan", column::lifetime},
    {"ablauf", column::lifetime},
    {"laufzeit", column::lifetime},
    {"speicherdauer", column::lifetime},
    {"durée", column::lifetime},
    {"duración", column::lifetime},
    {"caducidad", column::lifetime},
    {"duração", column::lifetime},
    {"durata", column::lifetime},
    {"scadenza", column::lifetime},
    {"vervaldatum", column::lifetime},
    {"udløb", column::lifetime},
    {"utgång", column::lifetime},

    {"description", column::purpose},
    {"purpose description", column::purpose},
    {"cookie description", column::purpose},
    {"beschreibung", column::purpose},
    {"zweck", column::purpose},
    {"finalité", column::purpose},
    {"descripción", column::purpose},
    {"propósito", column::purpose},
    {"descrição", column::purpose},
    {"descrizione", column::purpose},
    {"scopo", column::purpose},
    {"beschrijving", column::purpose},
    {"doel", column::purpose},

    {"vendor policy", column::policy},
    {"privacy link", column::policy},
    {"policy url", column::policy},
    {"user privacy & gdpr rights portals", column::policy},

    {"is wildcard", column::wildcard},
    {"wildcard match", column::wildcard},
    {"wildcard", column::wildcard},
    {"shared", column::shared},
};

}  // namespace abide::detail::cli
