import { generateKeyPairSync, sign } from 'node:crypto';

/** One value in DER. Source: ITU-T X.690, section 8. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  const length = Buffer.from(body.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x82), length, body]);
}
const sequence = (...content: readonly Buffer[]) => der(0x30, ...content);
const object = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const bits = (bytes: Buffer) => der(0x03, Buffer.of(0), bytes);
const time = (date: Date) =>
  der(0x18, Buffer.from(`${date.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`, 'latin1'));

/** Source: RFC 5280, section 4.1, and RFC 5480: ecdsa-with-SHA256, commonName, subjectAltName. */
const signedWith = sequence(object('2a8648ce3d040302'));
const name = sequence(der(0x31, sequence(object('550403'), der(0x0c, Buffer.from('127.0.0.1')))));
const address = der(0x87, Buffer.of(127, 0, 0, 1));
const alsoNamed = sequence(object('551d11'), der(0x04, sequence(address)));

/** A certificate of 127.0.0.1 that nobody but itself vouches for, with its key, both as PEM. */
export function selfSigned(valid: { readonly from: Date; readonly to: Date }): {
  readonly cert: string;
  readonly key: string;
} {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1)),
    signedWith,
    name,
    sequence(time(valid.from), time(valid.to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(alsoNamed)),
  );
  const whole = sequence(body, signedWith, bits(sign('sha256', body, privateKey)));
  const lines = whole.toString('base64').replaceAll(/.{64}/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}
