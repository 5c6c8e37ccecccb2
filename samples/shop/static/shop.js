// Small conveniences; every page works without them.

// The panel describes the response that loaded this page. After a choice made in place, it shows what this page would store
// now.
document.addEventListener("abide:change", async () => {
  const panel = document.querySelector(".ledger");
  const reply = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!reply) return; // the visitor left the page
  const page = document.createElement("template"); // inert: the fetched page's own styles have another nonce
  page.innerHTML = await reply.text();
  const fresh = page.content.querySelector(".ledger");
  if (!panel || !fresh) return;
  fresh.querySelector("details").open = panel.querySelector("details").open;
  panel.replaceWith(document.adoptNode(fresh));
});
