import { PassThrough } from 'node:stream';
import type { StandardStreams } from '../host.js';

/** Standard streams that a test types into and reads from. */
export interface TestStreams {
  /** Given to a kernel as `host: { streams }`. */
  readonly streams: StandardStreams & { readonly stdin: PassThrough };
  /** What was written so far. */
  readonly written: { readonly stdout: string; readonly stderr: string };
  type(text: string): void;
}

/** Default: they are pipes and no terminal. */
export function createTestStreams({ terminal = false }: { readonly terminal?: boolean } = {}): TestStreams {
  const make = () => Object.assign(new PassThrough(), terminal ? { isTTY: true } : {});
  const streams = { stdin: make(), stdout: make(), stderr: make() };
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    streams[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
    });
  return { streams, written, type: (text) => void streams.stdin.write(text) };
}
