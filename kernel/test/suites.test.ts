import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { standard } from '@rustic-ai/kernel/contracts';
import * as testing from '@rustic-ai/kernel/testing';
import type { Rule } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';

const suites = new Map(
  Object.entries(testing).flatMap(([name, value]) =>
    Array.isArray(value) ? [[name, value as unknown as readonly Rule<never>[]] as const] : [],
  ),
);
/** The suite of each contract. */
const suiteOf: Readonly<Record<string, string>> = {
  'session.store': 'sessionStoreSuite',
  session: 'sessionsSuite',
  'key-value': 'keyValueSuite',
  workspace: 'workspaceSuite',
  approver: 'approverSuite',
  frontend: 'frontendSuite',
  grants: 'grantsSuite',
  audit: 'auditSuite',
  'hook.trace': 'hookTraceSuite',
  storage: 'storageSuite',
  runs: 'runsSuite',
  prompts: 'promptsSuite',
  vectors: 'vectorsSuite',
  'model.catalogue': 'catalogueSuite',
  'file.changes': 'changesSuite',
  'tool.stats': 'toolStatsSuite',
  resilience: 'resilienceSuite',
  'tool.outputs': 'toolOutputsSuite',
  model: 'modelSuite',
  tool: 'toolSuite',
  agent: 'agentSuite',
  steering: 'steeringSuite',
  skill: 'skillSuite',
  command: 'commandSuite',
  'workflow.step': 'workflowStepSuite',
};
/** Contracts without one, and why. */
const without: Readonly<Record<string, string>> = {
  host: 'given by whoever starts a kernel, never by a plugin',
  secrets: 'a part of the host',
};

const root = resolve(import.meta.dirname, '../..');
const tests = globSync(['kernel/test/*.ts', 'plugins/*/test/*.ts'], { cwd: root }).map((file) => ({
  file,
  text: readFileSync(join(root, file), 'utf8'),
}));
/** Twins by rule, or one that breaks every rule. */
const hasTwins = (text: string, suite: string) => /twin/i.test(text) || text.includes(`each(${suite})`);
/** Where broken twins are held to a suite, and where those twins are. */
const twinsOf = (suite: string) => {
  const held = tests.filter(({ text }) => new RegExp(`\\b${suite}\\b`).test(text) && hasTwins(text, suite));
  const beside = held.map(({ file }) => join(dirname(file), 'twins.ts'));
  return [...held, ...tests.filter(({ file }) => beside.includes(file))].map(({ text }) => text);
};

describe('every contract', () => {
  const ids = [...standard.services, ...standard.operations].map(({ id }) => id);

  it.each(ids)('%s has a suite, or a reason why not', (id) => {
    expect([id in suiteOf, id in without]).toContain(true);
    const suite = suiteOf[id];
    if (suite !== undefined) expect(suites.get(suite)?.length).toBeGreaterThan(0);
  });

  it('is there that a suite is said to be of', () => {
    expect(Object.keys({ ...suiteOf, ...without }).filter((id) => !ids.includes(id))).toEqual([]);
  });
});

describe('every suite', () => {
  it.each([...suites])('%s has rules with an id each, which say what they are about', (_, rules) => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { id, says } of rules) {
      expect(id).toMatch(/^[a-z][\w-]*$/i);
      expect(says).toMatch(/\S{2,} \S/);
    }
  });

  it.each([...suites])('%s can fail: each of its rules has a broken twin', (name, rules) => {
    const texts = twinsOf(name);
    const named = (id: string) =>
      texts.some((text) => new RegExp(`(^|[\\s{('"\`])${id}['"\`]?[:,)\\]]`, 'm').test(text));
    const all = texts.some((text) => text.includes(`each(${name})`));
    expect(rules.map(({ id }) => id).filter((id) => !all && !named(id))).toEqual([]);
  });
});
