import { beforeAll, describe, expect, inject, test } from 'vitest';
import * as z from 'zod';
import type { Endpoint } from '../../functions/runtime/contract.ts';
import { type Attack, attackers, type Estate, newEstate } from '../requests/attacks.ts';
import { httpClient, told } from '../requests/http-client.ts';
import { exampleParts, type Operation, operations, type PartPlace, requestOf } from '../requests/operations.ts';
import { bearer } from '../requests/tenant.ts';
import { knownKinds, makeThing } from '../requests/things.ts';
import { ownPlatforms } from '../support/own-platforms.ts';
import { storedRows } from '../support/stored-rows.ts';

const { api, table } = inject('stack');
const platforms = ownPlatforms();
const send = httpClient(api);
const rowsOf = storedRows(table);

let ours: Estate;
let theirs: Estate;
let attacksOn: (entry: Endpoint) => Attack[];

beforeAll(async () => {
  [ours, theirs] = await Promise.all([newEstate(send, platforms), newEstate(send, platforms)]);
  attacksOn = await attackers(send, ours.tenant, theirs.tenant);
}, 120_000);

/** A request with things of `one` everywhere, but one of `other` at the goal. */
async function requestOn(operation: Operation, { one, other, goal }: { one: Estate; other: Estate; goal?: PartPlace }) {
  const ids = new Map<string, string>();
  for (const { prefix } of operation.places) ids.set(prefix, await one.thing(prefix));
  const goalId = goal && (await other.thing(goal.prefix));
  const id = (prefix: string, isGoal: boolean) => (isGoal && goalId) || (ids.get(prefix) ?? '');
  const parts = exampleParts(operation, { id }, goal);
  return requestOf(operation, parts);
}

/** Answers that are none of the refusals that were to come. */
async function wrongAnswers(operation: Operation): Promise<string[]> {
  const wrong: string[] = [];
  const goals = operation.places.length > 0 ? operation.places : [undefined];
  for (const goal of goals) {
    const request = await requestOn(operation, { one: ours, other: ours, ...(goal && { goal }) });
    for (const { by, headers, statuses } of attacksOn(operation.entry)) {
      const answer = await send({ ...request, headers: { ...request.headers, ...headers } });
      if (!statuses.includes(answer.status)) wrong.push(`${by}: ${told(request, answer)}`);
    }
  }
  return wrong;
}

const Page = z.object({ items: z.array(z.unknown()), next: z.string().nullable() });

/** The same for somebody who may call, with a team of their own, and puts our id at one place after the other. */
async function wrongAnswersToForeignIds(operation: Operation): Promise<string[]> {
  const wrong: string[] = [];
  const { people, teamId } = theirs.tenant;
  const headers = bearer(people.owner.token, operation.entry.auth === 'team' ? teamId : undefined);
  for (const goal of operation.places) {
    const request = await requestOn(operation, { one: theirs, other: ours, goal });
    const answer = await send({ ...request, headers: { ...request.headers, ...headers } });
    // A list that is filtered by what is not there is an empty list.
    const isEmptyList = goal.part === 'query' && Page.safeParse(answer.body).data?.items.length === 0;
    if (!isEmptyList && ![403, 404].includes(answer.status))
      wrong.push(`at ${placeName(goal)}: ${told(request, answer)}`);
  }
  return wrong;
}

const placeName = ({ part, way }: PartPlace) => [part, ...way].join('');

const everything = () => {
  const tenants = [ours.tenant, theirs.tenant];
  return rowsOf(
    tenants.flatMap(({ teamId, people }) => [teamId, ...Object.values(people).map(({ userId }) => userId)]),
  );
};

/** Tries something on an operation, with all that it names made before, and holds that nothing stored is different. */
async function changingNothing(operation: Operation, attempt: (operation: Operation) => Promise<string[]>) {
  for (const { prefix } of operation.places) await Promise.all([ours.thing(prefix), theirs.thing(prefix)]);
  const before = await everything();
  expect(await attempt(operation)).toEqual([]);
  expect(await everything()).toEqual(before);
}

const closed = operations.filter(({ entry }) => entry.auth !== 'none');
const naming = closed.filter(({ places }) => places.length > 0);
const lists = closed.filter(({ entry }) => entry.query && 'cursor' in entry.query.shape);
const cases = (some: readonly Operation[]) => some.map((operation) => [operation.entry.route, operation] as const);

describe('all who may not call an operation are refused, and change nothing:', () => {
  test.each(cases(closed))('%s', (_, operation) => changingNothing(operation, wrongAnswers));
});

describe("a team that names another team's things finds nothing, and changes nothing:", () => {
  test.each(cases(naming))('%s', (_, operation) => changingNothing(operation, wrongAnswersToForeignIds));
});

describe('the team itself is answered:', () => {
  const reads = naming.filter(({ entry }) => entry.route.startsWith('GET '));
  test.each(cases(reads))('%s', async (_, operation) => {
    const { people, teamId } = ours.tenant;
    const request = await requestOn(operation, { one: ours, other: ours });
    const headers = { ...request.headers, ...bearer(people.owner.token, teamId) };
    expect(await send({ ...request, headers })).toMatchObject({ status: 200 });
  });
});

describe("another team's cursor is none:", () => {
  beforeAll(async () => {
    const { tenant } = ours;
    for (const prefix of knownKinds) await makeThing(prefix, { send, tenant, platforms });
  });

  test.each(cases(lists))('%s', async (_, operation) => {
    const { next } = Page.parse((await pageOf(operation, ours)).body);
    expect(next, 'a list of this kind has one page only: make a second thing').not.toBeNull();
    const answer = await pageOf(operation, theirs, { cursor: next ?? '' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
  });

  function pageOf(operation: Operation, { tenant: { people, teamId } }: Estate, query: { cursor?: string } = {}) {
    const request = requestOf(operation, { path: {}, query: { limit: '1', ...query } });
    return send({ ...request, headers: bearer(people.owner.token, teamId) });
  }
});

test('there is something to try of every kind', () => {
  expect(new Set(closed.map(({ entry }) => entry.auth))).toEqual(new Set(['user', 'team']));
  expect(new Set(naming.flatMap(({ places }) => places.map(({ part }) => part)))).toEqual(
    new Set(['path', 'query', 'body']),
  );
});
