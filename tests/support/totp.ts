import { createHmac } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What an authenticator app shows (RFC 6238): the code of now, or of so many steps of 30 seconds later. */
export function totpCode(secret: string, later = 0, atSeconds = Date.now() / 1000): string {
  let bits = 0n;
  for (const sign of secret) bits = (bits << 5n) | BigInt(alphabet.indexOf(sign));
  const spare = BigInt((secret.length * 5) % 8);
  const bytes = Math.floor((secret.length * 5) / 8);
  const key = Buffer.from((bits >> spare).toString(16).padStart(bytes * 2, '0'), 'hex');
  const counter = Buffer.alloc(8);
  counter.writeUInt32BE(Math.floor(atSeconds / 30) + later, 4);
  const digest = createHmac('sha1', key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) % 16;
  return String((digest.readUInt32BE(offset) % 2 ** 31) % 10 ** 6).padStart(6, '0');
}
