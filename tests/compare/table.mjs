// The results as Markdown, and Abide's figures beside its goals.
const known = (values) => values.filter((value) => value !== null && value !== undefined);

export const median = (values) => {
  const sorted = known(values).sort((a, b) => a - b);
  if (!sorted.length) return null;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const number = (value, digits = 0) => (value === null || value === undefined ? '-' : value.toFixed(digits));
const more = (value, digits = 0) => (value === null ? '-' : `+${number(value, digits)}`);
const list = (names) => names.join(', ') || 'nothing';
const yes = (value) => (value ? 'yes' : 'no');
const banner = (shown) => (shown ? 'banner' : 'nothing');

/** The median of a figure to be read closely, with its range. */
const spread = (values, digits = 0) => {
  const all = known(values);
  const ends = all.length > 1 ? ` (${number(Math.min(...all), digits)} to ${number(Math.max(...all), digits)})` : '';
  return number(median(all), digits) + ends;
};

const rows = (heads, lines) =>
  [heads, heads.map((_, i) => (i ? '--:' : '---')), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const perLoad = ['visible', 'steady', 'fcp', 'ready', 'blocking', 'shift'];

/** Medians of one tool; bytes, requests and work beyond the bare page. */
export function summary(result, bare) {
  const of = (kind, name, from = result) => median(from[kind].map((one) => one[name]));
  const over = (kind, name) => {
    const own = of(kind, name), other = bare ? of(kind, name, bare) : null;
    return own === null || other === null ? null : own - other;
  };
  return {
    ...Object.fromEntries(perLoad.map((name) => [name, of('loads', name)])),
    late: median(result.loads.map(({ visible, fcp }) => (visible === null ? null : visible - fcp))),
    bytes: over('loads', 'bytes'), requests: over('loads', 'requests'),
    cpu: over('works', 'cpu'), script: over('works', 'script'), instructions: over('works', 'instructions'),
    next: of('presses', 'next'), gone: of('presses', 'gone'), tag: of('presses', 'tag'),
    nextSlow: of('slowPresses', 'next'), goneSlow: of('slowPresses', 'gone'), tagSlow: of('slowPresses', 'tag'),
  };
}

const scaled = (value, by) => (value === null ? null : value / by);

export function loadTable(results, counted) {
  const heads = ['tool', 'FCP ms', 'banner visible ms', 'after FCP ms', 'steady ms', 'decision ready ms', 'blocking ms',
    'shift', 'requests', 'sent kB', counted ? 'M instructions' : 'renderer CPU ms', 'script ms'];
  return rows(heads, results.map(({ title, version, loads, summary: s }) => [
    version ? `${title} ${version}` : title,
    number(s.fcp), spread(loads.map(({ visible }) => visible)), number(s.late), number(s.steady), number(s.ready),
    number(s.blocking), number(s.shift, 3), more(s.requests), more(scaled(s.bytes, 1000), 1),
    counted ? more(scaled(s.instructions, 1e6), 1) : more(s.cpu), more(s.script, 1),
  ]));
}

export function pressTable(results) {
  const heads = ['tool', 'next frame ms', 'banner gone ms', 'tag runs ms',
    'next frame, slow', 'banner gone, slow', 'tag runs, slow'];
  const pressed = results.filter(({ presses }) => presses.length);
  return rows(heads, pressed.map(({ title, presses, slowPresses, summary: s }) => [
    title,
    spread(presses.map(({ next }) => next)), number(s.gone), number(s.tag),
    spread(slowPresses.map(({ next }) => next)), number(s.goneSlow), number(s.tagSlow),
  ]));
}

export function answerTable(results) {
  const heads = ['tool', 'without JavaScript', 'left after Reject', 'left after withdrawal', 'says that GPC was seen'];
  const answered = results.filter(({ answers }) => answers);
  return rows(heads, answered.map(({ title, answers: { withoutScript, reject, withdrawal, gpc } }) => [
    title, banner(withoutScript), list(reject.left),
    list(withdrawal.left) + (withdrawal.before ? '' : ' (the tag never set _ga)'), yes(gpc.says),
  ]));
}

const bound = (name, value, limit, unit, digits = 0) =>
  [name, value === null ? '-' : `${number(value, digits)}${unit}`, `<= ${limit}${unit}`,
    value === null ? 'not measured' : value <= limit ? 'met' : 'missed'];
const holds = (name, value, goal, ok) => [name, value, goal, ok ? 'met' : 'missed'];

/** Abide's figures beside its goals. */
export function goalTable({ summary: s, answers }, first) {
  const lines = [
    bound('banner visible after FCP: one frame', s.late, 17, ' ms'),
    bound('first decision, gzip, in the page', first.bytes, 2048, ' bytes'),
    holds('first decision: requests', first.inline ? '0' : '1 or more', '0', first.inline),
    bound('all that the page loads over bare, compressed', s.bytes, 10 * 1024, ' bytes'),
    bound('renderer instructions over bare', scaled(s.instructions, 1e6), 20, ' M', 1),
    bound('layout shift', s.shift, 0, '', 3),
    bound('press to next frame', s.next, 50, ' ms'),
    bound('press to next frame, slow', s.nextSlow, 50, ' ms'),
  ];
  if (answers) {
    const { withoutScript, reject, withdrawal, gpc } = answers;
    lines.push(
      holds('without JavaScript', banner(withoutScript), 'banner', withoutScript),
      holds('left after Reject', list(reject.left), 'nothing', !reject.left.length),
      holds('left after withdrawal', list(withdrawal.left), 'nothing', withdrawal.before && !withdrawal.left.length),
      holds('says that GPC was seen', yes(gpc.says), 'yes', gpc.says),
    );
  }
  return rows(['Abide', 'measured', 'goal', ''], lines);
}
