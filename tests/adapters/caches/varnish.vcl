# Varnish in front of a site with `caching: shared`. By default Varnish stores nothing for a request with cookies; pages
# are the same for all visitors, so their cookies need not reach them.
vcl 4.1;
backend site { .host = "127.0.0.1"; .port = "@ORIGIN@"; }
sub vcl_recv {
  set req.http.Abide-Regime = "opt_in";
  if (req.http.CF-IPCountry == "US") { set req.http.Abide-Regime = "opt_out"; }
  if (req.http.CF-IPCountry == "JP") { set req.http.Abide-Regime = "notice"; }
  if (req.method != "GET" && req.method != "HEAD") { return (pass); }
  if (req.url ~ "^/consent(/|\?|$)" || req.url == "/count") { return (pass); }
  @COOKIES@
  return (hash);
}
sub vcl_backend_fetch {
  set bereq.http.Connection = "close";  // the site of this test answers one connection after the other
}
