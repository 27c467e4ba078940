import fc from 'fast-check';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { pathPrefix, routeOf } from '../../lib/routes.ts';
import { attemptAt, type Sender } from '../requests/arbitrary-request.ts';
import { type HttpClient, httpClient, told } from '../requests/http-client.ts';
import { judge } from '../requests/judge.ts';
import { type Ground, groundOf, layGround } from '../requests/known.ts';
import { type Operation, operations } from '../requests/operations.ts';
import { bearer, type Tenant } from '../requests/tenant.ts';
import { forged } from '../requests/tokens.ts';
import { startInProcess } from '../support/in-process-api.ts';
import { ownPlatforms } from '../support/own-platforms.ts';

/** Requests for each operation: `FUZZ_RUNS=1000` looks longer, `FUZZ_SEED=2` elsewhere. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 25);
const seed = Number(process.env.FUZZ_SEED ?? 1);

const { api } = inject('stack');
const platforms = ownPlatforms();
const withAssets = new Set(
  operations.filter(({ entry }) => entry.assets).map(({ entry }) => pathPrefix + routeOf(entry).path),
);

const succeeded = new Set<string>();
let send: HttpClient;
let failures: string[];
let ground: Ground;

beforeAll(async () => {
  const started = await startInProcess(inject('deployed'));
  const [inProcess, deployed] = [httpClient(started.url), httpClient(api)];
  // What lies beside a bundle is only there where the bundle is.
  send = (request) => (withAssets.has(request.path) ? deployed : inProcess)(request);
  failures = started.failures;
  ground = await layGround(send, platforms);
}, 120_000);

function headersOf({ entry }: Operation, { people, teamId }: Tenant): Record<Sender, Record<string, string>> {
  const ofTeam = entry.auth === 'team' ? teamId : undefined;
  const isOpen = entry.auth === 'none';
  const by = (token: string) => (isOpen ? {} : bearer(token, ofTeam));
  return {
    caller: by(people.owner.token),
    viewer: by(people.viewer.token),
    stranger: ofTeam === undefined ? {} : by(ground.stranger.people.owner.token),
    forger: by(forged(people.owner.token)),
    nobody: {},
  };
}

/** Where nothing is taken in, there is little to vary. */
const runsOf = ({ shapes }: Operation) => (Object.keys(shapes).length > 0 ? numRuns : Math.ceil(numRuns / 8));

const cases = operations.map((operation) => [operation.entry.route, operation] as const);

describe('whatever is sent, each answer is one that the contract declares:', () => {
  test.each(cases)('%s', async (_, operation) => {
    const { entry } = operation;
    const { tenant, known } = await groundOf(operation, ground);
    const headers = headersOf(operation, tenant);
    const property = fc.asyncProperty(attemptAt(operation, known), async (attempt) => {
      const request = { ...attempt.request, headers: { ...attempt.request.headers, ...headers[attempt.sender] } };
      const answer = await send(request);
      if (answer.status === entry.reply.status) succeeded.add(entry.name);
      const wrong = judge(operation, attempt, answer);
      if (wrong.length > 0) throw new Error(`${wrong.join('; ')}\n${told(request, answer)}`);
    });
    await fc.assert(property, { numRuns: runsOf(operation), seed });
    expect(failures).toEqual([]);
  });
});

test('most operations were brought to do what they are for', () => {
  const never = operations.map(({ entry }) => entry.name).filter((name) => !succeeded.has(name));
  expect(never.length, never.join(', ')).toBeLessThan(operations.length / 5);
});
