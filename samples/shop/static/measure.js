// The shop's own counter: one beacon a page, to the shop itself.
navigator.sendBeacon("/visit", new URLSearchParams({ page: location.pathname }));
document.documentElement.dataset.measured = "yes";
