import { describe, expect, test } from 'vitest';
import { newSecret, stepOfCode } from '../../../../local/engines/cognito/totp.ts';
import { totpCode } from '../../../support/totp.ts';

/** The vectors of RFC 6238, appendix B, by their last six digits. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const vectors: [seconds: number, code: string][] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
];

describe('codes of authenticator apps', () => {
  test.each(vectors)('at second %i are those of the standard', (seconds, code) => {
    expect(stepOfCode(secret, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
    expect(totpCode(secret, 0, seconds)).toBe(code);
  });

  test('are taken half a minute early and late, and no more', () => {
    const at = 2_000_000_000;
    const taken = [-2, -1, 0, 1, 2].map((later) => stepOfCode(secret, totpCode(secret, later, at), at * 1000));
    const now = Math.floor(at / 30);
    expect(taken).toEqual([undefined, now - 1, now, now + 1, undefined]);
  });

  test('belong to a secret of 52 signs, each another', () => {
    const secrets = new Set(Array.from({ length: 20 }, newSecret));
    expect(secrets.size).toBe(20);
    for (const one of secrets) {
      expect(one).toMatch(/^[A-Z2-7]{52}$/);
      expect(stepOfCode(one, totpCode(one))).toBeDefined();
    }
  });
});
