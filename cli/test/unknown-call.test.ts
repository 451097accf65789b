import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProject, lastSession } from './project.js';

it('marks a call of a killed process as unknown, tells the model, and does not make it again', async () => {
  const command = '(sleep 600 & echo $! >> children.txt; wait)';
  const project = await createProject({
    turns: [
      { when: 'go', calls: [{ tool: 'shell_run', id: 'slow', input: { command } }] },
      { when: 'what', say: 'I can not know.' },
    ],
    answers: [{ answer: 'once' }],
    locked: true,
  });
  const running = project.start(['run', 'go']);
  running.child.stdin?.end();
  const file = join(project.folder, 'children.txt');
  const begun = () => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  while (!begun().endsWith('\n')) await new Promise((resolve) => setImmediate(resolve));
  running.child.kill('SIGKILL');
  process.kill(Number(begun()), 'SIGKILL');
  await running.ended;
  const types = async () => (await lastSession(project)).entries.map(({ type }) => type);
  expect(await types()).toEqual(['message', 'message', 'intent']);
  expect(await project.rustic('run', '-c', 'what now')).toMatchObject({ code: 0, stdout: 'I can not know.\n' });
  const { entries } = await lastSession(project);
  expect(entries[3]).toMatchObject({ type: 'receipt', body: { call: 'slow', outcome: 'unknown' } });
  expect(await types()).toEqual(['message', 'message', 'intent', 'receipt', 'message', 'message']);
  expect(begun().trim().split('\n')).toHaveLength(1);
});
