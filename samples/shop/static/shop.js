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
