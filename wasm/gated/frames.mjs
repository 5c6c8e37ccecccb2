// Frames that wait for a decision: a box of the same size covers each. It says what the frame is, who provides it and why
// it waits, with buttons that show it once, allow its service or its category, and open the preferences. The frame stays
// where it is, so nothing moves. A script with `data-box` gets such a box over the element that this selects, or else in
// the script's place.

import { page } from '../page/page.mjs';
import { allowService, follow, purposesOf, showOnce } from './services.mjs';
import { words } from '../page/words.mjs';

// Elements marked with ! wait for a refusal: the visitor is not asked about them.
const ASKED = '[data-category]:not([data-category^="!"])';
const HOLDERS = ['data-src', 'data-abide-src', 'data-srcdoc', 'data-abide-srcdoc'];
const HELD = `iframe${ASKED}:is([${HOLDERS.join('],[')}]):not([src]:not([src=""],[src="about:blank"],[src^="data:"],[src^="javascript:"])):not([srcdoc]),` +
  `script[type="text/plain"]${ASKED}[data-box]`;
const PURPOSES = ['analytics', 'functional', 'targeting'];

// A frame lets none of these events out: the page, such as a carousel or a card that is one link, does not expect them there.
const KEPT_IN = ['click', 'keydown', 'mousedown', 'pointerdown', 'touchstart'];

const boxes = new Map(); // by frame or script; null: its texts are still loading; false: it cannot be drawn
let sheet = null, listening = null, keeping; // `keeping`: the timer of keepUp()

/** Covers the waiting frames among an element and its descendants. */
export function look(root, api, site, choose) {
  listening ??= listen(api, site, choose);
  for (const copy of root.querySelectorAll('.abide-frame')) if (!copy.drawn) removeCopy(copy);
  for (const frame of [...(root.matches?.(HELD) ? [root] : []), ...root.querySelectorAll(HELD)]) {
    if (!boxes.has(frame)) cover(frame, api, site, choose).catch(console.error);
    else if (boxes.get(frame)) place(frame); // it was moved
  }
}

/** Carousels copy their slides; tools that make pages into files keep what a browser showed of them. The copy of the frame can be
    used, unless it gets a box of its own. */
function removeCopy(box) {
  const below = box.previousElementSibling;
  if (below && !boxes.get(below)) below.inert = false;
  box.remove();
}

function listen(api, site, choose) {
  page.addEventListener('abide:language', () => {
    for (const [frame, box] of boxes) {
      box?.element.remove();
      cover(frame, api, site, choose).catch(console.error);
    }
  });
  return api.on('change', () => { for (const [frame, box] of boxes) if (box && isHeld(frame)) box.write(); });
}

async function cover(frame, api, site, choose) {
  boxes.set(frame, null);
  const vendor = follow(frame, site), say = await words(site.texts);
  if (!isHeld(frame)) return void boxes.delete(frame);
  const whenNamed = (tell) => vendor.then((name) => name && tell(name));
  const box = draw(frame, say, api, choose, whenNamed), below = coveredBy(frame);
  boxes.set(frame, { ...box, below, right: 0, down: 0 });
  keeping ??= setInterval(keepUp, 250);
  if (!place(frame)) return;
  if (below) {
    below.inert = true;
    sizes.observe(below);
    sizes.observe(page.body);
    page.addEventListener('scroll', placeAll, true); // also when a part of it scrolls
  }
  new MutationObserver((_, observer) => { if (uncover(frame)) observer.disconnect(); else place(frame); })
    .observe(frame, { attributeFilter: [...HOLDERS, 'src', 'srcdoc', 'type', 'class', 'style'] });
}

const isHeld = (frame) => frame.isConnected && frame.matches(HELD);

/** The element that a box covers; null: none, the box is part of the layout. */
function coveredBy(frame) {
  const { box } = frame.dataset;
  return frame.localName !== 'script' ? frame : box ? frame.getRootNode().querySelector(box) : null;
}

function placeAll() {
  for (const [frame, box] of boxes) if (box && !uncover(frame)) place(frame);
}

const sizes = new ResizeObserver(placeAll);

/** Places boxes whose frames were moved without an event: by an animation, or by what is beside them in a flex box. Compares
    with what it saw last, because a page may style a box so that it never fits. */
