// Puts the notice beside the body as soon as the page's reader meets it, behind a mark at which React 18 takes the document
// for read: what becomes of the body, by its styles, a router or a framework, is nothing to it. Stands before the body. In a
// frame of a page that asks itself there is none: over plain http the server does not know frames. What comes after the
// What comes after the reader is following.mjs's: who patches a body, as morphing routers do, loses his place where a node
// leaves it at once. notice.css is told how much room the notice takes, by a sheet: an attribute of <html> would be a
// mismatch to React.
customElements.get('abide-notice') || customElements.define('abide-notice', class extends HTMLElement {
  connectedCallback() {
    if (frameElement && parent.abide?.apply) return this.remove();
    const root = document.documentElement, room = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, room];
    new ResizeObserver(([{ contentRect }]) => room.replaceSync(`:root{--abide-room:${contentRect.height}px}`)).observe(this);
    if (this.parentNode !== root && document.readyState[0] === 'l') root.append(new Comment('/$'), this);
  }
});
