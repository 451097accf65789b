import { styleText } from 'node:util';
import type { Host } from '@rustic-ai/kernel/contracts';
import { type Signs, signsFor } from './signs.js';

type Paint = (text: string) => string;
/** Colours by meaning; each returns the text unchanged where colour is off. */
interface Paints {
  readonly good: Paint;
  readonly bad: Paint;
  readonly ask: Paint;
  readonly dim: Paint;
  readonly strong: Paint;
  readonly place: Paint;
  readonly slanted: Paint;
  readonly struck: Paint;
  readonly chosen: Paint;
}
export interface Style extends Paints {
  readonly signs: Signs;
}

const plain: Paint = (text) => text;
const paint =
  (format: Parameters<typeof styleText>[0]): Paint =>
  (text) =>
    text === '' ? '' : styleText(format, text, { validateStream: false });

const noPaints: Paints = {
  good: plain,
  bad: plain,
  ask: plain,
  dim: plain,
  strong: plain,
  place: plain,
  slanted: plain,
  struck: plain,
  chosen: plain,
};
const colours: Paints = {
  good: paint('green'),
  bad: paint('red'),
  ask: paint('yellow'),
  dim: paint('dim'),
  strong: paint('bold'),
  place: paint('cyan'),
  slanted: paint('italic'),
  struck: paint('strikethrough'),
  chosen: paint('inverse'),
};

/**
 * Colour only on a terminal that is not `dumb`, and never when `NO_COLOR` is set to something. `plain`: no colour, and
 * words in the place of signs.
 */
export function styleFor(
  stream: { readonly isTTY?: boolean },
  host: Pick<Host, 'env'>,
  { plain = false }: { readonly plain?: boolean } = {},
): Style {
  const { NO_COLOR = '', TERM = '' } = host.env(['NO_COLOR', 'TERM']);
  const coloured = stream.isTTY && NO_COLOR === '' && TERM !== 'dumb' && !plain;
  return { ...(coloured ? colours : noPaints), signs: signsFor(host, plain) };
}
