// Refusals that are not recorded yet. This browser keeps them as forms, one per line of `localStorage.abide`: until they are
// recorded, the gate of the next page lets nothing run, and that page sends them again.

export const isRefusal = (form) => /^(reject-all|withdraw|opt-out|save)$/.test(form.get('choice'));

/** A form as text that grants nothing, for one that could not be saved: the visitor was told so and can choose again. */
export const withoutGrants = (form) => `${form}`.replace(/grant=|exception=/g, 'keep=');

/** Keeps the refusals among the forms in place of those that were kept before. */
export function keep(forms) {
  const left = forms.filter(isRefusal).map((form) => [form, form.at].join('&at=')).join('\n');
  try {
    if (left) localStorage.abide = left;
    else delete localStorage.abide;
  } catch {} // the page may not store anything
}

/** What is kept, as forms, oldest first. Grants count for a minute after the press, whose time is the form's `at`: the page
    may have been left, or another tab opened, before the answer. */
export function kept() {
  try {
    return localStorage.abide.split('\n').map((line) => {
      const [text, at] = line.split('&at='), form = new URLSearchParams(Date.now() - at < 60_000 ? text : withoutGrants(text));
      form.at = at;
      return form;
    });
  } catch {
    return []; // nothing is kept, or the page may not store anything
  }
}

/** Returns a decision without what the form refuses: what an opt-out takes away, or else what the form does not name. */
export function without(before, form) {
  if (!isRefusal(form)) return before;
  const decision = { ...before, notice: before.notice === 'banner' ? 'none' : before.notice }; // the notice is answered
  const { allowed, allowedShared, optedOut, optedOutShared, allowedNames, services } = decision;
  const only = (own, shared, left) => Object.assign(decision, { allowed: allowed.filter((name) => own?.includes(name)),
    allowedShared: allowedShared.filter((name) => shared?.includes(name)), services: services?.filter(left) });
  if (form.get('choice') === 'opt-out') return only(optedOut, optedOutShared, () => false);
  const named = ['required', ...(form.get('choice') === 'save' ? form.values() : [])]; // "Reject all" sends the switches too
  for (const name in allowedNames) if (!named.includes(name)) {
    decision.allowedExempt = [];
    decision.allowedNames = { ...decision.allowedNames };
    delete decision.allowedNames[name];
  }
  return only(named, named, ({ category }) => named.includes(category));
}
