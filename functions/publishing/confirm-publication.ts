import type * as z from 'zod';
import type { PublicationError } from '../posts/contract.ts';
import { type Decision, partsOfPublicationId, publicationTable, type StoredPublication } from '../posts/public.ts';
import { now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { endpoint } from '../runtime/endpoint.ts';
import { type Attempt, type AttemptTable, attemptTable } from './attempt-table.ts';
import { publishingContract } from './contract.ts';
import { type DecideTools, decide } from './decide.ts';
import { givenUpInDoubt } from './give-up.ts';
import { latenessOf } from './lateness.ts';
import { isOpenSince } from './ledger.ts';
import { publicationView } from './publication-view.ts';

type Tools = DecideTools & { attempts: Pick<AttemptTable, 'listLatest'> };
type Confirmation = z.output<typeof publishingContract.confirmPublication.body>;
type Found = Extract<Confirmation, { url: string }>;
type Choice = Omit<Decision, 'at'>;
type Seen = { tried: readonly Attempt[]; at: Date };

export async function confirmPublication(
  { path, body, caller }: Call<typeof publishingContract.confirmPublication>,
  tools: Tools,
) {
  const ref = { teamId: caller.teamId, ...partsOfPublicationId(path.publicationId) };
  const tried = await tools.attempts.listLatest(ref);
  const choose = (publication: StoredPublication, at: Date) =>
    'url' in body ? isOut(publication, { ...body, tried, at }) : isNotOut(at);
  return publicationView(await decide(ref, choose, tools), tried);
}

/** Out since the first attempt that may have made it. What follows it in a thread can only answer what has a known id. */
function isOut(publication: StoredPublication, { url, platformPostId, tried, at }: Found & Seen): Choice {
  const { clearedAt, parts: before = [], partCount = 1, attempts, error } = publication;
  const open = tried.filter((attempt) => isOpenSince(attempt, clearedAt));
  // Of a thread it is the part that was tried last.
  const sentAt = open.find(({ handle }) => handle === open.at(-1)?.handle)?.sendingAt;
  const calledAt = sentAt === undefined ? at : new Date(sentAt);
  const latenessMs = latenessOf(publication, calledAt);
  const found = { url, platformPostId, latenessMs, publishedAt: calledAt.toISOString() };
  const parts = [...before, found];
  const set = { ...(partCount > 1 && { parts }), error: undefined, inDoubt: undefined };
  const dueAt = at.toISOString();
  const isGivenUp = error?.code === givenUpInDoubt.code;
  if (platformPostId !== undefined && parts.length < partCount && !isGivenUp)
    return { name: 'goOn', set: { ...set, dueAt, nextAttemptAt: dueAt, attemptsBefore: attempts } };
  return { name: 'confirmPublished', set: { ...(before[0] ?? found), ...set } };
}

const isNotOut = (at: Date): Choice => ({
  name: 'confirmAbsent',
  set: { clearedAt: at.toISOString(), error: notPublished, inDoubt: undefined },
});

const notPublished: PublicationError = {
  code: 'not_published',
  message: 'Somebody looked at the account: the post is not there.',
  action: 'retry',
  platformCode: null,
};

export const handler = endpoint(publishingContract.confirmPublication, confirmPublication, () => ({
  publications: publicationTable(),
  attempts: attemptTable(),
  now,
}));
