// The server's answer to a choice or a question.

import { page } from './page.mjs';

/** Fails if the server does not answer in time. */
export const send = (url, request) => fetch(url, { ...request, signal: AbortSignal.timeout?.(20_000) });

/** The decision in an answer. Rejects if it is none, as the page of a log-in or of a network, or if the browser did not store
    the cookie of a grant: where cookies are blocked, pages see none. A refusal needs no cookie. */
export async function decisionIn(reply) {
  const decision = await reply.json().catch(() => {});
  if (!reply.ok || decision?.v !== 1 || !page.cookie && (decision.granted || decision.services))
    throw Error('abide: not saved');
  return decision;
}
