// A measurement vendor's tag: one beacon per page, with a number that connects the pages of one browser.
(() => {
  const origin = new URL(document.currentScript.src).origin;
  const known = document.cookie.match(/(?:^|; )_th_visitor=([^;]+)/);
  const visitor = known ? known[1] : Math.random().toString(36).slice(2, 14);
  document.cookie = `_th_visitor=${visitor}; Path=/; Max-Age=33696000; SameSite=Lax`;
  const seen = JSON.stringify({ event: "pageview", visitor, page: location.pathname, width: innerWidth });
  navigator.sendBeacon(`${origin}/collect`, seen);
  document.documentElement.dataset.tallyhouse = "running";
})();
