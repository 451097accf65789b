import { type Declaration, defineOperation } from '../capability.js';
import type { Json } from '../errors.js';

/** Which part of a skill is wanted. */
export interface SkillRequest {
  /** A text file of its folder, relative, with `/`: one of `SkillText.files`. Default: the body of its `SKILL.md`. */
  readonly file?: string;
}
/** What a skill says. It was written by a third party: to a model it is advice, never permission. */
export interface SkillText {
  readonly text: string;
  /** Every other file of the skill, relative to its folder, with `/`. Sorted. */
  readonly files: readonly string[];
  /** The folder where its files lie, absolute. Absent: it has no files but texts, or they lie nowhere. */
  readonly folder?: string;
}
/** What the front matter of a `SKILL.md` says beside name and description, in the `facts` of a skill's declaration. */
export interface SkillFacts {
  readonly license?: string;
  /** What it needs of its surroundings, in words. */
  readonly compatibility?: string;
  readonly metadata?: { readonly [name: string]: string };
  /** `allowed-tools`, with spaces between. Kept as data: whatever stands there, the gate decides as if it did not. */
  readonly allowedTools?: string;
}
/**
 * Unit: bytes for `textBytes`, UTF-16 code units for the others.
 * Source: the first three from agentskills.io/specification (its repository at 00d5a46).
 */
export const skillLimits = Object.freeze({
  name: 64,
  description: 1_024,
  compatibility: 500,
  /** What one text file may have to be read. */
  textBytes: 262_144,
});
/** Source: the field `name` in agentskills.io/specification; of Unicode's letters we take those every file system does. */
export const isSkillName = (text: string): boolean =>
  text.length <= skillLimits.name && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text);

/** What a skill states of itself; what has another shape was never said. */
export function skillFacts({ facts = {} }: Pick<Declaration, 'facts'>): SkillFacts {
  const { license, compatibility, metadata, allowedTools } = facts;
  return {
    ...(typeof license === 'string' && { license }),
    ...(typeof compatibility === 'string' && { compatibility }),
    ...(isTexts(metadata) && { metadata }),
    ...(typeof allowedTools === 'string' && { allowedTools }),
  };
}
const isTexts = (value: Json | undefined): value is { readonly [name: string]: string } =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((one) => typeof one === 'string');

declare module '../capability.js' {
  interface Operations {
    skill: { readonly mode: 'call'; readonly input: SkillRequest; readonly output: SkillText };
  }
}
/** Its members are named as their folders are; what a member's `summary` says is the description of the standard. */
export const skill = defineOperation({
  id: 'skill',
  version: 1,
  mode: 'call',
  timeLimitMs: 10_000,
  effects: { kind: 'read', idempotent: true, openWorld: false },
});
