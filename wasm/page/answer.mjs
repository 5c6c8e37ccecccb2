// The server's answer to a choice or a question.

import { page } from './page.mjs';

/** Fails if the server does not answer in time. */
export const send = (url, request) => fetch(url, { ...request, signal: AbortSignal.timeout?.(20_000) });

/** The decision in an answer. Rejects if there is none, as in the page of a log-in or of a network. `isChoice`: rejects also if
    the browser did not store the cookie of a grant; where cookies are blocked, pages see none. A refusal needs no cookie. */
export async function decisionIn(reply, isChoice) {
  const decision = await reply.json().catch(() => {});
  if (!reply.ok || decision?.v !== 1 || isChoice && !page.cookie && (decision.granted || decision.services))
    throw Error('abide: not saved');
  return decision;
}
