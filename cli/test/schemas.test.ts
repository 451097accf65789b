import { readFileSync } from 'node:fs';
import type { RunEvent } from '@rustic-ai/kernel/contracts';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { closedSchema, createProject, eventsOf } from './project.js';

describe('the published schemas', () => {
  const read = (name: string) =>
    JSON.parse(readFileSync(new URL(`../schemas/${name}`, import.meta.url), 'utf8')) as {
      $id: string;
      $defs: Record<string, unknown>;
      oneOf: { properties: { type: { const?: string; enum?: string[] } }; required?: string[] }[];
      properties: Record<string, unknown>;
    };
  const event = read('run-event-1.json');
  const result = read('run-result-1.json');

  it('are installed with the package under their ids, and say the same of what they share', async () => {
    const found = import.meta.resolve('rustic-ai/schemas/run-event-1.json');
    expect(found).toMatch(/\/schemas\/run-event-1\.json$/);
    expect([event.$id, result.$id]).toEqual(['rustic.run-event/1', 'rustic.run-result/1']);
    const { usage, error } = event.$defs;
    expect(result.$defs).toEqual({ usage, error });
    const { type: _, ...shared } = event.oneOf.at(-1)?.properties ?? { type: {} };
    expect(result.properties).toMatchObject(shared);
  });

  it('know every type of event, and miss each field that it needs', async () => {
    const types = event.oneOf.flatMap(({ properties: { type } }) => type.enum ?? [type.const]);
    const known = [
      ...([
        'compaction',
        'item.completed',
        'item.delta',
        'item.started',
        'item.updated',
        'permission.decided',
      ] as const),
      ...(['permission.requested', 'plugin.failed', 'retry', 'run.completed', 'session.started'] as const),
      ...(['turn.completed', 'turn.failed', 'turn.interrupted', 'turn.started', 'usage.updated'] as const),
    ] satisfies RunEvent['type'][];
    expectTypeOf<(typeof known)[number]>().toEqualTypeOf<RunEvent['type']>();
    expect(types.toSorted()).toEqual(known);
    const turns = [{ think: 'So.', calls: [{ tool: 'shell_run', input: { command: 'ls' } }] }, { say: 'No.' }];
    const project = await createProject({ turns, locked: true });
    const schema = closedSchema('run-event-1.json');
    for (const one of eventsOf((await project.rustic('run', 'go', '--output-format', 'stream-json')).stdout)) {
      const { required = [] } =
        event.oneOf.find(({ properties: { type } }) => (type.enum ?? [type.const]).includes(one.type)) ?? {};
      for (const field of ['v', 'seq', 'ts', 'type', 'sessionId', ...required]) {
        const { [field as keyof RunEvent]: _, ...rest } = one;
        expect(schema.Check(rest), `${one.type} without ${field}`).toBe(false);
      }
      expect(schema.Check({ ...one, more: 1 }), `${one.type} with more`).toBe(false);
    }
  });
});
