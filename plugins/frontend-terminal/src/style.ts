import { styleText } from 'node:util';
import type { Host } from '@rustic-ai/kernel/contracts';

type Paint = (text: string) => string;
/** Colours by meaning; each returns the text unchanged where colour is off. */
export interface Style {
  readonly good: Paint;
  readonly bad: Paint;
  readonly ask: Paint;
  readonly dim: Paint;
  readonly strong: Paint;
  readonly place: Paint;
}

const plain: Paint = (text) => text;
const paint =
  (format: Parameters<typeof styleText>[0]): Paint =>
  (text) =>
    styleText(format, text, { validateStream: false });

export const noStyle: Style = { good: plain, bad: plain, ask: plain, dim: plain, strong: plain, place: plain };
const colours: Style = {
  good: paint('green'),
  bad: paint('red'),
  ask: paint('yellow'),
  dim: paint('dim'),
  strong: paint('bold'),
  place: paint('cyan'),
};

/** Colour only on a terminal that is not `dumb`, and never when `NO_COLOR` is set to something. */
export function styleFor(stream: { readonly isTTY?: boolean }, host: Pick<Host, 'env'>): Style {
  const { NO_COLOR = '', TERM = '' } = host.env(['NO_COLOR', 'TERM']);
  return stream.isTTY && NO_COLOR === '' && TERM !== 'dumb' ? colours : noStyle;
}
