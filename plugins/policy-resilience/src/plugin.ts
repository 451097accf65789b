import { type Call, definePlugin } from '@rustic-ai/kernel';
import { aroundCalls } from './calls.js';
import { createDoors, keyOf, type Pass } from './doors.js';
import { mayPass } from './failure.js';
import { createKeeping } from './keeping.js';
import type manifest from './manifest.js';
import { aroundModels } from './models.js';
import type { Persistence } from './persist.js';
import { named, policyFor } from './policy.js';
import { createPreferences } from './preferences.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  async setup({ id, deps, config, hooks, log, own }) {
    const { models, tools, steps, host } = deps;
    // A name that nothing covers is said now, not when it is needed.
    for (const name of config.model.fallback) models.get(name);
    for (const name of named(config.tool)) tools.get(name);
    for (const name of named(config['workflow.step'])) steps.get(name);

    const keeping = createKeeping(deps.values, log);
    own(() => keeping.settled());
    const doors = createDoors({
      now: () => host.monotonicMs(),
      before: await keeping.before(),
      policyOf: (operation, name) => policyFor({ ...config }[operation as 'tool'], name),
      changed(breaker, kept) {
        const { operation, name, state } = breaker;
        log(`the breaker of ${operation} "${name}" is ${state}`);
        void hooks.observe('breaker.changed', breaker);
        keeping.keep(keyOf(operation, name), state === 'closed' ? undefined : kept());
      },
    });
    const codes = new Set(config.codes);
    const counts = (error: unknown) => mayPass(error, codes);
    const persistence: Persistence = { doors, counts, told: (retried) => void hooks.observe('call.retried', retried) };
    const shared = {
      persistence,
      counts,
      isInstead: ({ origin }: Call) => origin.plugin === id,
      judge(pass: Pass, { signal }: Call, error: unknown) {
        pass.verdict(signal.aborted ? 'unknown' : counts(error) ? 'fault' : 'ok');
        pass.leave();
      },
    };
    const preferences = createPreferences();
    return {
      service: { resilience: { breakers: doors.breakers } },
      hook: {
        'model.run': aroundModels({ ...shared, policy: config.model, models, preferences }),
        'tool.run': aroundCalls({ ...shared, operation: 'tool', policy: config.tool, members: tools }),
        'workflow.step.run': aroundCalls({
          ...{ ...shared, operation: 'workflow.step', policy: config['workflow.step'], members: steps },
        }),
        'session.closed': ({ session }) => preferences.forget(session.id),
      },
    };
  },
});
