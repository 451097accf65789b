import type { Manifest } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { cliError } from '../errors.js';
import { suggest } from '../suggest.js';
import type { Installed, Sources } from './sources.js';

/** What a key names. */
export type Setting =
  | { readonly kind: 'bind'; readonly capability: string }
  | { readonly kind: 'option'; readonly plugin: Installed; readonly path: readonly [string, ...string[]] }
  | { readonly kind: 'rules' };

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly description?: string;
}
/** What can be bound. */
const capabilities: readonly string[] = [...standard.services, ...standard.operations].map(({ id }) => id);

const propertiesOf = ({ config }: Manifest) => (config as Schema | undefined)?.properties ?? {};
/** Every key that can be set in a composition of these plugins, and what it is; nested options only by their first. */
export const settable = (manifests: readonly Manifest[]): readonly (readonly [key: string, what: string])[] => [
  ...manifests.flatMap((manifest) =>
    Object.entries(propertiesOf(manifest)).map(
      ([name, { description = '' }]) => [`plugins.${manifest.id}.${name}`, description] as const,
    ),
  ),
  ...capabilities.map((id) => [`bind.${id}`, `who provides ${id}`] as const),
];

/** Throws: `RUSTIC_CONFIG_KEY` with the key that is close to it. */
export function parseKey(key: string, { plugins }: Sources): Setting {
  const refuse = (hint: string) => cliError('RUSTIC_CONFIG_KEY', { key, hint });
  if (key === 'permissions.rules') return { kind: 'rules' };
  const [root = '', ...rest] = key.split('.');
  const name = rest.join('.');
  if (root === 'bind' && capabilities.includes(name)) return { kind: 'bind', capability: name };
  const [id = '', first, ...below] = rest;
  const plugin = root === 'plugins' ? plugins.find(({ manifest }) => manifest.id === id) : undefined;
  if (plugin && first !== undefined) {
    const path = [first, ...below] as const;
    let schema: Schema = { properties: propertiesOf(plugin.manifest) };
    for (const [index, part] of path.entries()) {
      // What is not described as an object is left to the check of the value.
      if (!schema.properties) break;
      const next = Object.hasOwn(schema.properties, part) ? schema.properties[part] : undefined;
      if (!next) {
        const before = ['plugins', id, ...path.slice(0, index)].join('.');
        throw refuse(
          suggest(
            key,
            Object.keys(schema.properties).map((one) => `${before}.${one}`),
          ),
        );
      }
      schema = next;
    }
    return { kind: 'option', plugin, path };
  }
  if (plugin)
    throw refuse(
      suggest(
        '',
        Object.keys(propertiesOf(plugin.manifest)).map((one) => `plugins.${id}.${one}`),
      ),
    );
  const all = settable(plugins.map(({ manifest }) => manifest)).map(([one]) => one);
  const near = suggest(key, [...all, 'permissions.rules']);
  throw refuse(near.startsWith('Did') ? near : 'Run: rustic config show');
}
