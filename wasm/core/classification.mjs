// Classifies cookies and requests.

import { CATEGORIES, EVIDENCE, REQUEST_TYPES } from './numbers.mjs';

export function classifyCookie(memory, policy, { name, host = '', thirdParty = false }) {
  const at = memory.take(memory.size.classification);
  memory.c.abide_classify(policy, memory.text(name), memory.text(host), thirdParty ? 1 : 0, at);
  return classificationAt(memory, at);
}

export function classifyUrl(memory, policy, { url, type = 'other', site = '' }) {
  const at = memory.take(memory.size.classification);
  memory.c.abide_classify_request(policy, memory.text(url), REQUEST_TYPES[type] ?? 0, memory.text(site), at);
  return classificationAt(memory, at);
}

function classificationAt(memory, at) {
  const [category, shared, confidence, evidence] = memory.bytes.subarray(at + 8, at + 12);
  return { category: CATEGORIES[category], confidence: confidence / 100, evidence: EVIDENCE[evidence],
    vendor: memory.textAt(at), shared: shared === 1 };
}
