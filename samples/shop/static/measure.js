// The shop's own counter: one beacon per page, to the shop itself.
navigator.sendBeacon("/visit", new URLSearchParams({ page: location.pathname }));
document.documentElement.dataset.measured = "yes";
