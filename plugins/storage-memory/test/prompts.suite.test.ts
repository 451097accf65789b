import { activeLabel, type Prompts, type PromptVersion } from '@rustic-ai/kernel/contracts';
import { describePrompts, promptsSuite } from '@rustic-ai/kernel/testing';
import { describe, it } from 'vitest';
import { describeTwins, subjectOf, type Twin } from './twins.js';

/** One service per rule that breaks what the rule is about. */
const twins: Record<string, Twin<Prompts>> = {
  'as-put': (good) => ({ put: ({ name, text, tags = [] }) => good.put({ name, text, tags }) }),
  versions: (good) => ({
    put: async (prompt) => {
      await good.remove(prompt.name);
      return good.put(prompt);
    },
  }),
  get: (good) => ({ get: async (name, at) => (await good.get(name, at)) ?? good.get(name) }),
  label: (good) => ({
    label: (name, label, version) => (version === undefined ? Promise.resolve() : good.label(name, label, version)),
  }),
  labels: (good) => ({
    get: async (name, at) => {
      const prompt = await good.get(name, at);
      return prompt && { ...prompt, labels: prompt.labels.toReversed() };
    },
  }),
  active: (good) => ({ get: async (name, at) => good.get(name, at ?? (await good.versions(name)).length) }),
  'label-unknown': (good) => ({
    label: async (name, label, version) => {
      const all = await good.versions(name);
      await good.label(name, label, Math.min(version ?? 0, all.length));
    },
  }),
  list: (good) => ({
    list: async (filter) =>
      (await good.list(filter)).toSorted(({ name: a }, { name: b }) => (a < b ? -1 : Number(a > b))),
  }),
  'list-tag': (good) => ({
    list: async ({ tag }) => {
      const all: PromptVersion[] = [];
      for (const { name } of await good.list({})) all.push(...(await good.versions(name)));
      return all.filter(({ tags }) => tag === undefined || tags.includes(tag));
    },
  }),
  remove: (good) => ({ remove: async (name) => void (await good.label(name, activeLabel, undefined)) }),
  names: (good) => ({
    put: ({ name, ...prompt }) => good.put({ name: name.toWellFormed().replaceAll('\0', ''), ...prompt }),
  }),
  concurrent: (good) => ({
    put: async (prompt) => {
      const { length } = await good.versions(prompt.name);
      await good.put(prompt);
      return length + 1;
    },
  }),
  'no-sharing': (good) => {
    let held: readonly string[] = [];
    return {
      put: (prompt) => {
        held = prompt.tags ?? [];
        return good.put(prompt);
      },
      get: async (name, at) => {
        const prompt = await good.get(name, at);
        return prompt && { ...prompt, tags: held };
      },
    };
  },
  again: (good, place) => {
    place.left = async () => {
      for (const { name } of await good.list({})) await good.label(name, activeLabel, undefined);
    };
    return {};
  },
  shared: (good) => {
    let versions = 0;
    return {
      put: async (prompt) => {
        await good.put(prompt);
        return ++versions;
      },
    };
  },
};

describePrompts(subjectOf('prompts'), { describe, it });
describeTwins('prompts', promptsSuite, twins);
