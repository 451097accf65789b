import type { AnyPlugin } from '@rustic-ai/kernel';
import type { Item, RunEventBody } from '@rustic-ai/kernel/contracts';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import terminal from '@rustic-ai/plugin-frontend-terminal';
import { describe, expect, it } from 'vitest';
import { completed, createStreams, createTerminal, playing, startDrawn, toolCall } from './helper.js';

/** A conversation in a composition with these skills; `begun` is told when their plugin is asked for. */
async function start(summaries: Readonly<Record<string, string>>, begun: () => void = () => {}) {
  const { streams, type, seen } = createStreams({ tty: true });
  const declared = Object.entries(summaries).map(([name, summary]) => [name, { summary }]);
  const bundle: AnyPlugin = {
    manifest: async () => ({
      default: { apiVersion: 1, id: 'skills-test', contributes: { skill: Object.fromEntries(declared) } },
    }),
    setup() {
      begun();
      throw new Error('nothing of it is needed');
    },
  };
  const host = { env: () => ({ TERM: 'dumb' }), streams };
  const kernel = await createTestKernel({ plugins: [terminal, bundle], ownApprover: true, host });
  const frontend = await kernel.service('frontend');
  const result = frontend.run({ mode: 'interactive' }, kernel.call()).finally(() => kernel.dispose());
  return { type, seen, result };
}

describe('/skills', () => {
  it('lists names and descriptions, and asks no plugin for them', async () => {
    let begun = 0;
    const summaries = { 'pdf-forms': 'Fills forms.', sly: 'Fine.\u001b[2J\u202e' };
    const { type, seen, result } = await start(summaries, () => begun++);
    await seen('› ');
    type('/skills\r');
    await seen('pdf-forms  Fills forms.\nsly  Fine.^[[2J\\u{202e}\n');
    type('/quit\r');
    expect(await result).toEqual({ exitCode: 0 });
    expect(begun).toBe(0);
  });

  it('says that there are none', async () => {
    const { type, seen, result } = await start({});
    await seen('› ');
    type('/skills\r');
    await seen('There are none.\n');
    type('/quit\r');
    expect(await result).toEqual({ exitCode: 0 });
  });
});

/** The reading of a skill, as an agent tells it. */
function reading(error?: { readonly code: string; readonly message: string }): readonly RunEventBody[] {
  const skill = { type: 'skill', id: 'skill-t', name: 'pdf-forms', call: 't' } as const;
  const call = { id: 't', name: 'skill_read', plugin: 'context-skills', input: { name: 'pdf-forms' } };
  const status = error ? 'failed' : 'completed';
  const parts = [{ type: 'text', text: 'How to fill forms.' }] as const;
  const items: readonly (readonly ['item.started' | 'item.completed', Item])[] = [
    ['item.started', { ...skill, status: 'in_progress' }],
    ['item.started', toolCall({ ...call, status: 'in_progress' })],
    ['item.completed', toolCall({ ...call, status, result: { parts, ...(error && { error }) } })],
    ['item.completed', { ...skill, status }],
  ];
  return [...items.map(([type, item]) => ({ type, item })), completed()];
}
async function lines(bodies: readonly RunEventBody[]): Promise<string> {
  const { streams, written } = createStreams({ tty: false });
  const { frontend, kernel } = await createTerminal(streams, playing(bodies));
  await frontend.run({ mode: 'once', prompt: 'Hi' }, kernel.call());
  await kernel.dispose();
  return written.stderr.replace(/^session .*\n/m, '');
}

describe('a skill that a model reads', () => {
  it('is told in the place of the call that reads it', async () => {
    expect(await lines(reading())).toBe('» skill pdf-forms\n✓ skill pdf-forms\n');
  });

  it('is told with why the call failed', async () => {
    expect(await lines(reading({ code: 'TEST_GONE', message: 'it is gone' }))).toBe(
      '» skill pdf-forms\n  ✗ skill_read TEST_GONE: it is gone\n✗ skill pdf-forms\n',
    );
  });

  it('is one row on a drawn terminal, and whole on demand', async () => {
    const { type, seen, written, result } = await startDrawn(playing(reading()));
    type('go\r');
    await seen('✓ skill pdf-forms');
    expect(written.stdout).not.toContain('How to fill forms.');
    expect(written.stdout).not.toMatch(/✓ skill_read|» skill/);
    type('\u000f');
    await seen('skill_read of context-skills');
    await seen('How to fill forms.');
    type('\u0004');
    await result;
  });
});
