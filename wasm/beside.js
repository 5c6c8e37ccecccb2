// Puts the notice beside the body as soon as the parser reaches it, behind a mark at which React 18 takes the document as
// read. The styles of the body, routers and frameworks then do not affect it. Stands before the body. A frame in a page of
// the site that asks by itself gets no notice: over plain http the server does not know about frames. An element of that page
// that is called `abide`, or a form's field, does not count. What changes after parsing is left to following.mjs: routers that
// patch a body lose their place if a node leaves it at once. notice.css learns the height of the notice from a style sheet: an
// attribute of <html> would be a mismatch to React.
customElements.get('abide-notice') || customElements.define('abide-notice', class extends HTMLElement {
  connectedCallback() {
    if (frameElement && parent.abide?.apply?.call) return this.remove();
    const root = document.documentElement, room = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, room];
    new ResizeObserver(([{ contentRect }]) => room.replaceSync(`:root{--abide-room:${contentRect.height}px}`)).observe(this);
    if (this.parentNode !== root && document.readyState[0] === 'l') root.append(new Comment('/$'), this);
  }
});
