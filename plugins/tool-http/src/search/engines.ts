export interface Query {
  readonly query: string;
  readonly count: number;
  /** From 1. */
  readonly page: number;
  readonly language?: string;
  readonly since?: 'day' | 'month' | 'year';
}
export interface Found {
  readonly title: string;
  readonly url: string;
  readonly snippet: string;
  /** As the engine writes it. */
  readonly date?: string;
}
/** One engine's own protocol. */
export interface Engine {
  /** Its address, where the composition names none. */
  readonly url?: string;
  readonly needsKey: boolean;
  /** What is asked, relative to its address. */
  target(query: Query): { readonly path: string; readonly parameters: Readonly<Record<string, string>> };
  headers(key: string | undefined): Readonly<Record<string, string>>;
  /** Best first. Undefined: it is no answer of this engine. */
  read(answer: unknown): readonly Found[] | undefined;
}

/** Source: docs.searxng.org, "Search API"; its JSON format has to be switched on in settings.yml. */
const searxng: Engine = {
  needsKey: false,
  target: ({ query, page, language, since }) => ({
    path: 'search',
    parameters: {
      q: query,
      format: 'json',
      pageno: String(page),
      ...(language && { language }),
      ...(since && { time_range: since }),
    },
  }),
  headers: (key) => (key === undefined ? {} : { authorization: `Bearer ${key}` }),
  read: (answer) => foundIn(listOf(answer, 'results'), { snippet: 'content', date: 'publishedDate' }),
};
/** Source: Brave Search API, "Web search": at most 20 results, pages from 0 to 9. */
const brave: Engine = {
  url: 'https://api.search.brave.com',
  needsKey: true,
  target: ({ query, count, page, language, since }) => ({
    path: 'res/v1/web/search',
    parameters: {
      q: query,
      count: String(count),
      offset: String(page - 1),
      text_decorations: 'false',
      ...(language && { search_lang: language }),
      ...(since && { freshness: { day: 'pd', month: 'pm', year: 'py' }[since] }),
    },
  }),
  headers: (key = '') => ({ 'x-subscription-token': key }),
  read(answer) {
    // A search that finds nothing has no section for the web.
    if (fieldOf(answer, 'type') !== 'search') return undefined;
    return foundIn(listOf(fieldOf(answer, 'web'), 'results') ?? [], { snippet: 'description', date: 'page_age' });
  },
};
export const engines: Readonly<Record<'searxng' | 'brave', Engine>> = { searxng, brave };

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown })[name] : undefined;
const listOf = (value: unknown, name: string): readonly unknown[] | undefined => {
  const list = fieldOf(value, name);
  return Array.isArray(list) ? list : undefined;
};
const textIn = (value: unknown, name: string): string => {
  const text = fieldOf(value, name);
  return typeof text === 'string' ? text.replace(/\s+/g, ' ').trim() : '';
};

/** The results that lead somewhere. */
const foundIn = (
  list: readonly unknown[] | undefined,
  names: { readonly snippet: string; readonly date: string },
): readonly Found[] | undefined =>
  list?.flatMap((one) => {
    const url = URL.parse(textIn(one, 'url'));
    if (!url || !/^https?:$/.test(url.protocol)) return [];
    const date = textIn(one, names.date);
    const found = { title: textIn(one, 'title'), url: url.href, snippet: textIn(one, names.snippet) };
    return [{ ...found, ...(date && { date }) }];
  });
