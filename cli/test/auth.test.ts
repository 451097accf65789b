import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compositionOf, createProject, follow, type Project, resultsOf, root } from './project.js';
import { refusingVendor } from './vendor.js';

const bin = join(root, 'cli/bin/rustic.js');
const secret = 'sk-very-secret-value';
const credentials = (project: Project) => join(project.home, 'rustic/data/credentials/credentials.json');
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('rustic auth without a keychain', () => {
  it('keeps a secret that is piped in, in a file of the user alone, and never shows it', async () => {
    const project = await createProject({ composition: false });
    const added = await project.piped(`${secret}\n`, 'auth', 'add', 'acme');
    expect(added).toEqual({
      code: 0,
      stdout:
        'acme is kept: in a file of yours\n' +
        `Use it, for example: rustic config set plugins.provider-acme.apiKey '{"$secret":"acme"}'\n`,
      stderr: `There is no keychain to use here; it is in ${credentials(project)}, which only you can read.\n`,
    });
    expect([modeOf(credentials(project)), modeOf(join(credentials(project), '..'))]).toEqual(['600', '700']);
    expect(readFileSync(credentials(project), 'utf8')).toContain(secret);
    const { stdout } = await project.rustic('auth', 'list');
    expect(stdout).toMatch(/^acme {2}in a file of yours, since \d{4}-\d\d-\d\d\n$/);
    const listed = await project.rustic('auth', 'list', '--json');
    expect(JSON.parse(listed.stdout)).toEqual([{ name: 'acme', in: 'file', at: expect.any(String) }]);
    expect(`${stdout}${listed.stdout}`).not.toContain(secret);
  });

  it('takes one typed on a terminal, unseen', async () => {
    const project = await createProject({ composition: false });
    const terminal = project.terminal('auth', 'add', 'acme');
    await terminal.seen('acme: ');
    terminal.type(`${secret}\r`);
    const { code, stdout } = await terminal.ended;
    expect(code).toBe(0);
    expect(stdout).not.toContain(secret);
    expect(stdout).toContain('acme is kept');
    expect(readFileSync(credentials(project), 'utf8')).toContain(secret);
  });

  it('replaces, removes and suggests', async () => {
    const project = await createProject({ composition: false });
    await project.piped('one', 'auth', 'add', 'acme');
    await project.piped('two', 'auth', 'add', 'acme');
    await project.piped('three', 'auth', 'add', 'other');
    const text = readFileSync(credentials(project), 'utf8');
    expect(text).not.toContain('one"');
    expect(text).toContain('two"');
    const wrong = await project.rustic('auth', 'remove', 'acm');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean "acme"?') });
    expect(await project.rustic('auth', 'remove', 'acme')).toMatchObject({ code: 0, stdout: 'acme is kept no more\n' });
    const { stdout } = await project.rustic('auth', 'list', '--json');
    expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toEqual(['other']);
    expect(readFileSync(credentials(project), 'utf8')).not.toContain('two"');
    const inherited = await project.rustic('auth', 'remove', 'constructor');
    expect(inherited.code).toBe(2);
  });

  it.each([
    ['nothing', '', 'There is no secret on standard input.'],
    ['blanks', ' \n', 'There is no secret on standard input.'],
    ['two lines', 'a\nb\n', 'has several lines.'],
    ['too much', 'x'.repeat(3_000), 'The secret has over 2560 bytes.'],
  ])('refuses %s', async (_, given, reason) => {
    const project = await createProject({ composition: false });
    const ran = await project.piped(given, 'auth', 'add', 'acme');
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(reason) });
    expect(existsSync(credentials(project))).toBe(false);
  });

  it('takes no secret from the command line, and does not repeat one that stands there', async () => {
    const project = await createProject({ composition: false });
    const ran = await project.piped(secret, 'auth', 'add', 'acme', secret);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).not.toContain(secret);
    expect(await project.piped(secret, 'auth', 'add', '../acme')).toMatchObject({ code: 2 });
    expect(existsSync(credentials(project))).toBe(false);
  });

  it('uses nothing of what others could read, until doctor has mended it', async () => {
    const project = await createProject({ composition: false });
    await project.piped(secret, 'auth', 'add', 'acme');
    for (const [path, mode] of [
      [credentials(project), 0o644],
      [join(credentials(project), '..'), 0o750],
    ] as const) {
      chmodSync(path, mode);
      const exposed = await project.rustic('auth', 'list');
      expect(exposed).toMatchObject({ code: 4, stdout: '' });
      expect(exposed.stderr).toContain(`RUSTIC_SECRET_EXPOSED: Others can read ${path}`);
      expect(await project.rustic('doctor')).toMatchObject({ code: 1 });
      const mended = await project.rustic('doctor', '--fix');
      expect(mended).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(`mended ${path}: only you can read it`),
      });
      expect(await project.rustic('auth', 'list')).toMatchObject({ code: 0 });
    }
  });

  it('says that its file is damaged without a word of what is in it', async () => {
    const project = await createProject({ composition: false });
    await project.piped(secret, 'auth', 'add', 'acme');
    const text = readFileSync(credentials(project), 'utf8');
    project.write('../home/rustic/data/credentials/credentials.json', text.slice(0, -4));
    chmodSync(credentials(project), 0o600);
    const ran = await project.rustic('auth', 'list', '--debug');
    expect(ran).toMatchObject({ code: 4, stderr: expect.stringContaining('RUSTIC_SECRET_FILE: ') });
    expect(ran.stderr).not.toContain(secret);
  });
});

