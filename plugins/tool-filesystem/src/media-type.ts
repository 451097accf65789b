/** How files begin. Source: the formats' own specifications, as file(1) has them. */
const beginnings: readonly (readonly [mediaType: string, bytes: string, at?: number])[] = [
  ['image/png', '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/gif', 'GIF8'],
  ['image/webp', 'WEBP', 8],
  ['image/avif', 'ftypavif', 4],
  ['image/bmp', 'BM'],
  ['image/tiff', 'II*\0'],
  ['image/tiff', 'MM\0*'],
  ['application/pdf', '%PDF-'],
  ['application/zip', 'PK\x03\x04'],
  ['application/zip', 'PK\x05\x06'],
  ['application/gzip', '\x1f\x8b'],
  ['application/x-tar', 'ustar', 257],
  ['application/x-xz', '\xfd7zXZ\0'],
  ['application/zstd', '\x28\xb5\x2f\xfd'],
  ['application/x-bzip2', 'BZh'],
  ['application/x-7z-compressed', "7z\xbc\xaf'\x1c"],
  ['application/wasm', '\0asm'],
  ['application/x-elf', '\x7fELF'],
  ['application/vnd.sqlite3', 'SQLite format 3\0'],
  ['audio/wav', 'WAVE', 8],
  ['audio/ogg', 'OggS'],
  ['audio/mpeg', 'ID3'],
  ['audio/flac', 'fLaC'],
  ['video/mp4', 'ftyp', 4],
  ['video/webm', '\x1a\x45\xdf\xa3'],
  ['font/woff2', 'wOF2'],
];

/** What a file that is no text is, by how it begins. */
export function mediaTypeOf(data: Uint8Array): string {
  const start = Buffer.from(data.buffer, data.byteOffset, Math.min(data.length, 512)).toString('latin1');
  return beginnings.find(([, bytes, at = 0]) => start.startsWith(bytes, at))?.[0] ?? 'application/octet-stream';
}
/** What models take as an image. Source: the image formats of the Anthropic and OpenAI APIs, 2026. */
export const isModelImage = (mediaType: string): boolean => /^image\/(png|jpeg|gif|webp)$/.test(mediaType);