function keepUp() {
  if (!boxes.size) keeping = clearInterval(keeping);
  for (const [frame, box] of boxes) if (box !== null && !uncover(frame) && box.below) {
    const [now, is] = [box.below, box.element].map((one) => one.getBoundingClientRect());
    const seen = [now.left, now.top, is.left, is.top, now.width, now.height].map(Math.round).join();
    if (seen !== box.seen || !box.element.isConnected) place(frame); // tools that write the page's markup over it remove boxes
    box.seen = seen;
  }
}

/** Removes the box if its frame no longer waits or left the page. Returns whether it did. */
function uncover(frame) {
  if (isHeld(frame)) return false;
  const { element: box, below } = boxes.get(frame) ?? {}, had = box?.contains(box.getRootNode().activeElement);
  boxes.delete(frame);
  box?.remove();
  if (!below) return true;
  sizes.unobserve(below);
  below.inert = false;
  if (had && below.isConnected) below.focus();
  return true;
}

/** Returns whether it could. A box that fails would fail on each change: it is left alone, and the others go on. */
function place(frame) {
  try {
    put(frame, boxes.get(frame));
    return true;
  } catch (error) {
    boxes.set(frame, false);
    console.error(error);
  }
}

/** Puts the box behind the element it covers, which may have moved. Measures, so any containing block works, also a scaled
    one. */
function put(frame, one) {
  const { element: box, below } = one, before = below ?? frame;
  dress(frame.getRootNode());
  if (before.nextElementSibling !== box) before.after(box);
  if (!below) return;
  const { width, height, left, top } = below.getBoundingClientRect();
  if ((box.hidden = !width || !height || isPixel(below))) return;
  const { position, zIndex } = getComputedStyle(below), { style } = box;
  Object.assign(style, { position: position === 'fixed' ? position : '', zIndex, width: `${Math.ceil(width)}px`, height: `${Math.ceil(height)}px` });
  const is = box.getBoundingClientRect(), x = scaleOf(is.width, box.offsetWidth), y = scaleOf(is.height, box.offsetHeight);
  Object.assign(style, { width: `${width / x}px`, height: `${height / y}px` });
  one.right += (left - is.left) / x;
  one.down += (top - is.top) / y;
  style.translate = `${one.right}px ${one.down}px`; // from its place in the text, which moves with the frame
  // What a part of the page that scrolls hides of the frame is hidden of the box, which is positioned, and so may not be clipped by
  // that part. The window, which clips both, counts as larger.
  new IntersectionObserver(([{ boundingClientRect: all, intersectionRect: seen }], watch) => {
    watch.disconnect();
    const cuts = [seen.top - all.top, all.right - seen.right, all.bottom - seen.bottom, seen.left - all.left];
    style.clipPath = `inset(${cuts.map((cut) => cut / x || -9).join('px ')}px)`;
  }, { rootMargin: '99%' }).observe(below);
}

/** A frame that only counts visits shows at most a pixel within its border: nothing that a visitor could ask for. */
const isPixel = ({ localName, clientWidth, clientHeight }) => localName === 'iframe' && Math.min(clientWidth, clientHeight) < 2;

/** How much the page scales a length, which is rounded in `whole`. */
const scaleOf = (length, whole) => (Math.round(length - whole) ? length / whole : 1);

/** Returns the box and a function that updates it: the signal may change while the page is open. */
function draw(frame, say, api, choose, whenNamed) {
  const { abideService, service = abideService, poster, abideSrc, src = abideSrc ?? frame.getAttribute('src') } = frame.dataset;
  const vendor = service || src && Object.assign(element('a'), { href: src }).hostname;
  const name = frame.title && vendor ? `${frame.title} (${vendor})` : frame.title || vendor;
  const box = element('div', `abide abide-frame${poster ? ' abide-frame-pictured' : ''}${coveredBy(frame) ? '' : ' abide-frame-alone'}`);
  box.drawn = true; // not in a copy
  box.lang = say.lang;
  box.dir = say('direction') || 'ltr';
  box.role = 'group';
  box.ariaLabel = frame.title || vendor || say('frame.once');
  for (const type of KEPT_IN) box.addEventListener(type, (event) => {
    event.cancelBubble = true; // presses.mjs replaced stopPropagation()
    event.returnValue = type !== 'click'; // the box may be in a link
  });
  if (poster) box.append(Object.assign(element('img', 'abide-frame-poster'), { src: poster, alt: '' }));
  const inner = box.appendChild(element('div', 'abide-frame-inner'));
  let written = null;
  const write = () => {
    const isDenied = denies(api.state(), frame.dataset, api);
    if (isDenied === written) return;
    written = isDenied;
    const had = inner.contains(inner.getRootNode().activeElement);
    const title = name ? [element('strong', 'abide-frame-title', name)] : [];
    inner.replaceChildren(...title, ...ask(frame, isDenied, say, api, choose, whenNamed));
    if (had) inner.querySelector('button').focus();
  };
  write();
  return { element: box, write };
}

