import type { Json } from '@rustic-ai/kernel';
import { stringify } from 'smol-toml';
import { cliError } from '../errors.js';
import { isTable } from '../layers.js';

/**
 * Settings as TOML, a plugin on each line.
 *
 * Throws: `RUSTIC_USAGE` for what TOML can not say.
 */
export function tomlText(settings: Json): string {
  if (!isTable(settings)) return '';
  if (hasNull(settings))
    throw cliError('RUSTIC_USAGE', { reason: 'TOML has no null.', hint: 'Give another value, or unset it.' });
  const { plugins, ...rest } = settings;
  const list = Array.isArray(plugins) ? `plugins = [\n${plugins.map((one) => `  ${inline(one)},\n`).join('')}]\n` : '';
  return `${list}${stringify(rest)}`;
}

const hasNull = (value: Json): boolean =>
  value === null || (typeof value === 'object' && Object.values(value).some(hasNull));

/** A value on one line, as its library writes what is in a list of several kinds. */
const inline = (value: Json): string => {
  const [open, close] = ['value = [ "", ', ' ]'];
  return stringify({ value: ['', value] })
    .trimEnd()
    .slice(open.length, -close.length);
};
