import { kernelError } from '../errors.js';
import { demandApi, type Manifest } from '../manifest.js';

const kindOf = (value: unknown) => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value);
const keys = ['apiVersion', 'id', 'requires', 'config', 'permissions', 'contributes', 'isolation', 'critical'];

/**
 * Checks a manifest that came from a package.
 *
 * Throws: `RUSTIC_PLUGIN_MANIFEST`, `RUSTIC_PLUGIN_API`, `RUSTIC_PLUGIN_ISOLATION`.
 */
export function parseManifest(value: unknown, from: string): Manifest {
  const refuse = (reason: string) => kernelError('RUSTIC_PLUGIN_MANIFEST', { package: from, reason });
  if (kindOf(value) !== 'object')
    throw refuse(`it is ${value === undefined ? 'missing' : `a ${kindOf(value)}`}, not an object`);
  const manifest = value as Manifest;
  demandApi(from, manifest);
  const unknown = Object.keys(manifest).find((key) => !keys.includes(key));
  if (unknown) throw refuse(`"${unknown}" is not a field of a manifest`);
  if (typeof manifest.id !== 'string' || !/^(@[a-z0-9-]+\/)?[a-z0-9][a-z0-9-]*$/.test(manifest.id))
    throw refuse('"id" must be lower-case letters, digits and dashes');
  for (const part of ['requires', 'contributes'] as const)
    if (manifest[part] !== undefined && kindOf(manifest[part]) !== 'object')
      throw refuse(`"${part}" must be an object`);
  if (manifest.permissions !== undefined && !Array.isArray(manifest.permissions))
    throw refuse('"permissions" must be a list');
  for (const [name, requirement] of Object.entries(manifest.requires ?? {})) {
    const [form, capability] = Object.entries(requirement ?? {})[0] ?? [];
    if (!form || !['one', 'optional', 'all'].includes(form) || typeof capability !== 'string')
      throw refuse(`requires.${name} must be { one | optional | all: "capability" }`);
  }
  for (const [index, request] of (manifest.permissions ?? []).entries())
    if (typeof request?.action !== 'string' || !request.match || !request.reason)
      throw refuse(`permissions[${index}] needs "action", "match" and "reason"`);
  for (const [part, members] of Object.entries(manifest.contributes ?? {}))
    if (kindOf(members) !== 'object') throw refuse(`contributes.${part} must be an object`);
  if (manifest.isolation && manifest.isolation !== 'in-process')
    throw kernelError('RUSTIC_PLUGIN_ISOLATION', { plugin: manifest.id, isolation: manifest.isolation });
  return manifest;
}
