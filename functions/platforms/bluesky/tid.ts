import { createHash } from 'node:crypto';

const alphabet = '234567abcdefghijklmnopqrstuvwxyz';
const length = 13;
const clockIdBits = 10n;

/** Many posts of an account may be due at one instant: a key for each wants more room than a millisecond has. */
const spreadMicros = 1_000_000;

/**
 * A timestamp identifier of atproto: 53 bits of microseconds and 10 bits that tell writers apart, so that ids sort by time
 * as text. The seed chooses one of a thousand million in the second that ends at the time.
 */
export function tidOf(at: Date, seed: string): string {
  const chance = createHash('sha256').update(seed).digest();
  const micros = BigInt(at.getTime()) * 1000n - BigInt(chance.readUInt32BE(0) % spreadMicros);
  const bits = (micros << clockIdBits) | BigInt(chance.readUInt32BE(4) % 1024);
  const digits = Array.from({ length }, (_, place) => alphabet.charAt(Number((bits >> BigInt(5 * place)) & 31n)));
  return digits.reverse().join('');
}

/** The time in a TID, to the millisecond. */
export function tidTime(tid: string): Date {
  const bits = [...tid].reduce((sum, digit) => (sum << 5n) | BigInt(alphabet.indexOf(digit)), 0n);
  return new Date(Number((bits >> clockIdBits) / 1000n));
}

export const isTid = (text: string) => /^[234567a-j][234567a-z]{12}$/.test(text);
