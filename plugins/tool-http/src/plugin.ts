import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { join } from 'node:path';
import { download, downloadAccess } from './download/download.js';
import { createPartials } from './download/partials.js';
import type manifest from './manifest.js';
import { recorderOf } from './download/recorder.js';
import { createHops } from './network/hops.js';
import { createNetwork } from './network/network.js';
import { createResolve } from './network/resolve.js';
import { parseUrl } from './network/url.js';
import { fetchAccess, fetchPage } from './page/fetch.js';
import { createPins } from './pins.js';
import { request, requestAccess, requestPreview } from './request/request.js';
import { createSearch } from './search/search.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ id, config, deps: { workspace, host, secrets, tools, changes, outputs } }) {
    const { maxBytes, maxDownloadBytes } = config;
    const resolve = createResolve(config.dnsServers);
    const network = createNetwork({ named: config.allow, resolve });
    const parts = {
      ...{ network, workspace, maxBytes },
      hops: createHops(id, tools),
      pins: createPins(workspace),
      outputs: Object.values(outputs)[0],
    };
    const partials = createPartials(join(host.folders.state, 'downloads'), () => host.now());
    const downloads = { ...parts, partials, maxDownloadBytes, record: recorderOf(Object.values(changes)) };
    const search = createSearch(config.search, { secrets, resolve });
    const preview = (url: string, more = '') => ({ type: 'url' as const, text: parseUrl(url).href + more });
    return {
      tool: {
        http_request: {
          access: (input, call) => requestAccess(parts, input, call),
          preview: requestPreview,
          run: (input, call) => request(parts, input, call),
        },
        http_download: {
          access: (input, call) => downloadAccess(downloads, input, call),
          preview: ({ url, path }) => preview(url, `\n-> ${path}`),
          run: (input, call) => download(downloads, input, call),
        },
        web_fetch: {
          access: (input) => fetchAccess(parts, input),
          preview: ({ url }) => preview(url),
          run: (input, call) => fetchPage(parts, input, call),
        },
        web_search: {
          access: (input) => [{ action: 'net', resource: search.urlOf(input) }],
          preview: (input) => preview(search.urlOf(input)),
          run: search.run,
        },
      },
    };
  },
});
