import { describe, expect, test } from 'vitest';
import { publicationTable } from '../../functions/posts/publication-table.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { dueIndex } from '../../functions/runtime/due-index.ts';
import {
  blueskyTarget,
  claim,
  failedOutcome,
  freshPosts,
  later,
  mastodonTarget,
  plannedPost,
  publishedOutcome,
  settle,
  shards,
} from '../support/posts.ts';
import { testTeamId } from '../support/request.ts';

const due = new Date(later);

async function setup(targets = [mastodonTarget()]) {
  const { table, posts, publications } = await freshPosts();
  const planned = plannedPost({ targets });
  await posts.insert(planned);
  const load = () => posts.load(testTeamId, planned.post.id);
  return { table, posts, publications, planned, load, publication: planned.publications[0] };
}

type Publications = Awaited<ReturnType<typeof setup>>['publications'];

const allDue = async (publications: Publications, until: Date) =>
  (
    await Promise.all(Array.from({ length: shards }, (_, shard) => publications.listDue({ shard, until, limit: 100 })))
  ).flat();

const retryError = { code: 'retry_later', message: 'later', action: 'wait', platformCode: null } as const;

describe('claim', () => {
  test('of many deliveries at once, one gets the publication', async () => {
    const { publications, publication } = await setup();
    if (!publication) throw new Error('nothing planned');
    const tries = Array.from({ length: 20 }, () =>
      publications.claim(publication, { now: due, until: due, leaseSeconds: 60 }),
    );
    const claimed = (await Promise.all(tries)).filter((one) => 'claimed' in one);
    expect(claimed).toMatchObject([{ claimed: { state: 'publishing', attempts: 1 } }]);
  });

  test('is refused before the time', async () => {
    const { publications, publication } = await setup();
    const early = addSeconds(due, -2);
    await expect(claim(publications, publication, early)).rejects.toThrow('not claimed');
  });

  test('passes on when the lease of a dead publisher is over', async () => {
    const { publications, publication } = await setup();
    await claim(publications, publication);
    await expect(claim(publications, publication, addSeconds(due, 69))).rejects.toThrow('not claimed');
    expect(await claim(publications, publication, addSeconds(due, 71))).toMatchObject({ attempts: 2 });
  });

  test('is refused for a settled and for an unknown publication, and makes no row', async () => {
    const { publications, publication, table } = await setup();
    await settle(publications, publication, publishedOutcome);
    await expect(claim(publications, publication, addSeconds(due, 999))).rejects.toThrow('not claimed');
    const stranger = plannedPost().publications[0];
    await expect(claim(publications, stranger)).rejects.toThrow('not claimed');
    expect((await table.rows()).filter(({ entity }) => entity === 'publication')).toHaveLength(1);
  });
});

describe('postpone', () => {
  test('gives the publication back for a later time, also when the SDK sends it twice', async () => {
    const { publications, publication, load } = await setup();
    const claimed = await claim(publications, publication);
    const at = addSeconds(due, 30);
    await publications.postpone(claimed, { at, error: retryError, inDoubt: false });
    await publications.postpone(claimed, { at: addSeconds(at, 30), error: retryError, inDoubt: false });
    expect((await load()).publications).toMatchObject([
      {
        state: 'scheduled',
        nextAttemptAt: at.toISOString(),
        attempts: 1,
        error: retryError,
        publishAt: later,
      },
    ]);
    expect(await allDue(publications, addSeconds(due, 29))).toEqual([]);
    expect(await allDue(publications, at)).toHaveLength(1);
    expect(await claim(publications, publication, at)).toMatchObject({ attempts: 2 });
  });

  test('by a publisher that lost its lease changes nothing', async () => {
    const { publications, publication, load } = await setup();
    const first = await claim(publications, publication);
    await claim(publications, publication, addSeconds(due, 71));
    await publications.postpone(first, { at: due, error: retryError, inDoubt: false });
    expect((await load()).publications).toMatchObject([{ state: 'publishing' }]);
  });
});

describe('settle', () => {
  test('ends the publication, the summary of the post and the due work', async () => {
    const { publications, publication, load, posts } = await setup();
    expect(await settle(publications, publication, publishedOutcome)).toBe(true);
    expect((await load()).publications).toMatchObject([{ ...publishedOutcome, leaseUntil: '' }]);
    const { posts: found } = await posts.list(testTeamId, { state: 'published', limit: 5 });
    expect(found).toMatchObject([{ state: 'published', targets: [{ state: 'published', platformPostId: '42' }] }]);
    expect(await allDue(publications, addSeconds(due, 9999))).toEqual([]);
  });

  test('keeps the summary right when all targets of a post settle at the same moment', async () => {
    const targets = Array.from({ length: 8 }, (_, place) => (place % 2 ? mastodonTarget() : blueskyTarget()));
    const { publications, planned, load } = await setup(targets);
    const outcomes = planned.publications.map((one, place) =>
      settle(publications, one, place === 3 ? failedOutcome : publishedOutcome),
    );
    expect(await Promise.all(outcomes)).toEqual(outcomes.map(() => true));
    const { post } = await load();
    expect(post.state).toBe('partially_published');
    expect(post.targets.filter(({ state }) => state === 'published')).toHaveLength(7);
    expect(post.revision).toBe(1 + targets.length);
  });

  test('by a publisher that lost its lease changes nothing', async () => {
    const { publications, publication, table } = await setup();
    const lost = await claim(publications, publication);
    await claim(publications, publication, addSeconds(due, 71));
    const before = await table.rows();
    expect(await publications.settle(lost, failedOutcome)).toBe(false);
    expect(await table.rows()).toEqual(before);
  });

  test('that dies between its writes leaves the publication due, and the next one ends it', async () => {
    const { table, publications, publication, load } = await setup();
    const claimed = await claim(publications, publication);
    const dying = publicationTable({ ...table, update: diesAt(2, table.update) }, dueIndex('DUE', shards));
    await expect(dying.settle(claimed, publishedOutcome)).rejects.toThrow('died');
    expect((await load()).post).toMatchObject({ state: 'published', revision: 2 });
    expect(await allDue(publications, due)).toHaveLength(1);
    const again = await claim(publications, publication, addSeconds(due, 71));
    expect(await publications.settle(again, publishedOutcome)).toBe(true);
    expect(await load()).toMatchObject({ post: { revision: 2 }, publications: [{ state: 'published' }] });
  });

  test('is told by a write that the SDK had to send twice', async () => {
    const { table, publications, publication, load } = await setup();
    const claimed = await claim(publications, publication);
    const lossy = publicationTable({ ...table, update: sentTwice(table.update) }, dueIndex('DUE', shards));
    expect(await lossy.settle(claimed, publishedOutcome)).toBe(true);
    expect(await load()).toMatchObject({ post: { revision: 2 }, publications: [{ state: 'published' }] });
  });
});

type Update = Awaited<ReturnType<typeof setup>>['table']['update'];

/** Does all calls but the n-th. */
function diesAt(call: number, update: Update): Update {
  let calls = 0;
  return async (...change) => {
    calls += 1;
    if (calls === call) throw new Error('died');
    return update(...change);
  };
}

/** The answer of each first call is lost on the way. */
const sentTwice =
  (update: Update): Update =>
  async (...change) => {
    await update(...change);
    return update(...change);
  };
