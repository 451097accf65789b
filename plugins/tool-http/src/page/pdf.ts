import { extractText, getDocumentProxy } from 'unpdf';
import type { Page, Source } from './worker.js';

/** The text of a PDF, page by page. Throws: what is wrong with it, or that it holds none. */
export async function readPdf({ bytes }: Source): Promise<Page> {
  const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  const { totalPages, text } = await extractText(document, { mergePages: false });
  if (text.every((one) => one.trim() === '')) throw new Error('it is a PDF without text, such as a scan');
  const { info } = (await document.getMetadata()) as { info?: { Title?: unknown } };
  const title = typeof info?.Title === 'string' ? info.Title.trim() : '';
  const pages = text.map((one, index) => `[page ${index + 1} of ${totalPages}]\n\n${one.trim()}`);
  return { text: pages.join('\n\n'), ...(title && { title }) };
}