/** The reason and the buttons. A press cannot permanently allow what a signal denies, or what belongs to an unknown
    category. The first may still be shown once, at the visitor's own wish. */
function ask(frame, isDenied, say, api, choose, whenNamed) {
  const { category, text } = frame.dataset, names = category.match(/\w+/g) ?? [], asked = purposesOf(frame);
  const isKnown = names[0] && names.every((name) => name === 'required' || PURPOSES.includes(name));
  const purposes = asked.map((name) => say(`${name}.title`) || name).join(say('list.comma'));
  const why = isDenied ? say('reason.gpc') : text || say('frame.text', { purposes });
  const line = element('p', 'abide-frame-text', why);
  line.role = 'status';
  const button = (kind, label, press) => {
    const made = element('button', kind, label);
    made.title = why; // a small box has no room for the text
    made.addEventListener('click', press);
    return made;
  };
  const once = button('abide-frame-allow abide-frame-once', say('frame.once'), () => showOnce(frame));
  const settings = button('abide-frame-settings', say('link.settings'), () => api.open());
  if (!isKnown) return [line, settings];
  if (isDenied) return [line, once, settings];
  const all = button('abide-frame-allow abide-frame-category', say('frame.allow'),
    () => allowFrame(frame, asked, line, say, api));
  // Under an opt-out law, allowing a service after an opt-out takes two steps, which only the settings offer.
  if (api.state().regime !== 'opt_out')
    whenNamed((service) => once.after(button('abide-frame-allow abide-frame-always', say('frame.always', { service }),
      () => allowAlways(frame, service, line, say, choose))));
  return [line, once, all, settings];
}

async function allowAlways(frame, service, line, say, choose) {
  const isAllowed = await allowService(frame, service, choose).catch(() => false);
  if (!isAllowed) line.textContent = say('page.failed');
}

/** Whether the browser's signal blocks the frame, so that only an exception helps: it is not allowed, and would not be
    after an opt-out either. Without `data-shared`, the gate treats as shared only what an opt-out denies in any case. */
export function denies(state, { category, shared }, api) {
  const isShared = shared?.match(/^(?!false)/), left = state[isShared ? 'optedOutShared' : 'optedOut'];
  return !!state.gpc && state.mode !== 'observe' && PURPOSES.some((name) => category.includes(name) && !left.includes(name) && !api.allows(name, isShared));
}

/** If something else denies what the visitor allows here, such as their age, opens the preferences, which explain it. */
async function allowFrame(frame, names, line, say, api) {
  try {
    if ((await api.accept(names)).unconfirmed) return askAgain(line, say, api);
    const isDenied = !window.abide.passes(frame); // not merely taken back soon after
    setTimeout(() => isDenied && isHeld(frame) && api.open(), 1000);
  } catch {
    line.textContent = say('page.failed');
  }
}

/** After an opt-out, the first press asks and a second one confirms. */
function askAgain(line, say, api) {
  const button = line.parentNode.querySelector('.abide-frame-category');
  const again = element('button', button.className, say('status.confirm'));
  line.textContent = again.title = say('status.unconfirmed.text');
  again.addEventListener('click', () => api.confirm().catch(() => { line.textContent = say('page.failed'); }));
  button.replaceWith(again);
  again.focus();
}

function element(name, className, text = '') {
  const made = Object.assign(page.createElement(name), { className, textContent: text });
  if (name === 'button') made.type = 'button';
  return made;
}

// The page's CSP does not apply to constructed sheets. The colours are the notice's if its style sheet is loaded, else the
// theme's or the browser's: what the page itself calls `--text` does not count. Over a picture, light text stands on a dark
// gradient. Selectors have low specificity, so a site's selector of two classes wins.
function dress(root) {
  const all = root.adoptedStyleSheets;
  if (!all) return wear(root);
  if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(STYLE);
  if (!all.includes(sheet)) root.adoptedStyleSheets = [...all, sheet]; // at first, or the page has replaced them
}

const worn = new WeakMap(); // by root: its style element

