/** What an answer says it is. */
export interface MediaType {
  /** Lower case, without parameters; '' when it does not say. */
  readonly type: string;
  readonly charset?: string;
}
const textual =
  /^(?:text\/.*|application\/(?:.*\+)?(?:json|xml|yaml|javascript|ecmascript|x-javascript|x-ndjson|jsonl|toml|sql|graphql|x-sh|x-www-form-urlencoded)|image\/svg\+xml)$/;

export function mediaTypeOf(contentType = ''): MediaType {
  const [type = '', ...parameters] = contentType.split(';').map((one) => one.trim().toLowerCase());
  const charset = parameters
    .find((one) => one.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  return { type, ...(charset && { charset }) };
}
export const isJson = ({ type }: MediaType): boolean => /^(?:application|text)\/(?:.*\+)?json$/.test(type);
export const isPage = ({ type }: MediaType): boolean => type === 'text/html' || type === 'application/xhtml+xml';

/** Whether it is text; what does not say is, unless it holds a zero byte. */
export const isText = ({ type }: MediaType, bytes: Buffer): boolean =>
  type === '' ? !bytes.subarray(0, 8_192).includes(0) : textual.test(type);

/** As text, by the character set that is named; UTF-8 where that is none that is known. */
export function textOfBytes(bytes: Buffer, { charset = 'utf-8' }: MediaType): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
