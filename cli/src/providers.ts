import { type Handle, type Kernel, type Lock, RusticError } from '@rustic-ai/kernel';
import type { Checks } from './checks.js';

/** How long a provider has to begin an answer. Unit: ms. */
const limitMs = 30_000;

/**
 * Notes who provides models. `online`: also asks the first model of each until it begins to answer; without it nothing
 * leaves this machine.
 */
export async function checkProviders(parts: {
  readonly kernel: Kernel;
  readonly lock: Lock;
  readonly check: Checks['check'];
  readonly online: boolean;
}): Promise<void> {
  const { kernel, lock, check, online } = parts;
  const listed = online ? await kernel.use('model').list() : [];
  for (const { id, manifest } of lock.plugins) {
    const declared = Object.keys(manifest.contributes?.['model'] ?? {});
    if (declared.length === 0) continue;
    await check(`models of ${id}`, () => declared.join(', '), String);
    if (!online) continue;
    const models = listed.filter(({ plugin }) => plugin === id);
    await check(`reach of ${id}`, () => reach(models, kernel), String);
  }
}

/** Throws: what the model fails with before it says anything. */
async function reach([model, ...others]: readonly Handle<'model'>[], kernel: Kernel): Promise<string> {
  if (!model) return 'it offers no model now, so none was asked';
  const startedMs = performance.now();
  const signal = AbortSignal.timeout(limitMs);
  const messages = [{ role: 'user' as const, parts: [{ type: 'text' as const, text: 'Say ok.' }] }];
  const call = kernel.call({ headless: true }, signal);
  for await (const event of model.invoke({ model: model.name, messages, purpose: 'other' }, call)) {
    if (event.type === 'start') continue;
    if (signal.aborted) throw new Error(`${model.name} did not begin to answer within ${limitMs} ms`);
    if (event.type === 'finish' && event.error) throw new RusticError(event.error);
    break;
  }
  const ms = Math.round(performance.now() - startedMs);
  return `${model.name} answers after ${ms} ms${others.length > 0 ? `; ${others.length} more were not asked` : ''}`;
}
