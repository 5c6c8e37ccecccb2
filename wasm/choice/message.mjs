// The line that says what became of a choice. The server wrote it, with its texts, if the page has one.

import { page } from '../page/page.mjs';

let fading; // the timer that hides the line

/** Shows a message. It disappears after some seconds, but not while the line has the focus, or says that the choice is being
    saved or could not be. */
export function say(what, more) {
  const line = page.querySelector('.abide-said');
  if (!line) return;
  line.hidden = false;
  const place = line.querySelector('span');
  place.role = /failed/.test(what) ? 'alert' : 'status';
  setTimeout(() => { place.textContent = `${line.dataset[what]} ${more || ''}`; }); // readers must know the line before its text changes
  clearTimeout(fading);
  if (!/ing|failed/.test(what)) fade(line);
}

export function fade(line) {
  fading = setTimeout(() => { line.hidden = !line.contains(page.activeElement) || fade(line); }, 8000);
}

/** Reads and removes the message that the page before left, and leaves one for the reload after a withdrawal. */
export function session(word) {
  try {
    const { abide } = sessionStorage;
    if (word) sessionStorage.abide = word;
    else delete sessionStorage.abide;
    return abide;
  } catch {}
}
