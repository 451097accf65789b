import { httpError, type Json, type Workspace } from '@rustic-ai/kernel/contracts';
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';

/** The bodies a request can have: at most one of them. */
export interface Bodies {
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly file?: string;
  readonly multipart?: readonly Part[];
}
export interface Part {
  readonly name: string;
  readonly value?: string;
  readonly file?: string;
  readonly type?: string;
}
export interface Body {
  readonly bytes: Uint8Array;
  /** Unless the call names another one. */
  readonly type: string;
}
const kinds = ['json', 'form', 'text', 'file', 'multipart'] as const;
/** Unit: bytes, as much as a workspace reads at once. */
const most = 32 * 1024 * 1024;
const refuse = (reason: string) => httpError('RUSTIC_HTTP_BODY', { reason });

/** The files of the workspace that a body sends. */
export const filesOf = ({ file, multipart = [] }: Bodies): readonly string[] =>
  [file, ...multipart.map((part) => part.file)].filter((path) => path !== undefined);

/** Refuses what can not be one body, before anything is read. Throws: `RUSTIC_HTTP_BODY`. */
export function demandBody(bodies: Bodies, method: string): void {
  const given = kinds.filter((kind) => bodies[kind] !== undefined);
  if (given.length > 1) throw refuse(`${given.join(' and ')} are given together`);
  if (given[0] && ['GET', 'HEAD'].includes(method)) throw refuse(`${method} takes none`);
  for (const { name, type = 'text/plain', value, file } of bodies.multipart ?? []) {
    if ((value === undefined) === (file === undefined))
      throw refuse(`the part "${name}" has not one of value and file`);
    if (!/^[\w.+-]+\/[\w.+-]+(?:; ?[\w-]+=[\w.-]+)*$/.test(type)) throw refuse(`"${type}" is no media type`);
  }
}

/** Throws: `RUSTIC_HTTP_BODY`, and what the workspace throws. */
export async function bodyOf(bodies: Bodies, { files }: Workspace): Promise<Body | undefined> {
  const { json, form, text, file, multipart } = bodies;
  const bytes = (content: string, type: string): Body => ({ bytes: Buffer.from(content), type });
  const made =
    json !== undefined
      ? bytes(JSON.stringify(json as Json), 'application/json')
      : form
        ? bytes(new URLSearchParams(form).toString(), 'application/x-www-form-urlencoded')
        : text !== undefined
          ? bytes(text, 'text/plain; charset=utf-8')
          : file !== undefined
            ? { bytes: await files.read(file), type: 'application/octet-stream' }
            : multipart && (await multipartOf(multipart, (path) => files.read(path)));
  if (made && made.bytes.length > most) throw refuse(`it has ${made.bytes.length} bytes`);
  return made;
}

/** Source: RFC 7578; names and file names as WHATWG HTML, "multipart/form-data encoding algorithm". */
async function multipartOf(parts: readonly Part[], read: (path: string) => Promise<Uint8Array>): Promise<Body> {
  const boundary = `rustic-${randomUUID()}`;
  const quoted = (text: string) =>
    `"${text.replace(/[\r\n"]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`)}"`;
  const pieces: Uint8Array[] = [];
  let size = 0;
  const add = (piece: Uint8Array) => {
    size += piece.length;
    if (size > most) throw refuse(`it has more than ${most} bytes`);
    pieces.push(piece);
  };
  for (const { name, value = '', file, type } of parts) {
    const filename = file === undefined ? '' : `; filename=${quoted(basename(file))}`;
    const typed = type ?? (file === undefined ? undefined : 'application/octet-stream');
    const kind = typed === undefined ? '' : `\r\nContent-Type: ${typed}`;
    add(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name=${quoted(name)}${filename}${kind}\r\n\r\n`));
    add(file === undefined ? Buffer.from(value) : await read(file));
    add(Buffer.from('\r\n'));
  }
  add(Buffer.from(`--${boundary}--\r\n`));
  return { bytes: Buffer.concat(pieces), type: `multipart/form-data; boundary=${boundary}` };
}
