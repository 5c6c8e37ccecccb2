// Keeps what Abide writes at the end of a page, the link to the settings and the status line, out of the layout of a body that
// places its children beside each other or in its middle: there they would move the page's own parts. They stand below the
// body, or, where nothing below it can be reached, over its lower edge, in the notice's colors. A style sheet places them, so
// that they stay where routers and frameworks find them. Browsers without anchors leave them in the layout. This script stands
// behind the link.
(() => {
  const kind = Object.getPrototypeOf(document), root = Reflect.get(kind, 'documentElement', document); // not an element of that name
  const wornNow = () => Reflect.get(kind, 'adoptedStyleSheets', document);
  if (!('anchorName' in root.style && wornNow())) return;
  const sheet = new CSSStyleSheet();
  let now;
  const place = (part, other, isCut) => `{position:absolute!important;anchor-name:--abide-${part}!important;
    left:anchor(--abide-end left,0px)!important;right:anchor(--abide-end right,0px)!important;${isCut ?
    `bottom:anchor(--abide-${other} top,0px)!important;inline-size:fit-content!important;margin:0 auto!important;padding-block:0!important;color:var(--text)!important;background:var(--surface)!important` :
    `top:max(anchor(--abide-end bottom,100%),anchor(--abide-${other} bottom,0px))!important`}}`;
  const settle = () => {
    const body = root.querySelector('body');
    if (!body) return;
    const { display, flexDirection, justifyContent } = getComputedStyle(body);
    const isStack = flexDirection === 'column' && /^(normal|(flex-)?start)$/.test(justifyContent);
    const isCut = [root, body].some((one) => /hidden|clip/.test(getComputedStyle(one).overflowY));
    const text = /grid/.test(display) || /flex/.test(display) && !isStack ? `body{anchor-name:--abide-end}@layer abide{
      body>abide-footer>.abide-footer${place('row', 'line', isCut)}body>.abide-status:not([hidden])${place('line', 'row', isCut)}}` : '';
    if (text !== now) sheet.replaceSync(now = text);
    const worn = wornNow();
    if (!worn.includes(sheet)) Reflect.set(kind, 'adoptedStyleSheets', [...worn, sheet], document);
  };
  settle();
  for (const type of ['load', 'resize']) addEventListener(type, settle);
  new ResizeObserver(() => setTimeout(settle)).observe(root);
})();
