import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { cliError } from '../errors.js';

/** The longest a secret may be. Unit: bytes. Source: what the keychain of Windows takes, CRED_MAX_CREDENTIAL_BLOB_SIZE. */
const longest = 2_560;

/** A secret from standard input: typed unseen on a terminal, else all that is piped in. Throws: `RUSTIC_USAGE`. */
export async function readSecret(question: string): Promise<string> {
  const { stdin } = process;
  const secret = (stdin.isTTY ? await typedUnseen(question) : await piped()).trim();
  const usage = (reason: string, hint: string) => cliError('RUSTIC_USAGE', { reason, hint });
  if (secret === '')
    throw usage('There is no secret on standard input.', 'Type it, or pipe it in: rustic auth add NAME < file');
  if (/[\r\n]/.test(secret)) throw usage('What is on standard input has several lines.', 'Give it the secret alone.');
  if (Buffer.byteLength(secret) > longest)
    throw usage(`The secret has over ${longest} bytes.`, 'Keep it in a file: { "$file": "path" }');
  return secret;
}

async function piped(): Promise<string> {
  let text = '';
  for await (const part of process.stdin.setEncoding('utf8')) {
    text += part as string;
    // Enough to be refused.
    if (text.length > 2 * longest) break;
  }
  return text;
}

async function typedUnseen(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // Only now: what is typed before the terminal is silent would be seen.
  process.stderr.write(question);
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const closed = once(terminal, 'close').then(() => '');
    return await Promise.race([terminal.question(''), closed]);
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
