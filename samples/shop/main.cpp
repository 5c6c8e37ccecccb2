// The sample shop: the web site of a lighting workshop that stores what such a site typically stores, with Abide around
// it.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>

#include <abide/beast_async.hpp>
#include <abide/live_site.hpp>

#include "options.hpp"
#include "panel.hpp"
#include "serve.hpp"
#include "shop.hpp"
#include "vendors.hpp"

namespace {

std::string origin(const std::string& host, unsigned short port) {
  return "http://" + host + ":" + std::to_string(port);
}

/// Wraps the shop in Abide. Only the order matters: begin, identify, answer, handle, finish.
serving::handler guarded(const abide::live_site& live, firwick::shop& shop, abide::transport how) {
  return [&live, &shop, how](serving::request request, auto& stream) -> serving::answer {
    const auto site = live.now();
    abide::visit visit = abide::begin(*site, request, stream, how);
    if (const std::string who = shop.account_of(request); !who.empty())
      co_await abide::async_identify(visit, request.base(), who);
    if (auto reply = co_await abide::async_answer(visit, request)) co_return std::move(*reply);
    firwick::response response = shop.handle(request);
    serving::prepare(response, request);
    abide::finish(visit, response);
    if (firwick::show_panel(response, visit, *site)) response.prepare_payload();
    co_return std::move(response);
  };
}

serving::handler open_to_all(firwick::vendor& vendor) {
  return [&vendor](serving::request request, auto&) -> serving::answer {
    firwick::response response = vendor.handle(request);
    serving::prepare(response, request);
    co_return std::move(response);
  };
}

/// The policy, with the keys of ABIDE_KEYS if it names none: choices then stay valid after a restart.
abide::config settings_of(const firwick::options& wanted) {
  abide::config settings = abide::load_config(wanted.policy);
  const char* keys = std::getenv("ABIDE_KEYS");
  if (settings.keys.empty() && keys && *keys) settings.keys = "env:ABIDE_KEYS";
  return settings;
}

abide::site site_of(const firwick::options& wanted) {
  abide::site_options changes;
  changes.location = wanted.location;
  changes.mode = wanted.mode;
  changes.reports = true;  // for the live panel
  changes.browser_files = wanted.browser;
  changes.records = wanted.records;
  return abide::site(settings_of(wanted), std::move(changes));
}

void open_shop(const firwick::options& wanted) {
  abide::live_site live([&wanted] { return site_of(wanted); });
  serving::server server(wanted.address);
  const auto port = server.open(wanted.port);
  const auto ads_port = server.open(wanted.port ? port + 1 : 0);
  const auto metrics_port = server.open(wanted.port ? port + 2 : 0);
  const auto ads_origin = origin("ads.localhost", ads_port);
  const auto metrics_origin = origin("metrics.localhost", metrics_port);

  firwick::shop shop({wanted.root, ads_origin, metrics_origin, wanted.https});
  firwick::vendor ads("Brightreach", "uid", wanted.root / "vendors/ads.js");
  firwick::vendor metrics("Tallyhouse", "mid", wanted.root / "vendors/metrics.js");
  server.serve(port, guarded(live, shop, wanted.https ? abide::transport::tls : abide::transport::plain));
  server.serve(ads_port, open_to_all(ads));
  server.serve(metrics_port, open_to_all(metrics));
  server.on_hangup([&live] {
    live.reload([](const std::string& why) {
      std::cerr << "abide-shop: "
                << (why.empty() ? "policy reloaded" : "policy not reloaded, the old one stays in use: " + why)
                << std::endl;
    });
  });

  std::cout << "Firwick is open:        " << origin("localhost", port) << "/\n"
            << "advertising stand-in:   " << ads_origin << "/log\n"
            << "measurement stand-in:   " << metrics_origin << "/log\n"
            << "visitor's place:        " << (wanted.location.empty() ? "set by the policy" : wanted.location) << '\n'
            << "Ctrl-C stops the shop; kill -HUP reloads the policy." << std::endl;
  server.run();
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const auto wanted = firwick::read_options(count, arguments);
    if (!wanted) return 0;
    open_shop(*wanted);
    return 0;
  } catch (const serving::port_taken& taken) {
    std::cerr << "Port " << taken.port << " is in use by another program.\n"
              << "The shop needs three consecutive ports; try abide-shop --port "
              << (taken.port < 60000 ? taken.port + 10 : 8090) << '\n';
  } catch (const std::exception& error) {
    std::cerr << "abide-shop: " << error.what() << '\n';
  }
  return 2;
}
