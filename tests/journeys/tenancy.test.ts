import { beforeAll, describe, expect, inject, test } from 'vitest';
import * as z from 'zod';
import type { Endpoint } from '../../functions/runtime/contract.ts';
import type { Row } from '../../functions/runtime/table.ts';
import { type Attack, attackers, type Keyring, keyringOf } from '../requests/attacks.ts';
import { type Estate, newEstate } from '../requests/estate.ts';
import { httpClient, told } from '../requests/http-client.ts';
import { unknownIds } from '../requests/id-places.ts';
import { exampleParts, type Operation, operations, type PartPlace, requestOf } from '../requests/operations.ts';
import { bearer } from '../requests/tenant.ts';
import { ownPlatforms } from '../support/own-platforms.ts';
import { storedRows } from '../support/stored-rows.ts';

const { api, table } = inject('stack');
const platforms = ownPlatforms();
const send = httpClient(api);
const rowsOf = storedRows(table);

const closed = operations.filter(({ entry }) => entry.auth !== 'none');
const naming = closed.filter(({ places }) => places.length > 0);
const lists = closed.filter(({ entry }) => entry.query && 'cursor' in entry.query.shape);
const kinds = new Set(naming.flatMap(({ places }) => places.map(({ prefix }) => prefix)));
const cases = (some: readonly Operation[]) => some.map((operation) => [operation.entry.route, operation] as const);

let ours: Estate;
let theirs: Estate;
let theirKeys: Keyring;
let attacksOn: (entry: Endpoint) => Attack[];
/** All that is stored of both, which nothing in here changes. */
let stored: Row[];

beforeAll(async () => {
  [ours, theirs] = await Promise.all([newEstate(send, platforms, kinds), newEstate(send, platforms, kinds)]);
  const [ourKeys, others] = await Promise.all([keyringOf(send, ours.tenant), keyringOf(send, theirs.tenant)]);
  theirKeys = others;
  attacksOn = attackers(ourKeys, theirKeys);
  stored = await everything();
}, 120_000);

const everything = () => {
  const tenants = [ours.tenant, theirs.tenant];
  return rowsOf(
    tenants.flatMap(({ teamId, people }) => [teamId, ...Object.values(people).map(({ userId }) => userId)]),
  );
};

/** What attempts changed is still changed when all have been made: none may undo what another did. */
const nothingIsDifferent = async () => expect(await everything()).toEqual(stored);

/** A request with things of `one` everywhere, but one of `other` at the goal. */
function requestOn(operation: Operation, { one, other, goal }: { one: Estate; other: Estate; goal?: PartPlace }) {
  const id = (kind: string, isGoal: boolean) => (isGoal ? other : one).thing(kind);
  return requestOf(operation, exampleParts(operation, { id }, goal));
}

/** Answers that are none of the refusals that were to come. */
async function wrongAnswers(operation: Operation): Promise<string[]> {
  const [goal] = operation.places;
  const request = requestOn(operation, { one: ours, other: ours, ...(goal && { goal }) });
  const attempts = attacksOn(operation.entry).map(async ({ by, headers, statuses }) => {
    const answer = await send({ ...request, headers: { ...request.headers, ...headers } });
    return statuses.includes(answer.status) ? [] : [`${by}: ${told(request, answer)}`];
  });
  return (await Promise.all(attempts)).flat();
}

const Rows = z.object({ items: z.array(z.object({ connectionId: z.string(), status: z.number() })) });
const Page = z.object({ items: z.array(z.unknown()), next: z.string().nullable() });

/** The same for those who may call, with a team of their own, and put our id at one place after the other. */
async function wrongAnswersToForeignIds(operation: Operation): Promise<string[]> {
  const { people, teamId } = theirs.tenant;
  const ofTeam = operation.entry.auth === 'team' ? teamId : undefined;
  const callers = [people.owner.token, ...(operation.entry.scope ? [theirKeys.lacking(undefined)] : [])];
  const attempts = operation.places.flatMap((goal) => {
    const request = requestOn(operation, { one: theirs, other: ours, goal });
    return callers.map(async (token) => {
      const answer = await send({ ...request, headers: { ...request.headers, ...bearer(token, ofTeam) } });
      // A list that is filtered by what is not there is an empty list.
      const isEmptyList = goal.part === 'query' && Page.safeParse(answer.body).data?.items.length === 0;
      // An answer in rows refuses it in its own.
      const rows = Rows.safeParse(answer.body).data?.items ?? [];
      const isRefusedInRow = rows.length > 0 && rows.every(({ status }) => status === 404);
      const isGood = isEmptyList || isRefusedInRow || [403, 404].includes(answer.status);
      return isGood ? [] : [`at ${placeName(goal)}: ${told(request, answer)}`];
    });
  });
  return (await Promise.all(attempts)).flat();
}

const placeName = ({ part, way }: Pick<PartPlace, 'part' | 'way'>) => [part, ...way].join('');

describe('all who may not call an operation are refused, and change nothing:', () => {
  test.each(cases(closed))('%s', async (_, operation) => expect(await wrongAnswers(operation)).toEqual([]));
  test('nothing that is stored is different', nothingIsDifferent);
});

describe("a team that names another team's things finds nothing, and changes nothing:", () => {
  test.each(cases(naming))('%s', async (_, operation) => expect(await wrongAnswersToForeignIds(operation)).toEqual([]));
  test('nothing that is stored is different', nothingIsDifferent);
});

describe('the team itself is answered:', () => {
  const reads = naming.filter(({ entry }) => entry.route.startsWith('GET '));
  test.each(cases(reads))('%s', async (_, operation) => {
    const { people, teamId } = ours.tenant;
    const request = requestOn(operation, { one: ours, other: ours });
    const headers = { ...request.headers, ...bearer(people.owner.token, teamId) };
    expect(await send({ ...request, headers })).toMatchObject({ status: 200 });
  });
});

describe("another team's cursor is none:", () => {
  test.each(cases(lists))('%s', async (_, operation) => {
    const { next } = Page.parse((await pageOf(operation, ours)).body);
    expect(next, 'a list of this kind has one page only: make a second thing').not.toBeNull();
    const answer = await pageOf(operation, theirs, { cursor: next ?? '' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
  });

  function pageOf(operation: Operation, { tenant: { people, teamId }, thing }: Estate, more: { cursor?: string } = {}) {
    const { path, query } = exampleParts(operation, { id: thing });
    const request = requestOf(operation, { path, query: { ...query, limit: '1', ...more } });
    return send({ ...request, headers: bearer(people.owner.token, teamId) });
  }
});

describe('what is tried', () => {
  test('is every id: whatever is called one is of a known kind', () => {
    const unknown = operations.flatMap(({ entry, shapes }) =>
      Object.entries(shapes).flatMap(([part, shape]) =>
        unknownIds(shape).map((way) => `${entry.route}: ${[part, ...way].join('')}`),
      ),
    );
    expect(unknown).toEqual([]);
  });

  test('is something of every sort', () => {
    expect(new Set(closed.map(({ entry }) => entry.auth))).toEqual(new Set(['user', 'team']));
    expect(new Set(naming.flatMap(({ places }) => places.map(({ part }) => part)))).toEqual(
      new Set(['path', 'query', 'body']),
    );
  });
});
