import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Json } from '@rustic-ai/kernel';
import { cliError } from './errors.js';
import { suggest } from './suggest.js';

/** Source: JSON Schema 2020-12, validation, section 6.1.1. */
const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
/** What holds values, not schemas. */
const values = ['const', 'enum', 'default', 'examples'];

/** Reads the JSON Schema an answer has to fit. Throws: `RUSTIC_USAGE` when the file is none. */
export async function readAnswerSchema(file: string): Promise<Json> {
  const usage = (reason: string, hint: string, cause?: unknown) => cliError('RUSTIC_USAGE', { reason, hint }, cause);
  const text = await readFile(resolve(file), 'utf8').catch((error: unknown) => {
    throw usage(`The schema ${file} can not be read: ${(error as Error).message}`, 'Check the path.', error);
  });
  const schema = parsed(text, (reason) => usage(`${file} is no JSON Schema: ${reason}.`, 'Correct the file.'));
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    throw usage(`${file} is no JSON Schema: it is not an object.`, 'Write { "type": "object", … } there.');
  const unknown = unknownType(schema);
  if (unknown) throw usage(`${file} is no JSON Schema: there is no type "${unknown}".`, suggest(unknown, types));
  const { Compile } = await import('typebox/compile');
  try {
    Compile(schema);
  } catch (error) {
    throw usage(`${file} is no JSON Schema: ${(error as Error).message}.`, 'Correct the file.', error);
  }
  return schema;
}

function parsed(text: string, refuse: (reason: string) => Error): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw refuse((error as Error).message);
  }
}

/** The first type that no schema knows: a schema with one would fit anything. */
function unknownType(schema: Json): string | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  if (Array.isArray(schema)) return schema.map(unknownType).find((found) => found !== undefined);
  for (const [key, value] of Object.entries(schema as Record<string, Json>)) {
    const named = key === 'type' ? [value].flat().filter((name) => typeof name === 'string') : [];
    const found =
      named.find((name) => !types.includes(name)) ?? (values.includes(key) ? undefined : unknownType(value));
    if (found !== undefined) return found;
  }
  return undefined;
}
