import type { Call } from '@rustic-ai/kernel/contracts';
import { describeToolOutputs, scoreOf, toolOutputsSuite, type ToolOutputsSubject } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from './plugins.js';

interface Parts {
  readonly extraBytes: number;
  readonly unit: 'bytes' | 'characters';
  ref(count: number): string;
  readonly isApart: boolean;
}
const good: Parts = { extraBytes: 0, unit: 'bytes', ref: (count) => `kept-${count}`, isApart: true };
interface Wanted {
  readonly ref: string;
  readonly offset: number;
  readonly length: number;
}

/** Keeps outputs in memory. */
const subject = (twin: Partial<Parts> = {}): ToolOutputsSubject => {
  const { extraBytes, unit, ref: refOf, isApart } = { ...good, ...twin };
  const kept = new Map<string, { readonly session: string | undefined; readonly text: string }>();
  const effects = { kind: 'none', idempotent: true, openWorld: false } as const;
  const outputs = plugin(
    {
      id: 'outputs',
      contributes: {
        service: { 'tool.outputs': { summary: 'Keeps outputs' } },
        tool: { kept_read: { summary: 'Reads one', effects } },
      },
    },
    () => ({
      service: {
        'tool.outputs': {
          async keep({ origin }: Call, text: string) {
            const ref = refOf(kept.size);
            kept.set(ref, { session: origin.session, text });
            return { ref, bytes: Buffer.byteLength(text) + extraBytes, tool: 'kept_read' };
          },
        },
      },
      tool: {
        kept_read: {
          run({ ref, offset, length }: Wanted, { origin }: Call) {
            const found = kept.get(ref);
            if (!found || (isApart && found.session !== origin.session)) throw new Error('no such output');
            const part =
              unit === 'bytes'
                ? Buffer.from(found.text)
                    .subarray(offset, offset + length)
                    .toString()
                : found.text.slice(offset, offset + length);
            return { parts: [{ type: 'text', text: part }] };
          },
        },
      },
    }),
  );
  return { plugins: [outputs] };
};

/** One service per rule that breaks exactly what the rule is about. */
const twins: Record<string, Partial<Parts>> = {
  whole: { extraBytes: 1 },
  range: { unit: 'characters' },
  refs: { ref: () => 'kept' },
  apart: { isApart: false },
};

describeToolOutputs(subject(), { describe, it });

describe('the tool.outputs suite', () => {
  it('has one broken twin for every rule', () => {
    expect(Object.keys(twins)).toEqual(toolOutputsSuite.map(({ id }) => id));
  });
  it.each(Object.entries(twins))('fails "%s" on a service that breaks it, and nothing else', async (id, twin) => {
    const { rules } = await scoreOf('tool.outputs', toolOutputsSuite, subject(twin));
    expect(rules.filter(({ ok }) => !ok).map((rule) => rule.id)).toEqual([id]);
  });
});
