import { type Json, kernelError } from '../errors.js';
import type { Manifest } from '../manifest.js';
import { expandRequest } from '../permissions/match/granted.js';
import { compileSchema, type Misfit, withDefaults } from '../validate.js';

/** Fills and checks the options of a plugin and expands what it asks for. Throws: `RUSTIC_PLUGIN_OPTIONS`. */
export async function configure(manifest: Manifest, given: { readonly [name: string]: Json }) {
  const { options, misfit } = await checkOptions(manifest.config, given);
  if (misfit) {
    const { path, reason } = misfit;
    throw kernelError('RUSTIC_PLUGIN_OPTIONS', { plugin: manifest.id, path: path || '/', reason });
  }
  return { options, permissions: (manifest.permissions ?? []).flatMap((request) => expandRequest(request, options)) };
}

/**
 * Fills defaults into options and checks them; a key the schema does not name is a misfit.
 *
 * Shape: the options are copied, never changed.
 */
async function checkOptions(
  schema: object | undefined,
  options: object,
): Promise<{ readonly options: { readonly [name: string]: Json }; readonly misfit: Misfit }> {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, { default?: Json }> };
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(properties, key));
  if (unknown) {
    const known = Object.keys(properties).join(', ');
    const reason = known ? `is not one of its options (${known})` : 'is not an option: it has none';
    return { options: {}, misfit: { path: `/${unknown}`, reason } };
  }
  if (!schema) return { options: {}, misfit: undefined };
  const filled = withDefaults(schema, options as Json) as { [name: string]: Json };
  return { options: filled, misfit: (await compileSchema(schema))(filled) };
}
