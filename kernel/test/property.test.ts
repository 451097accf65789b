import type { Access, AuditRow, Call, Handles, Json, Rule } from '@rustic-ai/kernel';
import { collect } from '@rustic-ai/kernel/testing';
import { type Arbitrary, array, assert, asyncProperty, boolean, constant, constantFrom, record } from 'fast-check';
import { expect, it } from 'vitest';
import { open, plugin, said } from './plugins.js';

/** A call that touches something and makes calls below it, as a plan. */
interface Node {
  readonly kind: 'tool' | 'dynamic' | 'agent' | 'step' | 'command';
  readonly touches: readonly Access[];
  /** Whether it passes its call on; without it the plugin acts for itself. */
  readonly linked: boolean;
  readonly below: readonly Node[];
}
const access = constantFrom<Access>(
  { action: 'exec', resource: 'ls' },
  { action: 'exec', resource: 'rm -rf x' },
  { action: 'fs.read', resource: 'a' },
  { action: 'fs.write', resource: 'b' },
  { action: 'net', resource: 'https://example.com/x' },
);
const treeOf = (depth: number): Arbitrary<Node> =>
  record({
    kind: constantFrom('tool', 'dynamic', 'agent', 'step', 'command'),
    touches: array(access, { maxLength: 2 }),
    linked: boolean(),
    below: depth === 0 ? constant([]) : array(treeOf(depth - 1), { maxLength: 2 }),
  });
const tree = treeOf(3);
const rules = array(
  record<Rule>({
    effect: constantFrom('allow', 'ask', 'deny'),
    action: constantFrom('exec', 'fs.read', 'fs.write', 'net', 'tool', 'agent'),
    match: constantFrom('**', 'ls'),
  }),
  { maxLength: 5 },
);
interface Deps {
  readonly tools: Handles<'tool'>;
  readonly agents: Handles<'agent'>;
  readonly steps: Handles<'workflow.step'>;
  readonly commands: Handles<'command'>;
}
interface Effect {
  readonly call: string;
  readonly touches: readonly Access[];
}

/** Everything that a composition can call, each member of which does what its input says. */
function world(effects: Effect[]) {
  const write = { kind: 'write', idempotent: false, openWorld: false } as const;
  const member = { summary: 'Does what it is told', effects: write };
  const actions = ['exec', 'fs.read', 'fs.write', 'net'];
  return plugin(
    {
      id: 'world',
      requires: {
        tools: { all: 'tool' },
        agents: { all: 'agent' },
        steps: { all: 'workflow.step' },
        commands: { all: 'command' },
      },
      permissions: actions.map((action) => ({ action, match: action.startsWith('fs') ? '/**' : '**', reason: 'test' })),
      contributes: {
        tool: { act: member, 'mcp__*': member },
        agent: { act: member },
        'workflow.step': { act: member },
        command: { act: member },
      },
    },
    ({ deps }) => {
      const { tools, agents, steps, commands } = deps as unknown as Deps;
      const invoke = async (node: Node, call: Call | undefined): Promise<unknown> => {
        const json = node as unknown as Json;
        const text = JSON.stringify(node);
        if (node.kind === 'tool') return tools.get('act').invoke({ node: json }, call);
        if (node.kind === 'dynamic') return tools.get('mcp__server__act').invoke({ node: json }, call);
        if (node.kind === 'agent') return collect(agents.get('act').invoke({ prompt: text }, call));
        if (node.kind === 'command') return collect(commands.get('act').invoke({ text }, call));
        return steps.get('act').invoke({ step: 's', inputs: { node: json }, run: 'r' }, call);
      };
      const act = async (node: Node, call: Call) => {
        effects.push({ call: call.id, touches: node.touches });
        for (const one of node.below) await invoke(one, one.linked ? call : undefined).catch(() => {});
        await Promise.all(node.below.map((one) => invoke(one, call).catch(() => {})));
      };
      const of = (read: (input: never) => Node) => ({
        access: (input: never) => read(input).touches,
        run: async (input: never, call: Call) => (await act(read(input), call), { ...said('done'), outputs: {} }),
      });
      const streamed = (read: (input: never) => Node) => ({
        access: (input: never) => read(input).touches,
        run: async function* (input: never, call: Call) {
          await act(read(input), call);
        },
      });
      const tool = of((input: { node: Node }) => input.node);
      return {
        tool: {
          act: tool,
          'mcp__*': { members: () => [{ name: 'mcp__server__act', declaration: member, ...tool }] },
        },
        agent: { act: streamed((input: { prompt: string }) => JSON.parse(input.prompt) as Node) },
        command: { act: streamed((input: { text: string }) => JSON.parse(input.text) as Node) },
        'workflow.step': { act: of((input: { inputs: { node: Node } }) => input.inputs.node) },
      };
    },
  );
}

it('no effect is without its row in the audit, however calls are nested, delegated and found', async () => {
  await assert(
    asyncProperty(tree, rules, boolean(), async (root, given, headless) => {
      const effects: Effect[] = [];
      const kernel = await open({ plugins: [world(effects)], rules: given, answers: [{ outcome: 'once' }] });
      const work = kernel.use('tool').get('act');
      await work.invoke({ node: root as never }, kernel.call({ headless })).catch(() => {});
      const rows = await kernel.audit();
      const rowOf = new Map(rows.map((row): [string, AuditRow] => [row.call, row]));
      expect(rowOf.size).toBe(rows.length);
      const resources = (all: readonly Access[]) =>
        all.map(({ action, resource }) => `${action} ${resource.split('/').at(-1)}`);
      for (const { call, touches } of effects) {
        const row = rowOf.get(call);
        expect(row?.decision).toBe('allow');
        expect(resources(row?.accesses.slice(1) ?? [])).toEqual(resources(touches));
      }
      const allowed = rows.filter(({ decision }) => decision === 'allow');
      expect(effects).toHaveLength(allowed.length);
      // Whoever acts below somebody is linked to it, and nobody below a headless call was asked.
      for (const { origin } of rows)
        if (origin.parent) expect(rowOf.has(origin.parent) || origin.parent === 'call-1').toBe(true);
      if (headless) expect(kernel.asks).toEqual([]);
    }),
    { numRuns: 60 },
  );
}, 60_000);

it('a deny for everything leaves no effect behind', async () => {
  await assert(
    asyncProperty(tree, async (root) => {
      const effects: Effect[] = [];
      const deny: Rule = { effect: 'deny', action: 'tool', match: '*' };
      const kernel = await open({ plugins: [world(effects)], rules: [deny], answers: [{ outcome: 'user' }] });
      await kernel
        .use('tool')
        .get('act')
        .invoke({ node: root as never }, kernel.call())
        .catch(() => {});
      expect(effects).toEqual([]);
    }),
    { numRuns: 20 },
  );
}, 60_000);