describe('a credential by its name', () => {
  const model = (baseUrl: string, apiKey: object) => ({
    provider: ['@rustic-ai/plugin-provider-openai', { baseUrl, models: ['any'], apiKey }] as const,
    name: 'openai/any',
  });

  it('is what the vendor is shown, and stands in no file of the project', async () => {
    const { keys, baseUrl } = await refusingVendor();
    const project = await createProject({ model: model(baseUrl, { $secret: 'acme' }), locked: true });
    const missing = await project.rustic('run', 'hi');
    expect(missing.code).toBe(4);
    expect(missing.stderr).toContain('RUSTIC_SECRET_UNKNOWN');
    expect(missing.stderr).toContain('Run: rustic auth add acme');
    expect(keys).toEqual([]);
    await project.piped(secret, 'auth', 'add', 'acme');
    expect(await project.rustic('run', 'hi')).toMatchObject({ code: 4 });
    expect(keys).toEqual([`Bearer ${secret}`]);
    expect(`${project.read('rustic.json')}${project.read('rustic.lock')}`).not.toContain(secret);
    expect((await project.rustic('config', 'get', 'plugins.provider-openai.apiKey')).stdout).toBe(
      '{"$secret":"acme"}\n',
    );
  });
});

describe('a credential of something that is no model', () => {
  const listening = async (server: Server): Promise<number> => {
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  };

  it('is what a search engine is shown', async () => {
    const keys: unknown[] = [];
    const engine = createServer((request, response) => {
      keys.push(request.headers['x-subscription-token']);
      const results = [{ title: 'Found', url: 'https://found.example/', description: 'It' }];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ type: 'search', web: { results } }));
    });
    const url = `http://127.0.0.1:${await listening(engine)}`;
    const options = { turns: [{ calls: [{ tool: 'web_search', input: { query: 'it' } }] }, { say: 'Done.' }] };
    const { plugins, ...rest } = compositionOf(options);
    const search = { engine: 'brave', url, key: { $secret: 'brave' } };
    const rules = [{ effect: 'allow', action: 'net', match: url }];
    const composition = {
      ...rest,
      plugins: [...plugins, ['@rustic-ai/plugin-tool-http', { search }]],
      permissions: { rules },
    };
    const project = await createProject({ ...options, composition, locked: true });
    await project.piped(secret, 'auth', 'add', 'brave');
    expect(await project.rustic('run', 'look')).toMatchObject({ code: 0, stdout: 'Done.\n' });
    expect(keys).toEqual([secret]);
    expect(JSON.stringify(await resultsOf(project))).toContain('https://found.example/');
  });

  it('is what a database is shown', async () => {
    const passwords: string[] = [];
    // Source: PostgreSQL 18, "Message Formats": it asks for the password as it is, and refuses it.
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
        socket.once('data', (answer) => {
          passwords.push(answer.toString('utf8', 5, answer.length - 1));
          const fields = Buffer.from('SFATAL\0C28P01\0Mno\0\0');
          const length = Buffer.alloc(4);
          length.writeInt32BE(fields.length + 4);
          socket.end(Buffer.concat([Buffer.from('E'), length, fields]));
        });
      });
    });
    const at = `127.0.0.1:${await listening(server)}`;
    const { plugins, ...rest } = compositionOf({});
    const database = ['@rustic-ai/plugin-storage-postgres', { server: at, password: { $secret: 'database' } }];
    const others = plugins.filter((one) => one !== '@rustic-ai/plugin-storage-sqlite');
    const project = await createProject({ composition: { ...rest, plugins: [...others, database] }, locked: true });
    await project.piped(secret, 'auth', 'add', 'database');
    const ran = await project.rustic('run', 'hi');
    expect(ran.code).toBe(1);
    expect(passwords[0]).toBe(secret);
    expect(`${ran.stdout}${ran.stderr}`).not.toContain(secret);
  });

  it('is taken wherever a secret is an option', () => {
    const known = readdirSync(join(root, 'plugins'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(root, 'plugins', name, 'package.json'));
    const options = known.flatMap((file) => secretsIn(JSON.parse(readFileSync(file, 'utf8'))));
    expect(options.length).toBeGreaterThan(5);
    for (const option of options) expect(option).toEqual(expect.arrayContaining(['$env', '$file', '$secret']));
  });
});

