import { strict as assert } from 'node:assert';
import type { Resilience } from '../contracts/resilience.js';
import type { InCode } from '../compose/in-code.js';
import { isRusticError } from '../errors.js';
import type { AnyPlugin, Manifest } from '../manifest.js';
import { createTestKernel } from './kernel.js';
import { recordHooks } from './record-hooks.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

/** A policy that leaves a tool alone which failed too often, with its options. The suite brings the tools. */
export interface ResilienceSubject {
  readonly plugins: readonly InCode[];
  /** So many failures of a tool open its breaker, and nothing is tried again before. */
  readonly failures: number;
}
interface Tried {
  readonly resilience: Resilience;
  readonly failures: number;
  /** Calls a tool of the suite. Shape: the code of its failure; `undefined`: it worked. */
  call(name: 'suite_broken' | 'suite_sound'): Promise<string | undefined>;
  /** How often the broken tool did run. */
  ran(): number;
  /** What `breaker.changed` told. */
  readonly told: readonly { readonly payload: unknown }[];
}

const effects = { kind: 'read', idempotent: true, openWorld: false } as const;
const manifest: Manifest = {
  apiVersion: 1,
  id: 'tool-suite',
  contributes: { tool: { suite_broken: { summary: 'Fails', effects }, suite_sound: { summary: 'Works', effects } } },
};
const rule = (id: string, says: string, check: (tried: Tried) => Promise<void>): Rule<ResilienceSubject> => ({
  id,
  says,
  async run({ plugins, failures }) {
    let ran = 0;
    const tools: AnyPlugin = {
      manifest: async () => ({ default: manifest }),
      setup: () => ({
        tool: {
          suite_broken: {
            run() {
              ran++;
              throw new Error('it broke');
            },
          },
          suite_sound: { run: () => ({ parts: [{ type: 'text', text: 'Fine.' }] }) },
        },
      }),
    };
    const { plugin: recorder, seen: told } = recordHooks('breaker.changed');
    const all = [...plugins, tools, recorder];
    const kernel = await createTestKernel({ plugins: all, answers: [{ outcome: 'once' }] });
    try {
      const resilience = await kernel.service('resilience');
      const call: Tried['call'] = (name) =>
        kernel
          .use('tool')
          .get(name)
          .invoke({}, kernel.call())
          .then(
            () => undefined,
            (error: unknown) => (isRusticError(error) ? error.code : String(error)),
          );
      await check({ resilience, failures, call, ran: () => ran, told });
    } finally {
      await kernel.dispose();
    }
  },
});
const fail = async ({ call, failures }: Tried) => {
  for (let time = 0; time < failures; time++) assert.equal(await call('suite_broken'), 'RUSTIC_OPERATION_FAILED');
};
const open = { operation: 'tool', name: 'suite_broken', state: 'open' };
const isOpen = ({ resilience }: Tried) =>
  resilience.breakers().filter(({ state, name }) => state === 'open' && name.startsWith('suite_'));

/** What a service `resilience` promises of breakers, rule by rule. */
export const resilienceSuite: readonly Rule<ResilienceSubject>[] = [
  rule('closed', 'tells of no open breaker where nothing failed', async (tried) => {
    assert.equal(await tried.call('suite_sound'), undefined);
    assert.deepEqual(isOpen(tried), []);
  }),
  rule('open', 'tells of the breaker of a member that failed too often', async (tried) => {
    await fail(tried);
    assert.deepEqual(isOpen(tried), [open]);
  }),
  rule('refuses', 'leaves that member alone', async (tried) => {
    await fail(tried);
    assert.equal(await tried.call('suite_broken'), 'RUSTIC_RESILIENCE_OPEN');
    assert.equal(tried.ran(), tried.failures);
  }),
  rule('apart', 'lets calls of other members through', async (tried) => {
    await fail(tried);
    assert.equal(await tried.call('suite_sound'), undefined);
  }),
  rule('told', 'fires the hook when a breaker opens, once', async (tried) => {
    await fail(tried);
    await tried.call('suite_broken');
    assert.deepEqual(
      tried.told.map(({ payload }) => payload),
      [open],
    );
  }),
];

/** Registers the suite for one policy. */
export const describeResilience = (subject: ResilienceSubject, runner: Runner): void =>
  describeSuite('resilience', resilienceSuite, subject, runner);
