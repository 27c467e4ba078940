import { createHash } from 'node:crypto';
import { now as clock, type Now } from './clock.ts';
import { config } from './config.ts';
import { dynamoTable, type Table } from './table.ts';
import { type Allowance, tokenBuckets } from './token-buckets.ts';

/** One try at an operation: from where, and at whose account where the request tells. */
export type Attempt = { operation: string; address: string; account: string | undefined };

/** How many are let through in `windowSeconds`. */
export type AttemptsAllowed = { perAccount: number; perAddress: number };

const windowSeconds = 15 * 60;

// Attempts at one operation   pk THROTTLE#ADDRESS#<digest> or THROTTLE#ACCOUNT#<digest>  sk <operation>   TTL
const bucketKey = (kind: 'ADDRESS' | 'ACCOUNT', name: string, operation: string) => ({
  pk: `THROTTLE#${kind}#${createHash('sha256').update(name).digest('base64url')}`,
  sk: operation,
});

/** Counts attempts by address and by account, each operation for itself: who guesses passwords closes no way to reset one. */
export function attemptLimits(table: Table = dynamoTable(), now: Now = clock, allowed = deployedAllowed) {
  const buckets = tokenBuckets(table, now);

  function bucketsOf({ operation, address, account }: Attempt) {
    const { perAccount, perAddress } = allowed();
    const allowance = (quota: number): Allowance[] => [{ name: 'attempts', quota, windowSeconds }];
    const byAddress = { key: bucketKey('ADDRESS', network(address), operation), allowances: allowance(perAddress) };
    if (account === undefined) return [byAddress];
    return [byAddress, { key: bucketKey('ACCOUNT', account, operation), allowances: allowance(perAccount) }];
  }

  return {
    /**
     * The seconds to wait, when there were too many. An address that is refused takes nothing from the account:
     * otherwise one machine could close the accounts of many.
     */
    async take(attempt: Attempt): Promise<number | undefined> {
      for (const { key, allowances } of bucketsOf(attempt)) {
        const { retryAfterSeconds, fillUp } = await buckets.take(key, allowances);
        await fillUp?.();
        if (retryAfterSeconds !== undefined) return retryAfterSeconds;
      }
      return undefined;
    },
    async giveBack(attempt: Attempt): Promise<void> {
      await Promise.all(bucketsOf(attempt).map(({ key, allowances }) => buckets.giveBack(key, allowances)));
    },
  };
}
export type AttemptLimits = ReturnType<typeof attemptLimits>;

function deployedAllowed(): AttemptsAllowed {
  const { ATTEMPTS_PER_ACCOUNT, ATTEMPTS_PER_ADDRESS } = config('ATTEMPTS_PER_ACCOUNT', 'ATTEMPTS_PER_ADDRESS');
  return { perAccount: ATTEMPTS_PER_ACCOUNT, perAddress: ATTEMPTS_PER_ADDRESS };
}

/** With IPv6 every customer has a network of 2^64 addresses, which counts as one. */
function network(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
