import type { AnyPlugin } from '@rustic-ai/kernel';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import terminal from '@rustic-ai/plugin-frontend-terminal';
import { describe, expect, it } from 'vitest';
import { createStreams } from './helper.js';

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
