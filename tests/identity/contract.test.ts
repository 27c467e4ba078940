import { describe, expect, test } from 'vitest';
import { identityContract } from '../../functions/identity/contract.ts';
import type { EndpointSpec } from '../../functions/runtime/contract.ts';

const entries = Object.entries<EndpointSpec>(identityContract);
const named = (holds: (entry: EndpointSpec) => boolean) =>
  entries.filter(([, one]) => holds(one)).map(([name]) => name);

describe('operations of identity', () => {
  test('that take a password or a code are guessed at slowly, and punish nobody who is right', () => {
    expect(named(({ throttle }) => throttle?.counts === 'failures')).toEqual([
      'confirm',
      'login',
      'loginMfa',
      'resetPassword',
      'changePassword',
      'verifyMfa',
      'disableMfa',
    ]);
  });

  test('that send mails or make users count each time', () => {
    expect(named(({ throttle }) => throttle?.counts === 'all')).toEqual(['register', 'resend', 'forgotPassword']);
  });

  test('that are sent passwords, or answer secrets, keep nothing of a call', () => {
    const keeping = named(({ needs }) => needs.includes('idempotency'));
    expect(keeping).toEqual(['verifyMfa']);
  });
});
