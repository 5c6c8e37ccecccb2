// Tells top.css the height of a notice at the upper edge, so that the page leaves room for it. A style sheet does, because
// React would report an attribute of <html> as a mismatch. Stands behind beside.js.
customElements.get('abide-notice').prototype.makeRoom = function () {
  if (!document.adoptedStyleSheets) return; // tabbing.mjs does it in such browsers
  const room = new CSSStyleSheet();
  const wear = () => {
    const worn = document.adoptedStyleSheets;
    if (!worn.includes(room)) document.adoptedStyleSheets = [...worn, room];
  };
  wear();
  // A page that replaces the list loses the room, and its height changes.
  new ResizeObserver(() => setTimeout(wear)).observe(document.documentElement, { box: 'border-box' });
  new ResizeObserver(([{ contentRect }]) => room.replaceSync(`:root{--abide-room:${contentRect.height}px}`)).observe(this);
};
