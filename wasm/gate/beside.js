// Puts the notice beside the body as soon as the parser reaches it, so that the styles of the body, routers and frameworks
// do not affect it. The comment before it makes React 18 treat the document as complete. This script stands before the body.
// A frame in a page of the site that runs Abide gets no notice; over plain http the server cannot see that it is a frame. An
// element of that page called `abide`, or a form field, does not count. What changes after parsing is left to following.mjs:
// routers that patch a body lose their place if a node leaves it at once.
customElements.get('abide-notice') || customElements.define('abide-notice', class extends HTMLElement {
  connectedCallback() {
    if (frameElement && parent.abide && Object.isFrozen(parent.abide)) return this.remove();
    const root = document.documentElement;
    this.makeRoom?.(); // room.js
    if (this.parentNode !== root && document.readyState[0] === 'l') root.append(document.createComment('/$'), this);
  }
});