/** The ways in which each option of a manifest takes a secret. */
const secretsIn = (value: unknown): readonly (readonly string[])[] => {
  if (typeof value !== 'object' || value === null) return [];
  const { anyOf } = value as { anyOf?: readonly { properties?: object }[] };
  const keys = anyOf?.flatMap(({ properties = {} }) => Object.keys(properties)).filter((key) => key.startsWith('$'));
  const own = Object.keys((value as { properties?: object }).properties ?? {}).filter((key) => key.startsWith('$'));
  if (keys && keys.length > 0) return [keys];
  return own.length > 0 ? [own] : Object.values(value).flatMap(secretsIn);
};

describe('rustic auth with a keychain', () => {
  /** Runs in a session of its own with a real keychain, unlocked. */
  const inSession = (project: Project, script: string) => {
    const unlocked = `printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; ${script}`;
    const child = spawn('dbus-run-session', ['--', 'sh', '-c', unlocked], {
      cwd: project.folder,
      env: { ...project.env, RUSTIC: `${process.execPath} ${bin}`, XDG_RUNTIME_DIR: join(project.home, 'run') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return follow(child).ended;
  };

  it('keeps the secret there and nowhere else, and forgets it there', async () => {
    const project = await createProject({ composition: false });
    mkdirSync(join(project.home, 'run'), { mode: 0o700 });
    const ran = await inSession(
      project,
      `printf ${secret} | $RUSTIC auth add acme && $RUSTIC auth list && printf other | $RUSTIC auth add plain --file`,
    );
    expect(ran.stdout).toMatch(/^acme is kept: in your keychain\n/);
    expect(ran.stdout).toMatch(/^acme {2}in your keychain, since /m);
    expect(ran.stdout).toMatch(/^plain is kept: in a file of yours$/m);
    expect(ran.stderr).not.toContain('no keychain');
    const file = readFileSync(credentials(project), 'utf8');
    expect(file).not.toContain(secret);
    expect(Object.keys(JSON.parse(file) as object)).toEqual(['acme', 'plain']);
    // Outside of the session nobody can open it.
    const model = ['@rustic-ai/plugin-provider-openai', { models: ['x'], apiKey: { $secret: 'acme' } }] as const;
    const user = await createProject({ model: { provider: model, name: 'openai/x' }, locked: true });
    const locked = user.start(['run', 'hi', '--json'], { env: { RUSTIC_HOME: project.env.RUSTIC_HOME } });
    locked.child.stdin?.end();
    expect((await locked.ended).code).toBe(5);
    const removed = await inSession(project, '$RUSTIC auth remove acme && $RUSTIC auth list --json');
    expect(removed.stdout).toMatch(/^acme is kept no more\n\[\{"name":"plain"/);
  });
});
