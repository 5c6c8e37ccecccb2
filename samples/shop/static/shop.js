// Small comforts; every page works without them.

// The panel tells of the response that this page came with. After a choice made in place, ask again: what would this
// page store now?
document.addEventListener("abide:change", async () => {
  const panel = document.querySelector(".ledger");
  const reply = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!reply) return; // the visitor went on
  const page = document.createElement("template"); // inert: the fetched page's own styles have another nonce
  page.innerHTML = await reply.text();
  const fresh = page.content.querySelector(".ledger");
  if (!panel || !fresh) return;
  fresh.querySelector("details").open = panel.querySelector("details").open;
  panel.replaceWith(document.adoptNode(fresh));
});
