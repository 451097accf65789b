import {
  activeLabel,
  demandText,
  jsonOfPrompt,
  promptOfRow,
  type Prompts,
  type PromptVersion,
  storageError,
} from '@rustic-ai/kernel/contracts';
import { byBytes } from './order.js';
import type { KeptPrompt, State } from './state.js';

/** All versions of a prompt, the oldest first. */
export const versionsOf = (name: string, { versions, labels }: KeptPrompt): readonly PromptVersion[] =>
  versions.map((json, index) => {
    const pointing = [...labels].flatMap(([label, version]) => (version === index + 1 ? [label] : []));
    return promptOfRow({ name, version: index + 1, json, labels: JSON.stringify(pointing) });
  });
const currentOf = (name: string, kept: KeptPrompt): readonly PromptVersion[] => {
  const version = kept.labels.get(activeLabel) ?? kept.versions.length;
  return versionsOf(name, kept).slice(version - 1, version);
};

/** Saved prompts that live as long as the process. Unit: `now` in ms since 1970. */
export const createPrompts = (state: State, now: () => number): Prompts => ({
  async put({ name, ...given }) {
    demandText({ name });
    const json = jsonOfPrompt({ ...given, createdAt: new Date(now()).toISOString() });
    const kept: KeptPrompt = state.prompts.get(name) ?? { versions: [], labels: new Map() };
    state.prompts.set(name, kept);
    return kept.versions.push(json);
  },
  async get(name, at) {
    const kept = state.prompts.get(name);
    if (!kept) return undefined;
    if (at === undefined) return currentOf(name, kept)[0];
    const version = typeof at === 'number' ? at : kept.labels.get(at);
    return versionsOf(name, kept).find((one) => one.version === version);
  },
  async list({ tag }) {
    return [...state.prompts]
      .toSorted(byBytes)
      .flatMap(([name, kept]) => currentOf(name, kept))
      .filter(({ tags }) => tag === undefined || tags.includes(tag));
  },
  async versions(name) {
    const kept = state.prompts.get(name);
    return kept ? versionsOf(name, kept) : [];
  },
  async label(name, label, version) {
    demandText({ name, label });
    const kept = state.prompts.get(name);
    if (version === undefined) kept?.labels.delete(label);
    else if (kept?.versions[version - 1] === undefined)
      throw storageError('RUSTIC_PROMPT_UNKNOWN', { prompt: name, version });
    else kept.labels.set(label, version);
  },
  async remove(name) {
    state.prompts.delete(name);
  },
});
