// Frames that wait for a decision: over each lies a box of its size that says what it is, whose, and why it waits, with
// a button that allows it and one that leads to the preferences. The frame keeps its place, so nothing moves.

import { words } from './words.mjs';

const HELD = 'iframe[data-category][data-src]';
const PURPOSES = ['analytics', 'functional', 'targeting'];

const boxes = new Map(); // by frame
let sheet = null;

/** Covers the frames that wait below an element, and the element itself. */
export function look(root, api, { texts }) {
  for (const frame of [...(root.matches?.(HELD) ? [root] : []), ...root.querySelectorAll(HELD)])
    if (!boxes.has(frame)) cover(frame, api, texts);
}

async function cover(frame, api, texts) {
  boxes.set(frame, null);
  const say = await words(texts);
  if (!isHeld(frame)) return void boxes.delete(frame);
  style();
  const box = draw(frame, say, api);
  boxes.set(frame, box);
  frame.inert = true;
  frame.after(box);
  place(frame);
  sizes.observe(frame);
  sizes.observe(document.body);
  new MutationObserver((_, observer) => { if (uncover(frame)) observer.disconnect(); })
    .observe(frame, { attributeFilter: ['data-src'] });
}

const isHeld = (frame) => frame.isConnected && frame.matches(HELD);

const sizes = new ResizeObserver(() => { for (const [frame, box] of boxes) if (box && !uncover(frame)) place(frame); });

/** Removes the box of a frame that was let through or left the page; says whether it did. */
function uncover(frame) {
  if (isHeld(frame)) return false;
  const box = boxes.get(frame), had = box?.contains(document.activeElement);
  boxes.delete(frame);
  sizes.unobserve(frame);
  box?.remove();
  frame.inert = false;
  if (had && frame.isConnected) frame.focus();
  return true;
}

/** Measured, not computed: whatever the box is positioned in. */
function place(frame) {
  const box = boxes.get(frame), { width, height, left, top } = frame.getBoundingClientRect();
  box.hidden = !width || !height;
  if (box.hidden) return;
  Object.assign(box.style, { inlineSize: `${width}px`, blockSize: `${height}px` });
  const is = box.getBoundingClientRect(), { style } = box;
  style.left = `${(parseFloat(style.left) || 0) + left - is.left}px`;
  style.top = `${(parseFloat(style.top) || 0) + top - is.top}px`;
}

function draw(frame, say, api) {
  const { category, service, poster, src, text } = frame.dataset;
  const names = PURPOSES.filter((name) => category.includes(name));
  const vendor = service || new URL(src, location.href).hostname;
  const purposes = names.map((name) => say(`${name}.title`)).join(say('list.comma'));
  const line = element('p', 'abide-frame-text', text || say('frame.text', { purposes }));
  line.setAttribute('role', 'status');
  const allow = element('button', 'abide-frame-allow', say('frame.allow'));
  const settings = element('button', 'abide-frame-settings', say('link.settings'));
  allow.addEventListener('click', () => allowFrame(frame, names, line, say, api));
  settings.addEventListener('click', () => api.open());
  const box = element('div', 'abide abide-frame');
  box.lang = say.lang;
  box.dir = say('direction') || 'ltr';
  box.setAttribute('role', 'group');
  box.setAttribute('aria-label', frame.title || vendor);
  if (poster) box.append(Object.assign(element('img', 'abide-frame-poster'), { src: poster, alt: '' }));
  const inner = element('div', 'abide-frame-inner');
  const title = element('strong', 'abide-frame-title', frame.title ? `${frame.title} (${vendor})` : vendor);
  inner.append(title, line, allow, settings);
  box.append(inner);
  return box;
}

/** A signal may deny what the visitor allows here: then the preference page explains. */
async function allowFrame(frame, names, line, say, api) {
  try {
    await api.accept(names);
    setTimeout(() => { if (isHeld(frame)) api.open(); }, 1000);
  } catch {
    line.textContent = say('page.failed');
  }
}

function element(name, className, text = '') {
  const made = Object.assign(document.createElement(name), { className, textContent: text });
  if (name === 'button') made.type = 'button';
  return made;
}

// The page's CSP has no say in a constructed sheet. Colours are those of the notice where its style sheet is there.
function style() {
  if (sheet) return;
  sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    .abide-frame { position: absolute; box-sizing: border-box; margin: 0; overflow: auto; display: grid;
      container-type: size; font-size: 15px; color: var(--text, CanvasText); background: var(--ground, Canvas);
      border: 1px solid var(--line, GrayText); }
    .abide-frame[hidden] { display: none; }
    .abide-frame-poster { position: absolute; inline-size: 100%; block-size: 100%; object-fit: cover; }
    .abide-frame-inner { grid-area: 1 / 1; place-self: center; position: relative; display: flex; flex-wrap: wrap;
      justify-content: center; gap: 8px 12px; max-inline-size: 34em; padding: 12px; text-align: center;
      background: var(--surface, Canvas); border-radius: 10px; }
    .abide-frame-title, .abide-frame-text { flex-basis: 100%; margin: 0; }
    .abide-frame-inner button { min-block-size: 44px; padding: 8px 16px; font: inherit; font-weight: 600;
      color: inherit; background: none; border: 2px solid var(--accent, currentColor); border-radius: 10px;
      cursor: pointer; }
    .abide-frame-inner button:focus-visible { outline: 3px solid var(--accent, Highlight); outline-offset: 2px; }
    @container (max-height: 170px) { .abide-frame-title { display: none; } .abide-frame-inner { padding: 4px; } }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
