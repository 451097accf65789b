import { secretOption, type SecretReference } from '@rustic-ai/kernel/contracts';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';

const strict = { additionalProperties: false };
const input = <Properties extends Parameters<typeof Type.Object>[0]>(properties: Properties) =>
  Type.Object(properties, strict);
const url = Type.String({ minLength: 1, description: 'The whole URL, with http:// or https://.' });
const headers = Type.Optional(
  Type.Record(Type.String(), Type.String(), { description: 'Headers to send, by name. Default: none.' }),
);
const timeoutMs = (standard: number) =>
  Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 600_000,
      description: `How long all of it may take, in milliseconds. Default: ${standard}; at most 600000.`,
    }),
  );
const path = (description: string) => Type.String({ minLength: 1, description });
const part = Type.Object(
  {
    name: Type.String({ minLength: 1, description: 'Name of the field.' }),
    value: Type.Optional(Type.String({ description: 'Its text. Or give file.' })),
    file: Type.Optional(path('A file of the workspace to send. Or give value.')),
    type: Type.Optional(Type.String({ description: 'Its media type.' })),
  },
  strict,
);
const reads = { kind: 'read', idempotent: true, openWorld: true } as const;
const writes = { kind: 'write', idempotent: false, openWorld: true } as const;
const web = { baskets: ['dev/web'], facts: { kind: 'fetch' } };
/** How long a page or a search is as good as asked again. Unit: ms. */
const kept = { ...web, facts: { ...web.facts, cacheMs: 300_000 } };

export default defineManifest({
  id: 'tool-http',
  requires: {
    workspace: { one: 'workspace' },
    host: { one: 'host' },
    secrets: { one: 'secrets' },
    tools: { all: 'tool' },
    changes: { all: 'file.changes' },
    outputs: { all: 'tool.outputs' },
  },
  config: Type.Object(
    {
      allow: Type.Array(Type.String({ pattern: '^https?://[^\\s/?#@*]+$' }), {
        description:
          'Origins to reach although they are not public, such as http://127.0.0.1:8080: exactly that scheme, host and port.',
        default: [],
      }),
      dnsServers: Type.Array(Type.String({ minLength: 1 }), {
        description: 'DNS servers to ask, each as address or address:port. Default: those of this machine.',
        default: [],
      }),
      maxBytes: Type.Integer({
        minimum: 256,
        maximum: 16_777_216,
        default: 65_536,
        description: 'How much of an answer or page the model is given: bytes of a body, characters of a page.',
      }),
      maxDownloadBytes: Type.Integer({
        minimum: 1,
        default: 1_073_741_824,
        description: 'How large a download may be, in bytes.',
      }),
      search: Type.Optional(
        Type.Object(
          {
            engine: Type.Union([Type.Literal('searxng'), Type.Literal('brave')], { description: 'Which protocol.' }),
            url: Type.Optional(
              Type.String({
                pattern: '^https?://[^\\s?#@]+$',
                description: 'Address of the engine. Default: that of the Brave Search API; SearXNG has none.',
              }),
            ),
            key: Type.Optional(
              Type.Unsafe<SecretReference>({
                ...secretOption,
                description: 'Where its key is, as { "$env": "NAME" }, { "$file": "path" } or { "$secret": "NAME" }.',
              }),
            ),
          },
          { additionalProperties: false, description: 'The engine of web_search. Default: none, so that it refuses.' },
        ),
      ),
    },
    strict,
  ),
  permissions: [
    { action: 'net', match: '**', reason: 'sends requests to addresses a model names' },
    { action: 'net', match: { config: '/allow' }, reason: 'reaches these origins although they are not public' },
    { action: 'net', match: { config: '/search/url' }, reason: 'asks the search engine at this address' },
    { action: 'fs.read', match: '**', reason: 'sends files of the workspace' },
    { action: 'fs.write', match: '**', reason: 'saves downloads in the workspace' },
  ],
  contributes: {
    tool: {
      http_request: {
        ...web,
        effects: writes,
        summary: 'Sends an HTTP request and gives the answer: status, headers and body. To read a page, use web_fetch.',
        input: input({
          url,
          method: Type.Optional(
            Type.Union(
              (['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const).map((one) => Type.Literal(one)),
              { description: 'Default: GET.' },
            ),
          ),
          headers,
          json: Type.Optional(Type.Unsafe<unknown>({ description: 'A body: any JSON value.' })),
          form: Type.Optional(
            Type.Record(Type.String(), Type.String(), { description: 'A body: the fields of a form, URL-encoded.' }),
          ),
          text: Type.Optional(Type.String({ description: 'A body: text as it is.' })),
          file: Type.Optional(path('A body: what this file of the workspace holds.')),
          multipart: Type.Optional(
            Type.Array(part, {
              minItems: 1,
              maxItems: 100,
              description: 'A body: fields and files, as a form with uploads sends them.',
            }),
          ),
          follow: Type.Optional(Type.Boolean({ description: 'Whether redirects are followed. Default: true.' })),
          as: Type.Optional(
            Type.Union([Type.Literal('auto'), Type.Literal('base64')], {
              description: 'How the body is given: as text where it is text, or as base64. Default: auto.',
            }),
          ),
          timeoutMs: timeoutMs(30_000),
        }),
      },
      http_download: {
        ...web,
        effects: writes,
        summary:
          'Saves what is at a URL as a file of the workspace. Called again after a cut, it goes on where it was.',
        input: input({
          url,
          path: path('Path the file gets, in the workspace.'),
          headers,
          overwrite: Type.Optional(
            Type.Boolean({ description: 'Whether a file that exists may be replaced. Default: false.' }),
          ),
          sha256: Type.Optional(
            Type.String({
              pattern: '^[0-9a-fA-F]{64}$',
              description: 'The digest it must have, in hexadecimal. Default: any.',
            }),
          ),
          maxBytes: Type.Optional(
            Type.Integer({ minimum: 1, description: 'How large it may be, in bytes. Default: maxDownloadBytes.' }),
          ),
          timeoutMs: timeoutMs(600_000),
        }),
      },
      web_fetch: {
        ...kept,
        effects: reads,
        summary: 'Reads a web page as Markdown, or the text of a PDF. Of a long one, call again with offset.',
        input: input({
          url,
          part: Type.Optional(
            Type.Union([Type.Literal('article'), Type.Literal('all')], {
              description: 'The article alone, or all of the page, with menus. Default: article.',
            }),
          ),
          offset: Type.Optional(
            Type.Integer({ minimum: 0, description: 'Where to begin, in characters. Default: 0.' }),
          ),
          timeoutMs: timeoutMs(30_000),
        }),
      },
      web_search: {
        ...kept,
        effects: reads,
        summary: 'Searches the web: titles, addresses and a few lines of each. To read one, use web_fetch.',
        input: input({
          query: Type.String({ minLength: 1, maxLength: 400, description: 'What to look for.' }),
          count: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 20, description: 'How many results. Default: 10.' }),
          ),
          page: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 10, description: 'Which page of them. Default: 1.' }),
          ),
          language: Type.Optional(
            Type.String({
              pattern: '^[A-Za-z]{2,3}(-[A-Za-z]{2,4})?$',
              description: 'Its code, such as en. Default: any.',
            }),
          ),
          since: Type.Optional(
            Type.Union([Type.Literal('day'), Type.Literal('month'), Type.Literal('year')], {
              description: 'Only what is not older. Default: any age.',
            }),
          ),
        }),
      },
    },
  },
});
