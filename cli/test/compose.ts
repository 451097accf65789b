import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createProject, root, temporaryFolder } from './project.js';

interface Published {
  readonly name: string;
  readonly version: string;
  readonly dist?: object;
  readonly keywords?: readonly string[];
  /** Default: now. `nobody knows`: the registry does not say. */
  readonly publishedAt?: string;
}
interface Packument {
  name: string;
  'dist-tags': Record<string, string>;
  versions: Record<string, Published>;
  /** When each was published; ISO 8601. */
  time: Record<string, string>;
}
/** A plugin as its author would publish it. */
export interface Authored {
  readonly name: string;
  readonly version?: string;
  readonly manifest?: object;
  /** The body of `dist/index.js`. Default: a setup that returns nothing. */
  readonly code?: string;
  /** Other fields of its `package.json`. */
  readonly more?: object;
}

/** Writes the folder of a plugin package. */
export function authored(folder: string, { name, version = '1.0.0', manifest, code, more }: Authored): string {
  mkdirSync(join(folder, 'dist'), { recursive: true });
  const json = {
    name,
    version,
    type: 'module',
    license: 'MIT',
    keywords: ['rustic-ai-plugin'],
    exports: { '.': './dist/index.js', './package.json': './package.json' },
    files: ['dist'],
    ...(manifest && { rustic: { manifest: { apiVersion: 1, ...manifest } } }),
    ...more,
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(json, null, 2));
  writeFileSync(join(folder, 'dist/index.js'), code ?? 'export default { setup: () => ({}) };');
  return folder;
}

/**
 * A registry of npm packages on this machine: what is published, and what this repository has installed.
 *
 * Default: also the packages of this repository itself, unpacked; `own: false` leaves them to be published.
 */
export async function createRegistry({ own = true } = {}) {
  const folder = temporaryFolder();
  const packuments = new Map<string, Packument>();
  const tarballs = new Map<string, Buffer>();
  const waiting = new Set<() => void>();
  let held: string | undefined;

  const publish = (json: Published, data: Buffer) => {
    const { name, version } = json;
    const file = `${name.split('/').at(-1)}-${version}.tgz`;
    const found = packuments.get(name) ?? { name, 'dist-tags': {}, versions: {}, time: {} };
    const integrity = `sha512-${createHash('sha512').update(data).digest('base64')}`;
    const shasum = createHash('sha1').update(data).digest('hex');
    found.versions[version] = { ...json, dist: { integrity, shasum, tarball: `${url}/${name}/-/${file}` } };
    found['dist-tags']['latest'] = version;
    const at = json.publishedAt ?? new Date().toISOString();
    if (at !== 'nobody knows') found.time[version] = at;
    packuments.set(name, found);
    tarballs.set(`${name}/-/${file}`, data);
  };
  /** A package is made from what is installed here when it is first asked for. */
  const packumentOf = (name: string) => {
    if (!packuments.has(name) && (own || !/^(@rustic-ai\/|rustic-ai$)/.test(name)))
      for (const parent of ['', 'kernel', 'cli'].map((one) => join(root, one, 'node_modules', name)))
        if (existsSync(join(parent, 'package.json')))
          publish(JSON.parse(readFileSync(join(parent, 'package.json'), 'utf8')) as Published, tarOf(parent));
    return packuments.get(name);
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path =
      decodeURIComponent(request.url ?? '')
        .split('?')[0]
        ?.slice(1) ?? '';
    const json = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (path.startsWith('-/v1/search')) {
      const words = new URL(request.url ?? '', url).searchParams.get('text')?.split(' ') ?? [];
      const holds = ({ name, keywords = [] }: Published) =>
        words.every((word) => name.includes(word) || keywords.includes(word.replace('keywords:', '')));
      const found = [...packuments.values()].map(latestOf).filter(holds);
      const date = new Date().toISOString();
      return json(200, {
        objects: found.map((one) => ({ package: { ...one, date, maintainers: [], publisher: {} } })),
      });
    }
    if (held !== undefined && path.startsWith(held)) {
      for (const wake of waiting) wake();
      return;
    }
    const data = tarballs.get(path);
    if (data) return response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(data);
    if (request.method === 'PUT') {
      const { versions, _attachments: attachments } = JSON.parse(await text(request)) as {
        versions: Record<string, Published>;
        _attachments: Record<string, { data: string }>;
      };
      const [version] = Object.values(versions);
      const [attached] = Object.values(attachments);
      if (version && attached) publish(version, Buffer.from(attached.data, 'base64'));
      return json(201, { ok: true });
    }
    const found = packumentOf(path);
    return found ? json(200, found) : json(404, { error: 'not_found' });
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const env = {
    npm_config_registry: url,
    npm_config_cache: join(folder, 'cache'),
    npm_config_update_notifier: 'false',
    npm_config_fetch_retries: '0',
    [`npm_config_//127.0.0.1:${port}/:_authToken`]: 'token',
  };
  return {
    url,
    env,
    /** Puts a plugin in, without npm. */
    put(plugin: Authored) {
      const at = authored(join(folder, 'authored', plugin.name, plugin.version ?? '1.0.0'), plugin);
      publish(JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as Published, tarOf(at));
    },
    /** Serves other bytes for a package than its integrity says. */
    tamper(name: string, version: string) {
      const key = `${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
      tarballs.set(key, Buffer.concat([tarballs.get(key) ?? Buffer.alloc(0), Buffer.from('more')]));
    },
    /** Never answers what begins so; resolves when that is asked for. */
    hold: (path: string) => {
      held = path;
      return new Promise<void>((resolve) => waiting.add(resolve));
    },
    letGo: () => void (held = undefined),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
const latestOf = (found: Packument) => found.versions[found['dist-tags']['latest'] ?? ''] as Published;

/** A package as npm would have packed it, but for what nobody reads. */
function tarOf(folder: string): Buffer {
  const left = ['node_modules', 'src', 'test', 'deps', 'bench', '.turbo'].map((name) => `--exclude=./${name}`);
  const args = ['-I', 'gzip -1', '-cf', '-', ...left, '-C', realpathSync(folder), '--transform=s,^\\.,package,', '.'];
  return execFileSync('tar', args, { maxBuffer: 100_000_000 });
}
/** A `PATH` whose `npm`, or other program, runs this line of shell; in it `$NPM` is the real npm. */
export function pathWithNpm(line: string, program = 'npm'): string {
  const path = process.env['PATH'] ?? '';
  const real = path
    .split(':')
    .map((folder) => join(folder, 'npm'))
    .find(existsSync);
  const bin = temporaryFolder();
  writeFileSync(join(bin, program), `#!/bin/sh\nNPM='${real}'\n${line}\n`, { mode: 0o755 });
  return `${bin}:${path}`;
}
export type Registry = Awaited<ReturnType<typeof createRegistry>>;

/** A project whose packages come from that registry; nothing is installed in it. */
export async function createComposer(registry: Registry, files: Readonly<Record<string, unknown>> = {}) {
  const project = await createProject({ composition: false, env: registry.env, modules: false });
  for (const [path, content] of Object.entries(files)) project.write(path, content);
  return {
    ...project,
    /** Copies a file of this repository's tests. */
    take: (from: string, to: string) => cpSync(from, join(project.folder, to), { recursive: true }),
  };
}
