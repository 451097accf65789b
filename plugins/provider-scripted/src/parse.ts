import { modelError } from '@rustic-ai/kernel/contracts';
import { isNode, LineCounter, parseDocument } from 'yaml';
import * as nodes from './nodes.js';
import { idOf, type Scenario, type ScriptedCall, type Turn } from './scenario.js';
import { expressionOf, slotsIn } from './template.js';

type Written<T> = Omit<T, 'at'>;
const call = nodes.fields<ScriptedCall>(
  {
    tool: nodes.text,
    id: nodes.matching(/^\w+(-\w+)*$/, 'letters, digits, _ and single dashes'),
    input: nodes.object,
  },
  ['tool'],
);
const turnFields = nodes.fields<Written<Turn>>(
  {
    when: nodes.text,
    think: nodes.template,
    say: nodes.template,
    calls: nodes.list(call),
    delayMs: nodes.milliseconds,
    error: nodes.fields<NonNullable<Turn['error']>>(
      {
        code: nodes.matching(/^RUSTIC(_[A-Z0-9]+)+$/, 'a code such as RUSTIC_MODEL_AUTH'),
        message: nodes.text,
        fix: nodes.text,
      },
      ['code', 'message'],
    ),
    stop: nodes.oneOf('cut', 'length'),
  },
  [],
);
const turn: nodes.Read<Turn> = (node, source) => {
  const written = turnFields(node, source);
  const says = ['think', 'say', 'calls', 'error', 'stop'] as const;
  if (!says.some((name) => written[name] !== undefined))
    throw source.fail(node, `a turn needs at least one of: ${says.join(', ')}`);
  const ids = (written.calls ?? []).flatMap(({ id }) => id ?? []);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw source.fail(node, `two calls of this turn have the id "${twice}"`);
  return { ...written, at: source.at(node) };
};
const scenario = nodes.fields<{ readonly turns: readonly Turn[] }>({ turns: nodes.list(turn) }, ['turns']);

/**
 * Parses a scenario, YAML or JSON. `file` is what errors call it.
 *
 * Throws: `RUSTIC_MODEL_SCENARIO` with line and column.
 */
export function parseScenario(content: string, file: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines });
  const templates: (readonly [node: unknown, text: string])[] = [];
  const at = (node: unknown) => {
    const start = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    const { line, col } = lines.linePos(start);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const fail = (node: unknown, reason: string) => modelError('RUSTIC_MODEL_SCENARIO', { file, ...at(node), reason });
  const [broken] = document.errors;
  if (broken) {
    const { line, col: column } = lines.linePos(broken.pos[0]);
    const reason = (broken.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    throw modelError('RUSTIC_MODEL_SCENARIO', { file, line, column, reason }, broken);
  }
  const template = (node: unknown, text: string) => void templates.push([node, text]);
  const { turns } = scenario(document.contents, { document, at, fail, template });
  const ids = new Set(turns.flatMap(({ calls = [] }, number) => calls.map((each, index) => idOf(each, number, index))));
  for (const [node, text] of templates)
    for (const { id, match } of slotsIn(text)) {
      if (!ids.has(id)) throw fail(node, `no call has the id "${id}"; two literal braces are written \\{{`);
      try {
        if (match !== undefined) expressionOf(match);
      } catch (error) {
        throw fail(node, error instanceof Error ? error.message : String(error));
      }
    }
  return { file, turns };
}
