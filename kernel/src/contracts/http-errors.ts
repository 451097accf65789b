import { createErrors, type ErrorTable } from '../errors.js';

/** What goes wrong with requests, downloads, pages and searches. */
export const httpErrors = {
  RUSTIC_HTTP_URL: {
    severity: 'error',
    message: 'The address {url} can not be used: {reason}.',
    fix: 'Give an absolute http or https URL.',
  },
  RUSTIC_HTTP_ADDRESS: {
    severity: 'error',
    message: '{host} leads to {address}, which is no public address ({range}), so nothing was sent.',
    fix: 'Use a public address. Whoever runs this may name the origin under "allow" in the options of tool-http.',
  },
  RUSTIC_HTTP_DNS: {
    severity: 'error',
    message: 'The host {host} was not found: {reason}',
    fix: 'Check the spelling of the host, and the connection of this machine.',
  },
  RUSTIC_HTTP_CONNECT: {
    severity: 'error',
    message: '{origin} can not be reached: {reason}',
    fix: 'Check the scheme, the host and the port; try again later.',
  },
  RUSTIC_HTTP_TIMEOUT: {
    severity: 'error',
    message: '{url} did not answer in full within {limitMs} ms.',
    fix: 'Try again later, or with a longer timeoutMs.',
  },
  RUSTIC_HTTP_RESPONSE: {
    severity: 'error',
    message: '{url} gave an answer that can not be used: {reason}',
    fix: 'Try again later, or use another address.',
  },
  RUSTIC_HTTP_STATUS: {
    severity: 'error',
    message: '{url} answered with status {status}.',
    fix: 'Check the address; http_request shows the whole answer.',
  },
  RUSTIC_HTTP_REDIRECT: {
    severity: 'error',
    message: '{url} redirects to {to}, which was not followed: {reason}.',
    fix: 'If that address is wanted, ask for it in a call of its own.',
  },
  RUSTIC_HTTP_HEADER: {
    severity: 'error',
    message: 'The header {name} can not be sent: {reason}.',
    fix: 'Leave it out, or correct it.',
  },
  RUSTIC_HTTP_BODY: {
    severity: 'error',
    message: 'The body can not be sent: {reason}.',
    fix: 'Give one body, of at most 32 MiB, with a method that takes one.',
  },
  RUSTIC_HTTP_TOO_LARGE: {
    severity: 'error',
    message: '{url} gives more than {maxBytes} bytes, which is the limit.',
    fix: 'Ask for less of it. Whoever runs this may raise the limit in the options of tool-http.',
  },
  RUSTIC_HTTP_DIGEST: {
    severity: 'error',
    message: '{url} has the sha256 {found} instead of {expected}, so no file was written.',
    fix: 'Check the digest. If it is right, do not use what is at this address.',
  },
  RUSTIC_HTTP_CONTENT: {
    severity: 'error',
    message: '{url} can not be read as a page: {reason}.',
    fix: 'Use http_request to see it as it is, or http_download to keep it.',
  },
  RUSTIC_SEARCH_OFF: {
    severity: 'error',
    message: 'The composition names no search engine.',
    fix: 'Whoever runs this may set "search" in the options of tool-http.',
  },
  RUSTIC_SEARCH_ENGINE: {
    severity: 'error',
    message: 'The search engine at {origin} can not be used: {reason}.',
    fix: 'Check "search" in the options of tool-http, and its key.',
  },
} as const satisfies ErrorTable;
export const httpError = createErrors(httpErrors);
