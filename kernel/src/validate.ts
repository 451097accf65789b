import type { Json } from './errors.js';

/** What does not fit a schema: where (a JSON pointer, '' for the whole) and why. Undefined: it fits. */
export type Misfit = { readonly path: string; readonly reason: string } | undefined;
export type Check = (value: unknown) => Misfit;

/** Compiles a JSON Schema. TypeBox is imported by the first call. Throws: when the schema itself can't be compiled. */
export async function compileSchema(schema: object): Promise<Check> {
  const { Compile } = await import('typebox/compile');
  const validator = Compile(schema);
  return (value) => {
    if (validator.Check(value)) return undefined;
    const [error] = validator.Errors(value);
    const params = error?.params as { additionalProperties?: string[]; requiredProperties?: string[] } | undefined;
    const name = params?.requiredProperties?.[0];
    return {
      path: `${error?.instancePath ?? ''}${name ? `/${name}` : ''}`,
      reason: name ? 'is required' : (error?.message ?? 'is not valid'),
    };
  };
}

interface Defaults {
  readonly default?: Json;
  readonly properties?: { readonly [name: string]: Defaults };
  readonly items?: Defaults;
}
/** A copy of the value with the schema's defaults where it says nothing. */
export function withDefaults(schema: Defaults, value: Json | undefined): Json | undefined {
  if (value === undefined) return structuredClone(schema.default);
  if (Array.isArray(value)) return value.map((item) => withDefaults(schema.items ?? {}, item) as Json);
  if (typeof value !== 'object' || value === null) return value;
  const given = value as { readonly [name: string]: Json };
  const filled = Object.entries({ ...given, ...schema.properties }).flatMap(([name]) => {
    const one = withDefaults(schema.properties?.[name] ?? {}, given[name]);
    return one === undefined ? [] : [[name, one]];
  });
  return Object.fromEntries(filled) as Json;
}

const sealed = new WeakSet<object>();
/**
 * Freezes a JSON value to its depth, so that what runs is what was approved. What is frozen already is passed over.
 *
 * Shape: what is no JSON is a misfit.
 */
export function seal(value: unknown, above?: Set<object>): Misfit {
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint')
    return { path: '', reason: `is a ${typeof value}, not JSON` };
  if (typeof value !== 'object' || value === null || sealed.has(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null)
    return { path: '', reason: 'is an instance of a class, not JSON' };
  if (above?.has(value)) return { path: '', reason: 'contains itself, not JSON' };
  above = (above ?? new Set()).add(value);
  Object.freeze(value);
  for (const key of Object.keys(value)) {
    // In a list that grows, nearly everything was seen before.
    if (Array.isArray(value) && sealed.has(value[key as never])) continue;
    const property = Object.getOwnPropertyDescriptor(value, key);
    const misfit = property?.get ? { path: '', reason: 'is computed, not JSON' } : seal(property?.value, above);
    // The path is put together on the way back: mostly nobody asks for it.
    if (misfit) return { path: `/${key}${misfit.path}`, reason: misfit.reason };
  }
  above.delete(value);
  sealed.add(value);
  return undefined;
}
