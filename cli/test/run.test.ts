import { describe, expect, it } from 'vitest';
import { createProject, resultsOf } from './project.js';

describe('a one-shot run', () => {
  it('has the final answer alone on stdout, everything else on stderr', async () => {
    const project = await createProject({
      turns: [{ say: 'I look first.', calls: [{ tool: 'fs_list' }] }, { say: 'There are two files.' }],
      locked: true,
    });
    const { code, stdout, stderr } = await project.rustic('run', 'what', 'is', 'here?');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'There are two files.\n' });
    expect(stderr).toMatch(
      /^I look first\.\n< fs_list\n {2}✓ fs_list .*\nsession \d{8}-\w{8} · tokens ~\d+ in, ~\d+ out\n$/,
    );
  });

  it('takes the prompt from stdin', async () => {
    const project = await createProject({ turns: [{ when: 'from a pipe', say: 'Read.' }], locked: true });
    expect(await project.piped('this comes\nfrom a pipe\n', 'run')).toMatchObject({ code: 0, stdout: 'Read.\n' });
  });

  it('works in the folder given with -C', async () => {
    const project = await createProject({ turns: [{ say: 'Here.' }], locked: true });
    const ran = await project.start(['run', '-C', project.folder, 'hi'], { cwd: project.home });
    ran.child.stdin?.end();
    expect(await ran.ended).toMatchObject({ code: 0, stdout: 'Here.\n' });
    expect(await project.rustic('list', '-C', 'nowhere')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'RUSTIC_USAGE: There is no folder nowhere.\nFix: Check the path.\nMore: rustic explain RUSTIC_USAGE\n',
    });
  });

  it('uses the built-in composition in a folder without one, and says so', async () => {
    const project = await createProject({ composition: false });
    const { code, stdout, stderr } = await project.rustic('run', 'hello');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^This is a demonstration model: .* put a provider plugin into rustic\.json\.\n$/);
    expect(stderr).toMatch(/^No rustic\.json here: using the built-in composition, whose model is a demonstration/);
    expect(await project.rustic('session', 'list')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('hello'),
    });
  });

  it.each([
    ['--agent', 'There is no agent named "nobody".\n  Fix: Use one of: main\n'],
    ['--model', 'There is no model named "nobody".\n  Fix: Use one of: scripted/scenario\n'],
  ])('refuses an unknown name after %s and says which are known', async (flag, expected) => {
    const project = await createProject({ turns: [{ say: 'Hi.' }], locked: true });
    const { code, stdout, stderr } = await project.rustic('run', 'hi', flag, 'nobody');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(`✗ The run failed (RUSTIC_CAPABILITY_NOT_FOUND)\n  ${expected}`);
  });

  it('ends with the exit code of what the provider throws', async () => {
    const error = { code: 'RUSTIC_MODEL_AUTH', message: 'There is no key.', fix: 'Set one.' };
    const project = await createProject({ turns: [{ error }], locked: true });
    const { code, stdout, stderr } = await project.rustic('run', 'hi');
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('✗ The run failed (RUSTIC_MODEL_AUTH)\n  There is no key.\n  Fix: Set one.\n');
  });

  it('names the place of a mistake in the scenario', async () => {
    const project = await createProject({ turns: [{ sya: 'Hi.' }], locked: true });
    const { code, stdout, stderr } = await project.rustic('run', 'hi');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('(RUSTIC_MODEL_SCENARIO)\n  scenario.json:4:7: "sya" is not known here');
  });

  it('is quiet when nobody reads its output any more', async () => {
    const project = await createProject({ turns: [{ say: 'Hi.' }], locked: true });
    for (const args of [['list'], ['run', 'hi'], ['session', 'list']]) {
      const running = project.start(args);
      running.child.stdout?.destroy();
      running.child.stdin?.end();
      const { stderr } = await running.ended;
      expect(stderr, args[0]).not.toMatch(/EPIPE|RUSTIC_/);
    }
  });
});

describe('what a tool call does wrong', () => {
  it('goes back to the model as a result, and the run goes on', async () => {
    const calls = [
      { tool: 'fs_read', id: 'types', input: { path: 7 } },
      { tool: 'fs_nothing', id: 'unknown', input: {} },
      { tool: 'fs_read', id: 'outside', input: { path: '../../secret.txt' } },
      { tool: 'fs_read', id: 'missing', input: { path: 'nowhere.txt' } },
      { tool: 'shell_run', id: 'slow', input: { command: 'sleep 60', timeoutMs: 100 } },
      { tool: 'shell_run', id: 'refused', input: { command: 'sleep 61' } },
    ];
    const project = await createProject({
      turns: [{ calls }, { say: 'None of it worked.' }],
      rules: [{ effect: 'allow', action: 'exec', match: 'sleep 60' }],
      locked: true,
    });
    expect(await project.rustic('run', 'try')).toMatchObject({ code: 0, stdout: 'None of it worked.\n' });
    const results = await resultsOf(project);
    expect(Object.fromEntries(results.map(({ id, error }) => [id, error?.code]))).toEqual({
      types: 'RUSTIC_OPERATION_INPUT',
      unknown: 'RUSTIC_CAPABILITY_NOT_FOUND',
      outside: 'RUSTIC_PERMISSION_CEILING',
      missing: 'RUSTIC_FS_MISSING',
      slow: 'RUSTIC_EXEC_TIMEOUT',
      refused: 'RUSTIC_PERMISSION_DENIED',
    });
    expect(results[0]?.error?.details).toMatchObject({ path: '/path' });
  });
});
