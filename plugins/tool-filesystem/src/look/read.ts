import type { Part, ToolResult, WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { pathToFileURL } from 'node:url';
import { isModelImage, mediaTypeOf } from '../media-type.js';
import type { Parts, Tools } from '../parts.js';
import { readLines, sayLines } from './lines.js';

/** What one call gives back of bytes; base64 makes a third more of it. */
const maxBytes = 48 * 1024;
/** The largest image that is shown. Source: Anthropic's vision guide, 2026: 5 MB for each image, as base64. */
const maxImageBytes = 3_750_000;

export const read = ({ roots, pins, takesImages }: Parts): Tools['fs_read'] => ({
  access: ({ path }, call) => pins.access([{ path, actions: ['fs.read'] }], call),
  async run({ path, offset = 1, limit, binary = false }, call) {
    await pins.check(call);
    const files = await roots.filesOf(path);
    if (binary) return readBytes(files, { path, offset, limit });
    const image = await imageIn(files, path);
    if (image) return takesImages() ? showImage(image) : describeImage(path, image);
    const lines = await readLines({ read: files.read, path, offset, limit: limit ?? 2_000, signal: call.signal });
    const { encoding } = lines;
    return {
      parts: [{ type: 'text', text: sayLines(lines, offset) }],
      ...(encoding !== 'utf-8' && { data: { encoding } }),
      ...(lines.next !== undefined && { full: await reference(roots, path) }),
    };
  },
});

/** Where the rest is: the file itself. */
async function reference(roots: Parts['roots'], path: string): Promise<NonNullable<ToolResult['full']>> {
  const files = await roots.filesOf(path);
  const real = await roots.real(path);
  return { ref: pathToFileURL(real).href, bytes: (await files.info(real)).bytes };
}

async function readBytes(
  files: WorkspaceFiles,
  wanted: { path: string; offset: number; limit: number | undefined },
): Promise<ToolResult> {
  const { path, offset } = wanted;
  const start = await files.read(path, { offset: 0, length: 512 });
  const length = Math.min(wanted.limit ?? maxBytes, maxBytes);
  const bytes = await files.read(path, { offset: offset - 1, length });
  const mediaType = mediaTypeOf(start);
  const base64 = Buffer.from(bytes).toString('base64');
  const last = offset - 1 + bytes.length;
  const more = (await files.read(path, { offset: last, length: 1 })).length > 0;
  const says = bytes.length > 0 ? `bytes ${offset} to ${last}` : 'no bytes';
  const next = more ? ` There are more. Go on with offset ${last + 1}.` : '';
  return {
    parts: [{ type: 'text', text: `${base64}\n[${mediaType}, ${says} in base64.${next}]` }],
    data: { mediaType, offset, bytes: bytes.length, complete: !more },
  };
}

interface Image {
  readonly mediaType: string;
  readonly data: Uint8Array;
}
/** The first bytes tell; only an image is read as a whole. */
async function imageIn(files: WorkspaceFiles, path: string): Promise<Image | undefined> {
  if (!/\.(png|jpe?g|gif|webp)$/i.test(path)) return undefined;
  const data = await files.read(path, { offset: 0, length: maxImageBytes + 1 });
  const mediaType = mediaTypeOf(data);
  return isModelImage(mediaType) ? { mediaType, data } : undefined;
}
function showImage(image: Image): ToolResult {
  const { mediaType, data } = image;
  if (data.length > maxImageBytes) return describeImage('The image', image);
  const part: Part = { type: 'image', mediaType, data: Buffer.from(data).toString('base64') };
  return { parts: [part], data: { mediaType, bytes: data.length } };
}
function describeImage(path: string, { mediaType, data }: Image): ToolResult {
  const large = data.length > maxImageBytes;
  const why = large ? `It is larger than ${maxImageBytes} bytes` : 'The model in use does not take images';
  const text = `[${path}: ${mediaType}${large ? '' : `, ${data.length} bytes`}. ${why}; binary: true gives its bytes.]`;
  return { parts: [{ type: 'text', text }], data: { mediaType, ...(!large && { bytes: data.length }) } };
}
