// Puts the notice beside the body as soon as the page's reader meets it, behind a mark at which React 18 takes the document
// for read: what becomes of the body, by its styles, a router or a framework, is nothing to it. Stands before the body.
customElements.get('abide-notice') || customElements.define('abide-notice', class extends HTMLElement {
  connectedCallback() {
    const root = document.documentElement;
    if (this.parentNode !== root && !this.closest('dialog')) root.append(new Comment('/$'), this);
  }
});
