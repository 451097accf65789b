import type { Run, Runs } from '@rustic-ai/kernel/contracts';
import { describeRuns, runsSuite } from '@rustic-ai/kernel/testing';
import { describe, it } from 'vitest';
import { describeTwins, subjectOf, type Twin } from './twins.js';

/** One service per rule that breaks what the rule is about. */
const twins: Record<string, Twin<Runs>> = {
  create: (good) => ({ create: async (run) => ({ ...(await good.create(run)), version: 0 }) }),
  'create-existing': (good) => ({
    create: async (run) => {
      await good.delete(run.id);
      return good.create(run);
    },
  }),
  'get-unknown': (good) => ({ get: async (id) => (await good.get(id)) ?? ({ id } as Run) }),
  save: (good) => ({ save: (id, { state }, version) => good.save(id, { status: 'running', state }, version) }),
  'save-expected': (good) => ({
    save: async (id, checkpoint, version) =>
      good.save(id, checkpoint, Math.max(version, (await good.get(id))?.version ?? 0)),
  }),
  'save-unknown': (good) => ({
    save: async (id, checkpoint, version) => ((await good.get(id)) ? good.save(id, checkpoint, version) : 1),
  }),
  race: (good) => ({
    save: async function save(id, checkpoint): Promise<number> {
      const found = (await good.get(id))?.version ?? 0;
      return good.save(id, checkpoint, found).catch(() => save(id, checkpoint));
    },
  }),
  'state-json': (good) => ({
    get: async (id) => {
      const run = await good.get(id);
      return run && { ...run, state: run.state || null };
    },
  }),
  'list-order': (good) => ({ list: async (filter) => (await good.list(filter)).toReversed() }),
  'list-filter': (good) => ({ list: ({ status: _, ...filter }) => good.list(filter) }),
  'list-limit': (good) => ({ list: (filter) => good.list({ limit: 1_000, ...filter }) }),
  delete: (good) => ({ delete: async (id) => ((await good.get(id)) ? good.delete(id) : Promise.reject(new Error())) }),
  names: (good) => ({ create: (run) => good.create({ ...run, id: run.id.toWellFormed().replaceAll('\0', '') }) }),
  'no-sharing': (good) => {
    const states = new Map<string, Run['state']>();
    return {
      create: (run) => {
        states.set(run.id, run.state);
        return good.create(run);
      },
      get: async (id) => {
        const run = await good.get(id);
        return run && { ...run, state: states.get(id) ?? run.state };
      },
    };
  },
  hold: () => ({ hold: async () => ({ release: async () => {} }) }),
  again: (good, place) => {
    place.left = async () => {
      for (const { id } of await good.list({})) await good.delete(id);
    };
    return {};
  },
  'two-writers': (good) => {
    const seen = new Map<string, Run | undefined>();
    return {
      get: async (id) => seen.get(id) ?? (seen.set(id, await good.get(id)), seen.get(id)),
    };
  },
};

describeRuns(subjectOf('runs'), { describe, it });
describeTwins('runs', runsSuite, twins);
