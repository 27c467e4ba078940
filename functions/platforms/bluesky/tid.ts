import { createHash } from 'node:crypto';

const alphabet = '234567abcdefghijklmnopqrstuvwxyz';
const length = 13;
const clockIdBits = 10n;

/**
 * A timestamp identifier of atproto: 53 bits of microseconds and 10 bits that tell writers apart, so that ids sort by time
 * as text. Times are of milliseconds here; the seed fills the rest, so that two posts of one instant differ.
 */
export function tidOf(at: Date, seed: string): string {
  const chance = createHash('sha256').update(seed).digest();
  const micros = BigInt(at.getTime()) * 1000n + BigInt(chance.readUInt32BE(0) % 1000);
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
