// The server's answer to a choice or a question.

/** Fails if the server does not answer in time. */
export const send = (url, request) => fetch(url, { ...request, signal: AbortSignal.timeout?.(20_000) });

/** The decision in an answer. Rejects if it is none, as the page of a log-in or of a network, or if it allows what the
    browser cannot remember. A refusal needs no cookie. */
export async function decisionIn(reply) {
  const decision = await reply.json().catch(() => {});
  if (!reply.ok || decision?.v !== 1 || !navigator.cookieEnabled && (decision.granted || decision.services))
    throw Error('abide: not saved');
  return decision;
}
