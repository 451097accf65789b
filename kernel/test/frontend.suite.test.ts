import { runResult } from '@rustic-ai/kernel/contracts';
import { describeFrontend, frontendSuite, type FrontendSubject } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { rulesBrokenBy } from './broken.js';
import { type FrontendParts, goodFrontend, referenceFrontend } from './reference-frontend.js';

type Twin = Partial<FrontendParts>;
const subject = (twin: Twin = {}): FrontendSubject => ({ plugins: [referenceFrontend({ ...goodFrontend, ...twin })] });

/** One frontend or more per rule that break exactly what the rule is about. */
const twins: Record<string, readonly Twin[]> = {
  text: [{ notes: 'stdout' }],
  once: [{ repeats: true }],
  result: [{ result: () => undefined }],
  json: [{ object: (event) => ({ ...runResult(event), schema: undefined }) }, { object: (event) => event }],
  'stream-json': [{ isTold: ({ type }) => type !== 'item.delta' }, { isTold: ({ type }) => type !== 'turn.started' }],
  quiet: [{ footer: 'session s-1\n' }],
  visible: [{ name: (text) => text }],
  request: [
    { request: ({ maxCostUsd: _, ...request }) => request },
    { request: (request) => ({ maxSteps: 1, ...request }) },
  ],
  root: [{ passesCall: false }],
  settled: [{ listens: true }],
  exit: [{ exit: ({ exitCode }) => (exitCode === 6 ? 1 : exitCode) }],
  failed: [
    { failure: ({ code, message }) => `${code}: ${message}\n` },
    { failure: ({ code, fix }) => `${code}: ${fix}\n` },
  ],
  said: [{ said: () => '' }],
  'failed-json': [{ object: (event) => ({ ...runResult(event), errors: [] }) }],
  last: [
    { isTold: (event) => event.type !== 'run.completed' || event.status !== 'failed' || event.exitCode !== 7 },
    { thrown: (event) => ({ ...event, seq: event.exitCode === 7 ? 1 : event.seq }) },
  ],
  cut: [{ cutExit: 0 }],
  agent: [{ looksFirst: true }],
  cancel: [
    {
      exit: ({ status, exitCode, usage }) =>
        status === 'interrupted' && exitCode === 130 && usage.inputTokens > 0 ? 1 : exitCode,
    },
  ],
  'cancel-torn': [{ thrown: (event) => (event.status === 'interrupted' ? { ...event, status: 'failed' } : event) }],
  'cancel-coded': [{ exit: ({ status, exitCode }) => (status === 'interrupted' ? 130 : exitCode) }],
  ending: [{ hearsEnding: false }],
  unanswered: [{ answer: 'once' }],
};

describeFrontend(subject(), { describe, it });

describe('the frontend suite', () => {
  it('has broken twins for every rule', () => {
    expect(Object.keys(twins)).toEqual(frontendSuite.map(({ id }) => id));
  });
  const all = Object.entries(twins).flatMap(([id, some]) => some.map((twin, index) => [id, index + 1, twin] as const));
  it.each(all)('fails "%s" on a frontend that breaks it (%i), and nothing else', async (id, _, twin) => {
    expect(await rulesBrokenBy(frontendSuite, subject(twin))).toEqual([id]);
  });
});
