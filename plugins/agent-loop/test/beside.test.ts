import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { definePlugin } from '@rustic-ai/kernel';
import type { Item, RunEvent } from '@rustic-ai/kernel/contracts';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';
import { collect } from '@rustic-ai/kernel/testing';
import filesystem from '@rustic-ai/plugin-tool-filesystem';
import workspace from '@rustic-ai/plugin-workspace-local';
import { describe, expect, it } from 'vitest';
import { call, openAgent } from './helper.js';

const input = Type.Object({ path: Type.Optional(Type.String()), to: Type.Optional(Type.String()) });
const manifest = defineManifest({
  id: 'tool-files',
  contributes: {
    tool: {
      put: {
        summary: 'Changes a file',
        input,
        effects: { kind: 'write', idempotent: false, openWorld: false },
        facts: { touches: ['/path'] },
      },
      see: {
        summary: 'Looks at a file',
        input,
        effects: { kind: 'read', idempotent: true, openWorld: false },
        facts: { touches: ['/path'] },
      },
      find: { summary: 'Looks at anything', input, effects: { kind: 'read', idempotent: true, openWorld: false } },
    },
  },
});
type Calls = readonly (readonly [name: string, input: { readonly [name: string]: string }])[];

/** Which calls were under way together, by their places in the reply: each batch as `0+1`. */
async function batches(calls: Calls, options: { readonly files?: readonly string[]; readonly parallel?: number } = {}) {
  const seen: string[] = [];
  let running: number[] = [];
  let count = 0;
  const work = async () => {
    running.push(count++);
    const mine = running;
    // Whoever runs beside it has begun when nothing else is left to do.
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (running === mine) {
      seen.push(mine.toSorted().join('+'));
      running = [];
    }
    return { parts: [] };
  };
  const tools = definePlugin<typeof manifest>({
    manifest: async () => ({ default: manifest }),
    setup: () => ({ tool: { put: { run: work }, see: { run: work }, find: { run: work } } }),
  });
  const { kernel, agent } = await openAgent([calls.map(([name, given], at) => call(`c${at}`, name, given))], {
    more: [workspace, tools],
    config: { parallelCalls: options.parallel ?? 8 },
  });
  await mkdir(join(kernel.workspace, 'd'));
  await symlink('d', join(kernel.workspace, 'link'));
  await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
  await kernel.dispose();
  return seen;
}

describe('calls of one reply', () => {
  it.each<readonly [string, Calls, readonly string[]]>([
    [
      'changes of different files run side by side',
      [
        ['put', { path: 'a' }],
        ['put', { path: 'b' }],
      ],
      ['0+1'],
    ],
    [
      'changes of one file follow each other',
      [
        ['put', { path: 'a' }],
        ['put', { path: './d/../a' }],
      ],
      ['0', '1'],
    ],
    [
      'a file and the folder it is in are not different',
      [
        ['put', { path: 'd/x' }],
        ['put', { path: 'd' }],
      ],
      ['0', '1'],
    ],
    [
      'nor a file and a link to it',
      [
        ['put', { path: 'd/x' }],
        ['put', { path: 'link/x' }],
      ],
      ['0', '1'],
    ],
    [
      'nor a link and what is below it',
      [
        ['put', { path: 'link' }],
        ['see', { path: 'd/x' }],
      ],
      ['0', '1'],
    ],
    [
      'nor names that some file systems take for the same',
      [
        ['put', { path: 'a' }],
        ['put', { path: 'A' }],
      ],
      ['0', '1'],
    ],
    [
      'a change waits for a look at the same',
      [
        ['see', { path: 'a' }],
        ['put', { path: 'a' }],
      ],
      ['0', '1'],
    ],
    [
      'a look at another runs beside a change',
      [
        ['put', { path: 'a' }],
        ['see', { path: 'b' }],
      ],
      ['0+1'],
    ],
    [
      'what says nothing may touch anything',
      [
        ['put', { path: 'a' }],
        ['find', { path: 'b' }],
      ],
      ['0', '1'],
    ],
    [
      'what has no path is about everything',
      [
        ['put', { path: 'a' }],
        ['see', {}],
      ],
      ['0', '1'],
    ],
    [
      'a path that leads nowhere is about anything',
      [
        ['put', { path: 'a' }],
        ['put', { path: 'b\0' }],
      ],
      ['0', '1'],
    ],
    [
      'a call never overtakes one that it waits for',
      [
        ['put', { path: 'a' }],
        ['put', { path: 'a' }],
        ['put', { path: 'b' }],
      ],
      ['0', '1+2'],
    ],
  ])('%s', async (_, calls, expected) => {
    expect(await batches(calls)).toEqual(expected);
  });

  it('run side by side only as many as the options say', async () => {
    const calls: Calls = ['a', 'b', 'c'].map((path) => ['put', { path }] as const);
    expect(await batches(calls, { parallel: 2 })).toEqual(['0+1', '2']);
  });
});

describe('what became of files in a turn', () => {
  const changes = (events: readonly RunEvent[]) =>
    events.flatMap((event) =>
      event.type === 'item.completed' && event.item.type === 'file_change' ? [event.item] : [],
    ) satisfies readonly Item[];

  it('is told file by file before the turn ends, whatever ran side by side', async () => {
    const { kernel, agent } = await openAgent(
      [
        [
          call('a', 'fs_write', { path: 'a.txt', content: 'one\n' }),
          call('b', 'fs_write', { path: 'new/b.txt', content: 'two\n' }),
          call('c', 'fs_edit', { path: 'a.txt', old: 'one', new: 'three' }),
        ],
      ],
      { more: [workspace, filesystem] },
    );
    const events = await collect(agent.invoke({ prompt: 'go' }, kernel.call()));
    expect(await readFile(join(kernel.workspace, 'a.txt'), 'utf8')).toBe('three\n');
    expect(changes(events).map(({ path }) => path)).toEqual(
      ['a.txt', 'new', 'new/b.txt'].map((name) => join(kernel.workspace, name)),
    );
    expect(changes(events)[0]?.diff).toContain('+three');
    expect(events.slice(-5).map(({ type }) => type)).toEqual([
      'item.completed',
      'item.completed',
      'item.completed',
      'turn.completed',
      'run.completed',
    ]);
    await kernel.dispose();
  });

  it('is nothing where tools only read', async () => {
    const { kernel, agent } = await openAgent([[call('a', 'fs_read', { path: 'a.txt' })]], {
      more: [workspace, filesystem],
    });
    await writeFile(join(kernel.workspace, 'a.txt'), 'one\n');
    expect(changes(await collect(agent.invoke({ prompt: 'go' }, kernel.call())))).toEqual([]);
    await kernel.dispose();
  });
});
