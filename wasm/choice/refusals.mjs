// Refusals that are not recorded yet, oldest first. This browser keeps them for all its tabs, as forms, one per line of
// `localStorage.abide`: until they are recorded, the gate of the next page lets nothing run, and that page sends them again.

let unstored = ''; // the lines, if the page may not store anything

export const isRefusal = (form) => /^(reject|save|withdraw|opt-out|object|undo)/.test(form.get('choice'));

const withoutGrants = (form) => `${form}`.replace(/grant=|exception=/g, 'keep=');

const made = (text, at) => Object.assign(new URLSearchParams(text), { at });

/** What is kept, as forms, oldest first. Grants count for a minute after the press, whose time is the form's `at`: the page
    may have been left, or another tab opened, before the answer. */
export function kept() {
  let lines = unstored;
  try {
    lines ||= localStorage.abide ?? '';
  } catch {} // the page may not store anything
  return (lines.match(/.+/g) ?? []).map((line) => {
    const [text, at] = line.split('&at=');
    return made(Date.now() - at < 60_000 ? text : withoutGrants(text), +at);
  });
}

function write(forms) {
  const lines = forms.map((form) => `${form}&at=${form.at}`).join('\n');
  unstored = '';
  try {
    if (lines) localStorage.abide = lines;
    else delete localStorage.abide;
  } catch {
    unstored = lines;
  }
}

/** Keeps a refusal, in place of an equal one. */
export function keep(form) {
  if (isRefusal(form)) write([...kept().filter((one) => withoutGrants(one) !== withoutGrants(form)), form]);
}

/** Takes the grants from one that is kept: it could not be saved, the visitor was told so and can choose again. */
export const dropGrants = (form) => write(kept().map((one) => (one.at === form.at ? made(withoutGrants(one), one.at) : one)));

/** Sends a choice, behind the refusals that are older: each counts in the order of the presses. One that refuses everything
    takes their place. Resolves with the answer to the choice; what could not be sent stays kept. */
export async function deliver(form, send) {
  const older = /^(reject|withdraw$)/.test(form.get('choice')) ? [] : kept().filter(({ at }) => at < form.at);
  let answer;
  for (const one of [...older, form]) {
    answer = await send(one);
    write(kept().filter(({ at }) => at > one.at)); // read again: another tab may have added one
  }
  return answer;
}

/** Returns a decision without what a refusal takes away: what an opt-out takes away, or else what the form does not name. Only
    the answer can tell what remains after an exception where the law asks for consent. */
export function without(before, form) {
  const { allowed, allowedShared, optedOut, optedOutShared, allowedNames, services } = before, choice = form.get('choice');
  if (choice === 'object') return { ...before, allowedExempt: [], allowedNames: {} };
  if (choice === 'withdraw-service') return { ...before, services: services?.filter(({ service }) => service !== form.get('service')) };
  const decision = { ...before, notice: before.notice === 'banner' ? 'none' : before.notice }; // the notice is answered
  const only = (own, shared) => Object.assign(decision, { allowed: allowed.filter((name) => own?.includes(name)),
    allowedShared: allowedShared.filter((name) => shared?.includes(name)),
    services: services?.filter(({ category }) => shared?.includes(category)) });
  if (choice === 'opt-out' || choice === 'undo' && before.regime === 'opt_out') return only(optedOut, optedOutShared);
  const named = ['required', ...(choice === 'save' ? form.values() : [])]; // "Reject all" sends the switches too
  for (const name in allowedNames) if (!named.includes(name)) {
    decision.allowedExempt = [];
    decision.allowedNames = { ...decision.allowedNames };
    delete decision.allowedNames[name];
  }
  return only(named, named);
}
