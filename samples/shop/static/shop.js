// Small comforts; every page works without them.

// The film loads when it is asked for: pressing the button is the request. What its player may store is decided elsewhere.
for (const button of document.querySelectorAll("[data-film-load]")) {
  const frame = button.closest("figure").querySelector("iframe");
  button.hidden = false;
  button.addEventListener("click", () => {
    frame.src = frame.dataset.src;
    frame.focus();
  });
}

// The panel tells of the response that this page came with. After a choice made in place, ask again: what would this
// page store now?
document.addEventListener("abide:change", async () => {
  const panel = document.querySelector(".ledger");
  const reply = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = document.createElement("template"); // inert: the fetched page's own styles have another nonce
  page.innerHTML = await reply.text();
  const fresh = page.content.querySelector(".ledger");
  if (!panel || !fresh) return;
  fresh.querySelector("details").open = panel.querySelector("details").open;
  panel.replaceWith(document.adoptNode(fresh));
});
