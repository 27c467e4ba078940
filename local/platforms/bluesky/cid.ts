import { createHash } from 'node:crypto';
import * as z from 'zod';

export type Json = z.core.util.JSONType;

const Link = z.strictObject({ $link: z.string() });
const Bytes = z.strictObject({ $bytes: z.string() });
const codecs = { dagCbor: 0x71, raw: 0x55 };

/** The content identifier that a real server gives a record: SHA-256 over its DAG-CBOR form. */
export const recordCid = (record: Json) => cidOf(encode(record), codecs.dagCbor);
export const blobCid = (bytes: Uint8Array) => cidOf(bytes, codecs.raw);

function cidOf(bytes: Uint8Array, codec: number): string {
  const digest = createHash('sha256').update(bytes).digest();
  return `b${base32(Buffer.concat([Buffer.from([1, codec, 0x12, digest.length]), digest]))}`;
}

/** DAG-CBOR: the one canonical CBOR form, map keys sorted by length and then by bytes, no fractions. */
function encode(value: Json): Buffer {
  if (value === null) return Buffer.from([0xf6]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4]);
  if (typeof value === 'number') return encodeInteger(value);
  if (typeof value === 'string') return withHead(3, Buffer.from(value));
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encode)]);
  const link = Link.safeParse(value);
  if (link.success) return encodeLink(link.data.$link);
  const bytes = Bytes.safeParse(value);
  if (bytes.success) return withHead(2, Buffer.from(bytes.data.$bytes, 'base64'));
  return encodeMap(value);
}

function encodeMap(map: Record<string, Json>): Buffer {
  const entries = Object.entries(map).map(([key, value]) => ({ key: Buffer.from(key), value }));
  entries.sort((one, other) => one.key.length - other.key.length || one.key.compare(other.key));
  return Buffer.concat([
    head(5, entries.length),
    ...entries.flatMap(({ key, value }) => [withHead(3, key), encode(value)]),
  ]);
}

function encodeInteger(value: number): Buffer {
  if (!Number.isSafeInteger(value)) throw new RangeError('A record holds whole numbers only.');
  return value < 0 ? head(1, -1 - value) : head(0, value);
}

/** Tag 42, then the identifier's bytes after a zero byte. */
const encodeLink = (cid: string) =>
  Buffer.concat([Buffer.from([0xd8, 42]), withHead(2, Buffer.concat([Buffer.from([0]), fromBase32(cid.slice(1))]))]);

const withHead = (kind: number, bytes: Buffer) => Buffer.concat([head(kind, bytes.length), bytes]);

function head(kind: number, size: number): Buffer {
  const first = kind << 5;
  if (size < 24) return Buffer.from([first | size]);
  if (size < 0x100) return Buffer.from([first | 24, size]);
  const bytes = Buffer.alloc(9);
  if (size < 0x1_0000) return bytes.subarray(0, bytes.writeUInt16BE(size, bytes.writeUInt8(first | 25)));
  if (size < 0x1_0000_0000) return bytes.subarray(0, bytes.writeUInt32BE(size, bytes.writeUInt8(first | 26)));
  return bytes.subarray(0, bytes.writeBigUInt64BE(BigInt(size), bytes.writeUInt8(first | 27)));
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

export function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
