import type { Json, Manifest } from '@rustic-ai/kernel';
import { settable } from './keys.js';
import type { Installed } from './sources.js';

/** Where a project keeps the schema that editors complete from, relative to its composition. */
export const schemaFile = '.rustic/composition-1.json';

interface Base {
  readonly properties: { readonly bind: object };
  readonly $defs: object;
}
type Schema = { readonly [key: string]: Json };
const isSchema = (value: Json | undefined): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** A key that the schema does not name is refused, as it is when the lock is made. */
const optionsOf = ({ config = { type: 'object' } }: Manifest): Schema => ({
  ...asWritten(config as Schema),
  additionalProperties: false,
});

/** The schema of options as a person writes them: what has a default may be left out. */
function asWritten(schema: Schema): Schema {
  const { required = [], properties, ...rest } = schema;
  if (!isSchema(properties)) return schema;
  const written = Object.entries(properties).map(([name, one]) => [name, isSchema(one) ? asWritten(one) : one]);
  const defaulted = (name: Json) =>
    isSchema(properties[String(name)]) && 'default' in (properties[String(name)] as Schema);
  const left = (required as readonly Json[]).filter((name) => !defaulted(name));
  return { ...rest, ...(left.length > 0 && { required: left }), properties: Object.fromEntries(written) as Schema };
}

const rename = { $ref: '#/$defs/rename' };

/** The schema of a `rustic.json` with these plugins: what they are called, their options, and what can be bound. */
export function composedSchema(base: Base, plugins: readonly Installed[]): object {
  const names = plugins.map(({ package: name }) => name);
  const other = { type: 'string', minLength: 1, not: { enum: names } };
  const known = plugins.flatMap(({ package: name, manifest }) => [
    { type: 'array', prefixItems: [{ const: name }, optionsOf(manifest)], minItems: 1, maxItems: 2 },
    {
      type: 'object',
      required: ['package'],
      properties: { package: { const: name }, options: optionsOf(manifest), rename, enabled: { type: 'boolean' } },
      additionalProperties: false,
    },
  ]);
  const unknown = [
    { type: 'array', prefixItems: [other, { type: 'object' }], minItems: 1, maxItems: 2 },
    {
      type: 'object',
      required: ['package'],
      properties: { package: other, options: { type: 'object' }, rename, enabled: { type: 'boolean' } },
      additionalProperties: false,
    },
  ];
  const bind = settable([]).map(([key, description]) => [key.replace('bind.', ''), { description, type: 'string' }]);
  return {
    ...base,
    properties: {
      ...base.properties,
      bind: { ...base.properties.bind, properties: Object.fromEntries(bind) as object, additionalProperties: false },
    },
    $defs: {
      ...base.$defs,
      plugin: { anyOf: [{ enum: names }, { type: 'string', minLength: 1 }, ...known, ...unknown] },
    },
  };
}
