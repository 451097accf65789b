import type { Json } from '@rustic-ai/kernel/contracts';

/** What a text says as JSON, or why it does not fit, in words for the model. */
export async function judge(
  text: string,
  schema: Json,
): Promise<{ readonly value: Json; readonly misfit?: undefined } | { readonly misfit: string }> {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return { misfit: 'it is not JSON' };
  }
  // Heavy, and needed by few runs.
  const { Compile } = await import('typebox/compile');
  const validator = Compile(schema as object);
  if (validator.Check(value)) return { value };
  const [error] = validator.Errors(value);
  return { misfit: `${error?.instancePath || '/'} ${error?.message ?? 'does not fit'}` };
}
