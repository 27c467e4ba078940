import { beforeAll, describe, expect, inject, test } from 'vitest';
import { complaints } from '../requests/complaints.ts';
import { httpClient, told } from '../requests/http-client.ts';
import { type Ground, groundOf, layGround } from '../requests/known.ts';
import { exampleParts, operations, requestOf } from '../requests/operations.ts';
import { bearer } from '../requests/tenant.ts';
import { ownPlatforms } from '../support/own-platforms.ts';

const { api } = inject('stack');
const platforms = ownPlatforms();
const send = httpClient(api);
const succeeded = new Set<string>();
let ground: Ground;

beforeAll(async () => {
  ground = await layGround(send, platforms);
}, 120_000);

/** With one after the other of the values that a field may want, short and in full: which does it is not for us to know. */
const tries = [0, 1, 2, 3].flatMap((turn) => [false, true].map((isFull) => ({ turn, isFull })));

const cases = operations.map((operation) => [operation.entry.route, operation] as const);

describe('does what it is for, with no more permissions than it was given:', () => {
  test.each(cases)('%s', async (_, operation) => {
    const { entry } = operation;
    const { tenant, known } = await groundOf(operation, ground);
    const { token } = tenant.people.owner;
    const caller = entry.auth === 'none' ? {} : bearer(token, entry.auth === 'team' ? tenant.teamId : undefined);
    for (const { turn, isFull } of tries) {
      const one = (values: readonly string[] = []) => values[turn % values.length];
      const filling = {
        id: (prefix: string) => one(known.ids[prefix]) ?? '',
        text: (field: string) => one(known.texts[field]),
      };
      const request = requestOf(operation, exampleParts(operation, { ...filling, option: turn, isFull }));
      const key = entry.route.startsWith('POST ') && { 'idempotency-key': crypto.randomUUID() };
      const answer = await send({ ...request, headers: { ...request.headers, ...caller, ...key } });
      expect(complaints(entry, answer), told(request, answer)).toEqual([]);
      if (answer.status !== entry.reply.status) continue;
      succeeded.add(entry.name);
      break;
    }
  });
});

test('nearly every one of them', () => {
  const never = operations.map(({ entry }) => entry.name).filter((name) => !succeeded.has(name));
  expect(never.length, never.join(', ')).toBeLessThanOrEqual(operations.length / 9);
});
