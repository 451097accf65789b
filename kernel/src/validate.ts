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

/**
 * Fills defaults into options and checks them; a key the schema does not name is a misfit.
 *
 * Shape: the options are copied, never changed.
 */
export async function checkOptions(
  schema: object | undefined,
  options: object,
): Promise<{ readonly options: { readonly [name: string]: Json }; readonly misfit: Misfit }> {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, { default?: Json }> };
  const unknown = Object.keys(options).find((key) => !(key in properties));
  if (unknown) {
    const known = Object.keys(properties).join(', ');
    const reason = known ? `is not one of its options (${known})` : 'is not an option: it has none';
    return { options: {}, misfit: { path: `/${unknown}`, reason } };
  }
  if (!schema) return { options: {}, misfit: undefined };
  const { Default } = await import('typebox/value');
  const filled = Default(schema, structuredClone(options)) as { [name: string]: Json };
  return { options: filled, misfit: (await compileSchema(schema))(filled) };
}
