import { describe, expect, test } from 'vitest';
import { PublicationState } from '../../functions/posts/contract.ts';
import { publicationKey, publicationRow } from '../../functions/posts/post-rows.ts';
import type { StoredPublication } from '../../functions/posts/publication.ts';
import type { Decision, Outcome } from '../../functions/posts/publication-table.ts';
import { replan } from '../../functions/posts/replan.ts';
import { allows, isSettled, type TransitionName, transitions } from '../../functions/posts/transitions.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { dueIndex } from '../../functions/runtime/due-index.ts';
import { Fault } from '../../functions/runtime/fault.ts';
import {
  failedOutcome,
  freshPosts,
  later,
  mastodonTarget,
  noon,
  plannedPost,
  publishedOutcome,
  recordingQueue,
  shards,
  targetFinder,
} from '../support/posts.ts';

const target = mastodonTarget();
const error = { code: 'test', message: 'no', action: 'none', platformCode: null } as const;

type Scene = Awaited<ReturnType<typeof setup>>;
type Attempt = (scene: Scene) => Promise<boolean>;

/** A publication that is due an hour after noon, in a given state, with a publisher's lease of long ago or a live one. */
async function setup(state: PublicationState, lease: Pick<StoredPublication, 'leaseUntil'> = { leaseUntil: '' }) {
  const { table, posts, publications, lanes } = await freshPosts();
  const planned = plannedPost({ targets: [target] });
  await posts.insert(planned);
  const [publication] = planned.publications;
  if (!publication) throw new Error('nothing planned');
  const stored: StoredPublication = { ...publication, state, ...lease, leaseId: 'lease_1', attempts: 1 };
  await table.put(publicationRow(stored, dueIndex('DUE', shards)));
  const find = () => table.get(publicationKey(publication));
  return { table, posts, publications, lanes, stored, find };
}

const settled =
  (outcome: Outcome): Attempt =>
  ({ publications, stored }) =>
    publications.settle(stored, outcome);

const decided =
  (name: TransitionName, set: Decision['set'] = {}): Attempt =>
  async ({ publications, stored }) =>
    (await publications.decide(stored, { name, set, at: noon })) !== undefined;

/** Planned anew for `publishAt`, as a change of the post does it. */
const planned =
  (publishAt: Date): Attempt =>
  async ({ posts, lanes, stored }) => {
    const tools = { posts, lanes, connections: targetFinder(target), queue: recordingQueue() };
    const before = await posts.load(stored.teamId, stored.postId);
    const wish = { publishAt: publishAt.toISOString() };
    return replan(before, wish, tools, { now: noon, expectedRevision: undefined }).then(
      () => true,
      (refusal) => {
        if (refusal instanceof Fault) return false;
        throw refusal;
      },
    );
  };

/** How each transition is made on the table. */
const attempts: Record<TransitionName, Attempt> = {
  schedule: planned(addSeconds(noon, 7200)),
  queue: planned(noon),
  claim: async ({ publications, stored }) => {
    const until = new Date(later);
    return 'claimed' in (await publications.claim(stored, { now: noon, until, leaseSeconds: 70 }));
  },
  postpone: async ({ publications, stored, find }) => {
    const at = addSeconds(new Date(later), 7);
    await publications.postpone(stored, { at, inDoubt: false });
    return (await find())?.nextAttemptAt === at.toISOString();
  },
  succeed: settled(publishedOutcome),
  refuse: settled(failedOutcome),
  doubt: settled({ state: 'unconfirmed', error }),
  miss: settled({ state: 'missed', error, missedBy: 'skip' }),
  cancel: decided('cancel'),
  cutShort: decided('cutShort', { publishedAt: noon.toISOString() }),
  goOn: decided('goOn'),
  abandon: decided('abandon'),
  retry: decided('retry'),
  confirmPublished: decided('confirmPublished', { publishedAt: noon.toISOString() }),
  confirmAbsent: decided('confirmAbsent'),
};

const names = Object.keys(attempts) as TransitionName[];
const pairs = PublicationState.options.flatMap((state) => names.map((name) => [state, name] as const));

describe('each transition from each state is made by the table just where it is allowed', () => {
  test.each(pairs)('%s: %s', async (state, name) => {
    const scene = await setup(state);
    const before = await scene.table.rows();
    // What would be planned anew over a dead publisher waits until somebody has found out what it did.
    const isAllowed = allows(name, state);
    expect(await attempts[name](scene)).toBe(isAllowed);
    const after = await scene.find();
    if (!isAllowed) return expect(await scene.table.rows()).toEqual(before);
    expect(after?.state).toBe(transitions[name].to);
    const isWork = !isSettled(transitions[name].to);
    expect(['gsi1pk', 'gsi1sk', 'gsi3pk', 'gsi3sk'].map((key) => key in (after ?? {}))).toEqual([
      isWork,
      isWork,
      isWork,
      isWork,
    ]);
  });
});

describe('while a publisher is at work, only itself moves its publication:', () => {
  const itsOwn: readonly TransitionName[] = ['postpone', 'succeed', 'refuse', 'doubt', 'miss'];

  test.each(names)('%s', async (name) => {
    const scene = await setup('publishing', { leaseUntil: addSeconds(noon, 60).toISOString() });
    expect(await attempts[name](scene)).toBe(itsOwn.includes(name));
  });
});
