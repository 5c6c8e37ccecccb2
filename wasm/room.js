// Tells top.css the height of a notice at the upper edge, so that the page leaves room for it. A style sheet does, because
// React would report an attribute of <html> as a mismatch. Stands behind beside.js.
customElements.get('abide-notice').prototype.makeRoom = function () {
  const sheets = document.adoptedStyleSheets;
  if (!sheets) return; // tabbing.mjs does it in such browsers
  const room = new CSSStyleSheet();
  document.adoptedStyleSheets = [...sheets, room];
  new ResizeObserver(([{ contentRect }]) => room.replaceSync(`:root{--abide-room:${contentRect.height}px}`)).observe(this);
};
