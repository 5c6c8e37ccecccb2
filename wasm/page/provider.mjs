// For a page without a printed state: the server that the modules came from.

import { decisionIn, send } from './answer.mjs';
import { page } from './page.mjs';
import { fileAt } from './place.mjs';

/** Resolves once the visitor sees a page that the browser loaded ahead, which may be never. */
export const shown = async () =>
  page.prerendering && new Promise((resolve) => page.addEventListener('prerenderingchange', resolve));

/** Tells the decision of that server. Resolves to false if the modules did not come from a server of Abide; rejects if it does
    not answer. */
export async function askServer(tell) {
  const [path, version] = fileAt('').split(/\/(?=v-[0-9a-f]{12}\/)/);
  if (!version) return false;
  await shown();
  tell(await send(`${path}/state?lang=${page.documentElement.lang}&at=${Date.now()}`).then(decisionIn));
  return true;
}