/** For browsers without constructed sheets (Safari before 16.4). If the page's policy forbids the element, the boxes look plain. */
function wear(root) {
  if (worn.get(root)?.isConnected) return;
  const style = element('style', '', STYLE);
  style.nonce = page.querySelector('script[nonce]')?.nonce ?? '';
  (root.head ?? root).append(style);
  worn.set(root, style);
}

const STYLE = `
  .abide-frame { position: absolute; box-sizing: border-box; margin: 0; padding: 8px; overflow: auto; display: grid;
    grid-template-columns: minmax(0, 1fr); container-type: size; font-size: 15px; line-height: 1.45;
    --ab-surface: var(--abide-surface, Canvas); --ab-text: var(--abide-text, CanvasText); --ab-line: var(--abide-line, GrayText);
    --ab-accent: var(--abide-accent, CanvasText); --ab-on-accent: var(--abide-on-accent, Canvas);
    color: var(--ab-text); background: var(--abide-ground, var(--ab-surface)); border: 1px solid var(--ab-line); }
  .abide-frame[hidden] { display: none; }
  .abide-frame-alone { position: relative; min-block-size: 200px; container-type: inline-size; }
  .abide-frame-inner { position: relative; box-sizing: border-box; display: flex; flex-wrap: wrap;
    justify-content: center; align-items: center; gap: 8px 18px; max-inline-size: 34em; margin: auto;
    padding: 12px 16px; text-align: center; background: var(--ab-surface); border-radius: 10px; }
  .abide-frame-title, .abide-frame-text { flex-basis: 100%; margin: 0; font-size: inherit; text-wrap: balance; }
  .abide-frame-title { font-size: 17px; font-weight: 650; line-height: 1.25; overflow-wrap: anywhere; }
  .abide-frame-allow, .abide-frame-settings { min-block-size: 44px; padding: 8px 18px; font: inherit;
    font-weight: 600; line-height: 1.25; color: var(--ab-on-accent); background: var(--ab-accent);
    border: 2px solid var(--ab-accent); border-radius: 8px; cursor: pointer; }
  .abide-frame-allow + .abide-frame-settings { padding-inline: 0; border: 0; color: inherit;
    background: none; font-weight: 400; text-decoration: underline 1px;
    text-underline-offset: 0.2em; }
  .abide-frame-allow:focus-visible, .abide-frame-settings:focus-visible {
    outline: 3px solid var(--ab-accent); outline-offset: 2px; }
  .abide-frame-poster { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; object-fit: cover; }
  .abide-frame-pictured { padding: 0; border: 0; color: #fff; background: #111; --ab-accent: #fff; --ab-on-accent: #111; }
  .abide-frame-pictured > .abide-frame-inner { justify-content: start; max-inline-size: none; margin: auto 0 0;
    padding: 72px clamp(16px, 4cqi, 32px) clamp(16px, 3cqi, 28px); text-align: start; border-radius: 0;
    background: linear-gradient(to top, #000e 55%, #0000); }
  .abide-frame-pictured .abide-frame-text { margin-block-end: 6px; }
  .abide-frame-pictured .abide-frame-title { font-size: clamp(18px, 2.5cqi + 8px, 30px); }
  @media print {
    .abide-frame-allow, .abide-frame-settings { display: none; }
  }
  @container (max-height: 240px) {
    .abide-frame-pictured .abide-frame-title { display: none; }
    .abide-frame-pictured > .abide-frame-inner { padding-block: 28px 12px; }
  }
  @container (max-width: 420px) or (max-height: 250px) {
    .abide-frame-always { display: none; }
  }
  @container (max-width: 300px) or (max-height: 200px) {
    .abide-frame-category { display: none; }
  }
  @container (max-width: 210px) or (max-height: 170px) {
    .abide-frame-title { display: none; }
    .abide-frame-inner, .abide-frame-pictured > .abide-frame-inner { padding: 6px; }
  }
  @container (max-width: 150px) or (max-height: 130px) or ((max-width: 240px) and (max-height: 170px)) {
    .abide-frame-text { position: absolute; inset: 0 auto auto 0; inline-size: 1px; block-size: 1px; overflow: hidden;
      clip-path: inset(50%); }
    .abide-frame-inner, .abide-frame-pictured > .abide-frame-inner { margin: auto; padding: 0; background: none; }
    .abide-frame-allow, .abide-frame-settings { padding: 2px 6px; font-size: 14px; }
  }
  @container (max-width: 210px) or ((max-width: 340px) and (max-height: 200px)) {
    .abide-frame-allow + .abide-frame-settings { display: none; }
  }`;
