import type { Json } from '@rustic-ai/kernel/contracts';
import { type Document, isAlias, isMap, isScalar, isSeq, visit } from 'yaml';
import type { Position } from './scenario.js';

/** One parsed file, and how to complain about a place in it. */
export interface Source {
  readonly document: Document;
  at(node: unknown): Position;
  fail(node: unknown, reason: string): Error;
  /** Sees every text that may hold templates. */
  template(node: unknown, text: string): void;
}
/** Source: the Node.js manual on timers: a longer delay becomes 1 ms. */
const longestTimerMs = 2 ** 31 - 1;

/** Turns a node into a value. Throws: `RUSTIC_MODEL_SCENARIO` at the place that does not fit. */
export type Read<T> = (node: unknown, source: Source) => T;

const valueOf = (node: unknown, { document }: Source): unknown => (isAlias(node) ? node.resolve(document) : node);
const scalarOf = (node: unknown, source: Source): unknown => {
  const value = valueOf(node, source);
  return isScalar(value) ? value.value : undefined;
};

export const text: Read<string> = (node, source) => {
  const value = scalarOf(node, source);
  if (typeof value !== 'string' || value === '') throw source.fail(node, 'it must be a text that is not empty');
  return value;
};
export const template: Read<string> = (node, source) => {
  const value = text(node, source);
  source.template(node, value);
  return value;
};
export const matching =
  (pattern: RegExp, says: string): Read<string> =>
  (node, source) => {
    const value = text(node, source);
    if (!pattern.test(value)) throw source.fail(node, `it must be ${says}`);
    return value;
  };
export const oneOf =
  <const Value extends string>(...values: readonly Value[]): Read<Value> =>
  (node, source) => {
    const found = values.find((value) => value === scalarOf(node, source));
    if (found === undefined) throw source.fail(node, `it must be one of: ${values.join(', ')}`);
    return found;
  };
export const milliseconds: Read<number> = (node, source) => {
  const value = scalarOf(node, source);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > longestTimerMs)
    throw source.fail(node, `it must be a whole number of milliseconds from 0 to ${longestTimerMs}`);
  return value;
};
export const list =
  <T>(item: Read<T>): Read<readonly T[]> =>
  (node, source) => {
    const value = valueOf(node, source);
    if (!isSeq(value) || value.items.length === 0) throw source.fail(node, 'it must be a list that is not empty');
    return value.items.map((each) => item(each, source));
  };
export const object: Read<{ readonly [name: string]: Json }> = (node, source) => {
  const value = valueOf(node, source);
  if (!isMap(value)) throw source.fail(node, 'it must be an object');
  visit(value, {
    Scalar(key, scalar) {
      if (typeof scalar.value === 'string' && key !== 'key') source.template(scalar, scalar.value);
      if (typeof scalar.value === 'number' && !Number.isFinite(scalar.value))
        throw source.fail(scalar, 'it must be a finite number');
    },
  });
  return value.toJS(source.document) as { readonly [name: string]: Json };
};
/** An object with these fields and no others. */
export const fields =
  <T extends object>(shape: { readonly [K in keyof T]-?: Read<NonNullable<T[K]>> }, required: readonly (keyof T)[]) =>
  (node: unknown, source: Source): T => {
    const map = valueOf(node, source);
    if (!isMap(map)) throw source.fail(node, 'it must be an object');
    const found: { [K in keyof T]?: T[K] } = {};
    for (const { key, value } of map.items) {
      const name = scalarOf(key, source);
      if (typeof name !== 'string' || !Object.hasOwn(shape, name))
        throw source.fail(key, `"${String(name)}" is not known here; allowed are: ${Object.keys(shape).join(', ')}`);
      const field = name as keyof T;
      found[field] = shape[field](value ?? key, source);
    }
    const missing = required.find((name) => !Object.hasOwn(found, name));
    if (missing !== undefined) throw source.fail(node, `"${String(missing)}" is missing`);
    return found as T;
  };
