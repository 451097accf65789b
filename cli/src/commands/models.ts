import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Kernel } from '@rustic-ai/kernel';
import { type BreakerState, type ModelFacts, visibleLine } from '@rustic-ai/kernel/contracts';
import { withKernel } from '../booted.js';
import { modelsFile, type Offered } from '../kept-models.js';
import type { Place, PlaceOptions } from '../project.js';

/** What is known of it here. */
interface ModelRow extends Offered {
  /** From the catalogue of the composition. */
  readonly known?: ModelFacts;
  readonly breaker?: BreakerState;
}

/** Prints the models of the composition. What vendors list is kept, and asked again with `refresh`. */
export const models = (options: PlaceOptions & { json?: boolean; refresh?: boolean }): Promise<number> =>
  withKernel(options, async (kernel, place) => {
    const offered = await offeredIn(kernel, place, options.refresh ?? false);
    const rows = await knowing(kernel, offered);
    if (options.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
    else if (rows.length === 0) process.stderr.write('No plugin of the composition offers a model.\n');
    else process.stdout.write(rows.map(describeRow).join(''));
    return 0;
  });

async function offeredIn(kernel: Kernel, place: Place, refresh: boolean): Promise<readonly Offered[]> {
  const { digest, plugins } = await place.lock();
  const file = modelsFile(place, digest);
  const kept = refresh ? undefined : await readFile(file, 'utf8').then(JSON.parse, () => undefined);
  if (Array.isArray(kept)) return kept as readonly Offered[];
  const offered = (await kernel.use('model').list()).map(({ name, plugin, declaration }): Offered => {
    const capabilities = declaration.facts?.['capabilities'];
    return { model: name, plugin, summary: declaration.summary, ...(capabilities !== undefined && { capabilities }) };
  });
  // A provider that could not be asked offers nothing now: that is not kept.
  const providers = plugins.filter(({ manifest }) => manifest.contributes?.['model']);
  if (!providers.every(({ id }) => offered.some(({ plugin }) => plugin === id))) return offered;
  // What can't be kept is asked again next time.
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    .then(() => writeFile(file, JSON.stringify(offered)))
    .catch(() => {});
  return offered;
}

async function knowing(kernel: Kernel, offered: readonly Offered[]): Promise<readonly ModelRow[]> {
  const catalogue = kernel.provider('model.catalogue') ? await kernel.service('model.catalogue') : undefined;
  const resilience = kernel.provider('resilience') ? await kernel.service('resilience') : undefined;
  const breakers = resilience?.breakers().filter(({ operation }) => operation === 'model');
  return offered.map((one) => {
    const known = catalogue?.find(one.model);
    const breaker = breakers && (breakers.find(({ name }) => name === one.model)?.state ?? 'closed');
    return { ...one, ...(known && { known }), ...(breaker && { breaker }) };
  });
}

function describeRow({ model, plugin, known, breaker }: ModelRow): string {
  const { contextTokens, price } = known ?? {};
  const parts = [
    `by ${plugin}`,
    contextTokens === undefined ? '' : `${contextTokens.toLocaleString('en')} tokens`,
    price?.inputUsd === undefined ? '' : `$${price.inputUsd} in`,
    price?.outputUsd === undefined ? '' : `$${price.outputUsd} out per million`,
    breaker === undefined || breaker === 'closed' ? '' : `left alone for a while: its breaker is ${breaker}`,
  ];
  return `${visibleLine(model)}  ${visibleLine(parts.filter((part) => part !== '').join(' · '))}\n`;
}
