import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { createProject, type Project, type WrittenPlugin } from './project.js';

const text = (description: string) => ({ type: 'string', description });
const secret = {
  type: 'object',
  properties: { $env: { type: 'string' } },
  required: ['$env'],
  additionalProperties: false,
};
export const front: WrittenPlugin = {
  name: '@acme/front',
  manifest: {
    id: 'front',
    config: {
      type: 'object',
      additionalProperties: false,
      properties: {
        greeting: { ...text('What it says.'), default: 'hello' },
        name: text('Who it is.'),
        size: { type: 'integer', description: 'How big.', minimum: 1 },
        loud: { type: 'boolean', description: 'Whether it shouts.' },
        table: { type: 'object', properties: { a: text('A'), b: text('B') }, additionalProperties: false },
        address: { ...text('Where.'), default: 'https://a.example' },
        key: { ...secret, description: 'Its key.' },
      },
    },
    permissions: [{ action: 'net', match: { config: '/address' }, reason: 'to ask' }],
    contributes: { service: { frontend: { summary: 'It' } } },
  },
  code: 'throw new Error("imported");',
};
export const other: WrittenPlugin = {
  name: 'other',
  manifest: { id: 'other', contributes: { service: { frontend: { summary: 'It' } } } },
};
export const rule = { effect: 'deny', action: 'exec', match: 'rm **' };
export const file = `{
  // Ours.
  "plugins": [
    ["@acme/front", {
      "greeting": "hi", // not too loud
      /* both */ "table": { "a": "one" },
    }],
    "other", // the second
  ],
  "bind": { "frontend": "front" },
}
`;
export const open = (composition: unknown = file, locked = false) =>
  createProject({ written: [front, other], composition, locked });
export const userFile = (project: Project) => join(project.home, 'rustic/config/rustic.json');
export const user = (project: Project, layer: unknown) => {
  mkdirSync(dirname(userFile(project)), { recursive: true });
  writeFileSync(userFile(project), typeof layer === 'string' ? layer : JSON.stringify(layer));
};
export const json = async (project: Project, ...args: string[]) => {
  const { code, stdout, stderr } = await project.rustic('config', ...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as unknown;
};
export const refused = (code: string, says: string, fix: string, exit = 3) => ({
  code: exit,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^${code}: .*${says}.*\nFix: .*${fix}`)),
});
