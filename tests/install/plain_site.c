/* The site in C99: opens a policy, decides one request, closes. */
#include <abide/site.h>
#include <stdio.h>

static int get(void* of, size_t n, abide_text* name, abide_text* value) {
  (void)of, (void)n, (void)name, (void)value;
  return 0;
}
static int set(void* of, size_t n, abide_text value) {
  (void)of, (void)n, (void)value;
  return 0;
}
static int add(void* of, abide_text name, abide_text value) {
  (void)of, (void)name, (void)value;
  return 1;
}
static int take(void* of, size_t n) {
  (void)of, (void)n;
  return 0;
}

int main(void) {
  const abide_header_functions functions = {sizeof functions, get, set, add, take, NULL};
  const abide_headers none = {&functions, NULL};
  abide_site_options options = {.size = sizeof options};
  abide_request request = {.size = sizeof request};
  abide_facts facts = {.size = sizeof facts};
  abide_error error = {.size = sizeof error};
  abide_site* site;
  abide_exchange* exchange;
  options.records.data = options.browser_files.data = "none";
  options.records.size = options.browser_files.size = 4;
  options.location.data = "US-CA";
  options.location.size = 5;
  request.method.data = "GET";
  request.method.size = 3;
  request.target.data = "/";
  request.target.size = 1;
  if (abide_site_interface() != ABIDE_SITE_INTERFACE) return 1;
  if (abide_site_open(&options, &site, &error) != ABIDE_OK) return fprintf(stderr, "%s\n", error.text), 1;
  if (abide_begin(site, &request, none, &exchange, &error) != ABIDE_OK) return fprintf(stderr, "%s\n", error.text), 1;
  if (abide_facts_read(exchange, &facts) != ABIDE_OK || facts.regime != ABIDE_REGIME_OPT_OUT) return 1;
  abide_abandon(exchange);
  abide_exchange_free(exchange);
  abide_site_close(site);
  return 0;
}
