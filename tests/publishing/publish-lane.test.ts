import { describe, expect, test } from 'vitest';
import {
  type Adapter,
  PlatformRefused,
  type PublishOutcome,
  type Reconciled,
  type RefusalKind,
} from '../../functions/platforms/public.ts';
import { laneTable } from '../../functions/posts/lane-table.ts';
import { attemptTable } from '../../functions/publishing/attempt-table.ts';
import { publishingWorkers } from '../../functions/publishing/contract.ts';
import { publishLane } from '../../functions/publishing/publish-lane.ts';
import { type Lateness, refOf } from '../../functions/publishing/schemas.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { worker } from '../../functions/runtime/worker.ts';
import { acceptedOutcome, scriptedAdapter } from '../support/adapter.ts';
import { lambdaContext, messageOf } from '../support/lambda.ts';
import { openedOf } from '../support/opened-account.ts';
import { claim, freshPosts, later, mastodonTarget, plannedPost, recordingQueue } from '../support/posts.ts';
import { testTeamId } from '../support/request.ts';

const due = new Date(later);
const refused = (kind: RefusalKind, retryAt?: Date): PublishOutcome => ({
  kind: 'refused',
  refusal: { kind, platformCode: '418', message: 'no', ...(retryAt && { retryAt }) },
});
const patient: Lateness = { policy: 'ask', afterMinutes: 360 };
const unknown: PublishOutcome = { kind: 'unknown', message: 'dropped' };

type Setup = Parameters<typeof scriptedAdapter>[0] & {
  connected?: boolean;
  lateness?: Lateness;
  renewEnding?: () => Promise<void>;
};

async function setup({ connected = true, lateness = patient, renewEnding, ...script }: Setup = {}) {
  const { table, posts, publications } = await freshPosts();
  const target = mastodonTarget();
  const planned = plannedPost({ targets: [target] });
  await posts.insert(planned);
  const [publication] = planned.publications;
  if (!publication) throw new Error('nothing planned');
  const platform = scriptedAdapter(script);
  const queue = recordingQueue();
  const clock = { now: due };
  const link: { connected: boolean; paused: boolean | 'after the claim' } = { connected, paused: false };
  const waits: number[] = [];
  const lost: string[] = [];
  const opened = openedOf({ ...target, accountId: '1' });
  const tools = {
    publications,
    posts,
    queue,
    lanes: laneTable(table),
    attempts: attemptTable(table),
    settings: {
      terms: async () => {
        const isPaused = link.paused === true;
        if (link.paused) link.paused = true;
        return { lateness, isPaused };
      },
    },
    adapterFor: async () => platform.adapter,
    accounts: {
      open: async () => (link.connected ? { ...opened, ...(renewEnding && { renewEnding }) } : undefined),
      markNeedsReconnect: async (_team: string, connectionId: string) => void lost.push(connectionId),
    },
    now: () => clock.now,
    wait: async (ms: number) => {
      waits.push(ms);
      clock.now = new Date(clock.now.getTime() + ms);
    },
  };
  const handler = worker(publishingWorkers.publishLane, publishLane, () => tools);
  const { teamId, postId, connectionId } = publication;
  const message = messageOf({ teamId, connectionId });
  const deliver = (now: Date = due) => {
    clock.now = now;
    return handler(message, lambdaContext);
  };
  const load = async () => {
    const {
      post,
      publications: [one],
    } = await posts.load(testTeamId, postId);
    return { post, publication: one, attempts: await tools.attempts.list({ teamId, postId, connectionId }) };
  };
  const handle = platform.adapter.handleFor(due, `${postId}:${connectionId}:${publication.plan}`);
  const disconnect = () => {
    link.connected = false;
  };
  const pause = (paused: boolean | 'after the claim') => {
    link.paused = paused;
  };
  /** A publisher died after the platform's yes, before it settled the publication. */
  const acceptedBefore = async () => {
    const claimed = await claim(publications, publication);
    const beginning = { ...refOf(claimed), part: 0, handle, retryClass: 'idempotent', text: 'Hello', at: due } as const;
    const attempt = await tools.attempts.begin(beginning);
    await tools.attempts.end(attempt, { state: 'accepted', answer: '42', url: acceptedOutcome.url, at: due });
  };
  /** A publisher died during the call. */
  const begun = async () => {
    const claimed = await claim(publications, publication);
    await tools.attempts.begin({
      ...refOf(claimed),
      part: 0,
      handle,
      retryClass: 'idempotent',
      text: 'Hello',
      at: due,
    });
  };
  /** Another post of the same connection. */
  const another = async (publishAt: string, text: string) => {
    const planned = plannedPost({ targets: [target], publishAt, text });
    await posts.insert(planned);
    return planned.post.id;
  };
  return {
    ...platform,
    attempts: tools.attempts,
    handle,
    acceptedBefore,
    begun,
    disconnect,
    pause,
    another,
    posts,
    clock,
    table,
    publications,
    publication,
    queue,
    waits,
    lost,
    deliver,
    load,
    target,
  };
}

describe('publishLane', () => {
  test('publishes a due publication and writes down the attempt and the outcome', async () => {
    const { deliver, load, published } = await setup();
    expect(await deliver(addSeconds(due, 0.25))).toEqual({ batchItemFailures: [] });
    expect(published).toHaveLength(1);
    const { post, publication, attempts } = await load();
    expect(post).toMatchObject({ state: 'published', targets: [{ state: 'published', platformPostId: '42' }] });
    expect(publication).toMatchObject({ state: 'published', latenessMs: 250, url: acceptedOutcome.url });
    expect(attempts).toMatchObject([{ state: 'accepted', answer: '42', handle: published[0]?.handle }]);
  });

  test('waits for the due time when the message comes a moment early', async () => {
    const { deliver, waits, load } = await setup();
    await deliver(addSeconds(due, -0.8));
    expect(waits).toEqual([800]);
    expect((await load()).publication).toMatchObject({ state: 'published', latenessMs: 0 });
  });

  test('a doubled, an early and a stale message change nothing', async () => {
    const { deliver, published, load } = await setup();
    await deliver(addSeconds(due, -60));
    expect(published).toHaveLength(0);
    await Promise.all([deliver(), deliver(), deliver()]);
    await deliver(addSeconds(due, 600));
    expect(published).toHaveLength(1);
    expect((await load()).attempts).toHaveLength(1);
  });

  test('a message that fits no schema goes back to the queue', async () => {
    const { publications } = await setup();
    const handler = worker(publishingWorkers.publishLane, publishLane, () => {
      throw new Error(`never made ${publications.shards}`);
    });
    expect(await handler(messageOf({ postId: 'x' }), lambdaContext)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }],
    });
  });

  test.each([
    ['retry_later', 5],
    ['rate_limited', 60],
  ] as const)('tries again after %s, with a hint to the queue', async (kind, pause) => {
    const { deliver, load, queue, published } = await setup({ outcomes: [refused(kind), acceptedOutcome] });
    await deliver();
    const { publication, attempts } = await load();
    const nextAttemptAt = addSeconds(due, pause).toISOString();
    expect(publication).toMatchObject({
      state: 'scheduled',
      nextAttemptAt,
      error: { code: kind, action: 'wait' },
    });
    expect(attempts).toMatchObject([{ state: 'refused', answer: `${kind} 418: no` }]);
    expect(queue.sent).toMatchObject([{ delaySeconds: pause }]);
    await deliver(addSeconds(due, pause));
    expect((await load()).publication).toMatchObject({ state: 'published' });
    expect(new Set(published.map(({ handle }) => handle)).size).toBe(1);
  });

  test('waits as long as the platform says, then gives up when the post would come too late', async () => {
    const inTwoHours = addSeconds(due, 7200);
    const { deliver, load } = await setup({ outcomes: [refused('rate_limited', inTwoHours), refused('retry_later')] });
    await deliver();
    expect((await load()).publication).toMatchObject({ nextAttemptAt: inTwoHours.toISOString() });
    await deliver(inTwoHours);
    expect((await load()).post).toMatchObject({ state: 'failed', targets: [{ error: { code: 'retry_later' } }] });
  });

  test.each([
    ['reconnect', 'reconnect'],
    ['content_rejected', 'edit'],
    ['account_restricted', 'check'],
    ['target_gone', 'check'],
  ] as const)('ends after %s with words for the user', async (kind, action) => {
    const { deliver, load, lost, target } = await setup({ outcomes: [refused(kind)] });
    await deliver();
    const { post } = await load();
    expect(post).toMatchObject({ state: 'failed', targets: [{ error: { code: kind, action, platformCode: '418' } }] });
    expect(lost).toEqual(kind === 'reconnect' ? [target.id] : []);
  });

  test('fails without a call when the account was disconnected', async () => {
    const { deliver, load, published } = await setup({ connected: false });
    await deliver();
    expect(published).toEqual([]);
    expect((await load()).post.targets).toMatchObject([{ state: 'failed', error: { code: 'connection_removed' } }]);
  });

  test('after an unknown outcome sends again with the same handle while the platform knows it', async () => {
    const { deliver, load, published, reconciliations } = await setup({ outcomes: [unknown, acceptedOutcome] });
    await deliver();
    expect((await load()).publication).toMatchObject({
      state: 'scheduled',
      error: { code: 'unknown_outcome' },
    });
    await deliver(addSeconds(due, 5));
    expect(published.map(({ handle }) => handle)).toEqual([published[0]?.handle, published[0]?.handle]);
    expect(reconciliations).toEqual([]);
    expect((await load()).post.state).toBe('published');
  });

  test('when the handle is no longer known, takes the proof of the platform instead of sending again', async () => {
    const proof: Reconciled = { ...acceptedOutcome, kind: 'published' };
    const { deliver, load, published } = await setup({ outcomes: [unknown], reconciled: proof, handleValidSeconds: 1 });
    await deliver();
    await deliver(addSeconds(due, 5));
    expect(published).toHaveLength(1);
    expect((await load()).publication).toMatchObject({ state: 'published', publishedAt: later, latenessMs: 0 });
  });

  test('sends again when the platform proves that nothing got through', async () => {
    const { deliver, load, published } = await setup({
      outcomes: [unknown, acceptedOutcome],
      reconciled: { kind: 'absent' },
      handleValidSeconds: 1,
    });
    await deliver();
    await deliver(addSeconds(due, 5));
    expect(published).toHaveLength(2);
    expect((await load()).post.state).toBe('published');
  });

  test('leaves to a person what nothing could prove, and never sends it again', async () => {
    const { deliver, load, published } = await setup({ outcomes: [unknown], handleValidSeconds: 1 });
    let now = due;
    for (let state = ''; state !== 'unconfirmed'; state = (await load()).publication?.state ?? '') {
      await deliver(now);
      now = new Date((await load()).publication?.nextAttemptAt ?? now);
    }
    expect(published).toHaveLength(1);
    expect((await load()).post).toMatchObject({
      state: 'unconfirmed',
      targets: [{ state: 'unconfirmed', error: { action: 'check' } }],
    });
  });

  test('is known by the handle that an unclear answer gave, from then on', async () => {
    const working: PublishOutcome = { kind: 'unknown', message: 'at work on it', handle: 'job 7' };
    const { deliver, load, reconciliations, reconcileBy, published } = await setup({
      outcomes: [working],
      retryClass: 'unprovable',
    });
    await deliver();
    reconcileBy({ ...acceptedOutcome, kind: 'published' });
    await deliver(addSeconds(due, 6));
    expect(reconciliations).toMatchObject([{ prepared: 'job 7' }]);
    expect(published).toHaveLength(1);
    expect((await load()).publication).toMatchObject({ state: 'published' });
  });

  test('that the platform took and gave up has failed, without a doubt, and is sent anew when somebody wants it', async () => {
    const { deliver, load, reconcileBy, published } = await setup({ outcomes: [unknown], retryClass: 'unprovable' });
    await deliver();
    reconcileBy({ kind: 'refused', refusal: { kind: 'content_rejected', platformCode: 'X1', message: 'too dark' } });
    await deliver(addSeconds(due, 6));
    const { publication, attempts } = await load();
    expect(publication).toMatchObject({ state: 'failed', error: { code: 'content_rejected', platformCode: 'X1' } });
    expect(publication).not.toHaveProperty('inDoubt');
    expect(attempts).toMatchObject([{ state: 'refused', answer: expect.stringContaining('too dark') }]);
    expect(published).toHaveLength(1);
  });

  test('of two attempts, what one came to says nothing of the other', async () => {
    let made = 0;
    const { deliver, load, adapter, clock, published } = await setup({
      outcomes: [unknown],
      retryClass: 'provable',
      prepare: async () => ({ kind: 'ready', handle: `container ${++made}` }),
      checkReady: async (_, { prepared }) =>
        prepared === 'container 1' && clock.now > addSeconds(due, 3) ? { kind: 'expired' } : { kind: 'ready' },
    });
    adapter.reconcile = async (_, { prepared }) => {
      if (prepared === 'container 2') return { ...acceptedOutcome, kind: 'published' };
      const refusal = { kind: 'content_rejected', platformCode: 'expired', message: 'expired' } as const;
      return made < 2 ? { kind: 'absent' } : { kind: 'refused', refusal };
    };
    await deliver();
    await deliver(addSeconds(due, 10));
    expect(published.map(({ prepared }) => prepared)).toEqual(['container 1', 'container 2']);
    await deliver(addSeconds(due, 60));
    expect((await load()).publication).toMatchObject({ state: 'published' });
    expect(published).toHaveLength(2);
  });

  test('that the platform gave up for now is prepared and sent anew', async () => {
    const { deliver, load, reconcileBy, published } = await setup({
      outcomes: [unknown, acceptedOutcome],
      retryClass: 'provable',
    });
    await deliver();
    reconcileBy({ kind: 'refused', refusal: { kind: 'retry_later', platformCode: null, message: 'internal' } });
    await deliver(addSeconds(due, 6));
    expect((await load()).publication).toMatchObject({ state: 'scheduled', error: { code: 'retry_later' } });
    await deliver(addSeconds(due, 60));
    expect(published).toHaveLength(2);
    expect(await load()).toMatchObject({
      publication: { state: 'published' },
      attempts: [{ state: 'refused' }, { state: 'accepted' }],
    });
  });

  test('an adapter that fails leaves the outcome unknown, not the publication stuck', async () => {
    const { deliver, load } = await setup({ outcomes: [new Error('bug')] });
    expect(await deliver()).toEqual({ batchItemFailures: [] });
    expect(await load()).toMatchObject({ publication: { state: 'scheduled' }, attempts: [{ state: 'unknown' }] });
  });

  test('goes on where a publisher died before the call', async () => {
    const { deliver, load, publications, publication, published } = await setup();
    await claim(publications, publication);
    await deliver(addSeconds(due, 71));
    expect(published).toHaveLength(1);
    expect((await load()).publication).toMatchObject({ state: 'published', attempts: 2 });
  });

  test('goes on where a publisher died during the call, by the same handle', async () => {
    const { deliver, load, published, begun, handle } = await setup();
    await begun();
    await deliver(addSeconds(due, 71));
    expect(published).toMatchObject([{ handle }]);
    expect((await load()).attempts).toMatchObject([{ state: 'sending' }, { state: 'accepted' }]);
  });

  test('goes on where a publisher died after the call: the ledger has the proof, nothing is sent', async () => {
    const { acceptedBefore, deliver, load, published } = await setup();
    await acceptedBefore();
    await deliver(addSeconds(due, 4000));
    expect(published).toEqual([]);
    expect((await load()).publication).toMatchObject({ state: 'published', platformPostId: '42', publishedAt: later });
  });

  test('believes its ledger also when the account was disconnected since', async () => {
    const { acceptedBefore, deliver, disconnect, load } = await setup();
    await acceptedBefore();
    disconnect();
    await deliver(addSeconds(due, 71));
    expect((await load()).publication).toMatchObject({ state: 'published', platformPostId: '42' });
  });

  test.each([
    ['unknown', undefined, 'unconfirmed'],
    ['absent', { kind: 'absent' }, 'failed'],
    ['published', { ...acceptedOutcome, kind: 'published' }, 'published'],
  ] as const)('a refusal after a lost answer ends as the platform shows it: %s', async (_, reconciled, state) => {
    const { deliver, load } = await setup({
      outcomes: [unknown, refused('content_rejected')],
      ...(reconciled && { reconciled }),
    });
    await deliver();
    await deliver(addSeconds(due, 60));
    expect((await load()).publication).toMatchObject({ state });
  });

  test('an account that was disconnected after a lost answer leaves it to a person', async () => {
    const { deliver, load, disconnect } = await setup({ outcomes: [unknown] });
    await deliver();
    disconnect();
    await deliver(addSeconds(due, 60));
    expect((await load()).publication).toMatchObject({
      state: 'unconfirmed',
      error: { code: 'connection_removed', action: 'check' },
    });
  });

  test('what could not go out for hours is ended, not sent as a surprise', async () => {
    const { deliver, load, published } = await setup();
    await deliver(addSeconds(due, 6 * 3600 + 1));
    expect(published).toEqual([]);
    expect((await load()).post.targets).toMatchObject([
      { state: 'missed', error: { code: 'too_late', action: 'decide' } },
    ]);
  });

  test('a publication without its post is taken out of the due work', async () => {
    const { deliver, table, published } = await setup();
    const [post] = (await table.rows()).filter(({ entity }) => entity === 'post');
    await table.delete({ pk: String(post?.pk), sk: String(post?.sk) });
    await deliver();
    expect(published).toEqual([]);
    expect(await table.rows()).toEqual([]);
  });

  test('what is late is not sent, but an attempt that got through is found all the same', async () => {
    const { deliver, load, published } = await setup({
      outcomes: [unknown],
      reconciled: { ...acceptedOutcome, kind: 'published' },
      lateness: { policy: 'skip', afterMinutes: 10 },
    });
    await deliver();
    await deliver(addSeconds(due, 601));
    expect(published).toHaveLength(1);
    expect((await load()).publication).toMatchObject({ state: 'published' });
  });

  test.each([
    ['skip', 'missed', 'none'],
    ['ask', 'missed', 'decide'],
  ] as const)('late by the policy `%s` is %s, with the action %s', async (policy, state, action) => {
    const { deliver, load, published } = await setup({ lateness: { policy, afterMinutes: 10 } });
    await deliver(addSeconds(due, 601));
    expect(published).toEqual([]);
    expect((await load()).publication).toMatchObject({ state, missedBy: policy, error: { code: 'too_late', action } });
  });

  test('who wants late posts gets them, for a week', async () => {
    const lateness = { policy: 'publish', afterMinutes: 10 } as const;
    const late = await setup({ lateness });
    await late.deliver(addSeconds(due, 6 * 24 * 3600));
    expect((await late.load()).publication).toMatchObject({ state: 'published' });
    const tooLate = await setup({ lateness });
    await tooLate.deliver(addSeconds(due, 8 * 24 * 3600));
    expect((await tooLate.load()).publication).toMatchObject({ state: 'missed' });
  });

  test('while paused nothing is sent or written; after it everything goes on', async () => {
    const { deliver, load, pause, published, table } = await setup();
    pause(true);
    const before = await table.rows();
    await deliver();
    expect(await table.rows()).toEqual(before);
    pause(false);
    await deliver(addSeconds(due, 60));
    expect(published).toHaveLength(1);
    expect((await load()).publication).toMatchObject({ state: 'published', latenessMs: 60_000 });
  });
});

describe('a crisis stop that comes between the look at it and the claim', () => {
  /** The publisher sees no stop before its claim. */
  async function stoppedAfterClaim(script: Setup = {}) {
    const scene = await setup(script);
    const before = (await scene.load()).publication;
    const stopBy = async (now: Date) => {
      scene.pause('after the claim');
      await scene.deliver(now);
      scene.pause(false);
    };
    return { ...scene, before, stopBy };
  }

  test('is seen: the publication goes back as it was, and goes out after it', async () => {
    const { before, deliver, load, published, stopBy } = await stoppedAfterClaim();
    await stopBy(due);
    expect(published).toEqual([]);
    expect((await load()).publication).toMatchObject({ ...before, attempts: 1, state: 'scheduled' });
    await deliver(addSeconds(due, 1));
    expect((await load()).publication).toMatchObject({ state: 'published' });
  });

  test('does not forget that an earlier attempt may have got through', async () => {
    const { deliver, load, published, stopBy } = await stoppedAfterClaim({ outcomes: [unknown] });
    await deliver();
    await stopBy(addSeconds(due, 5));
    expect(published).toHaveLength(1);
    expect((await load()).publication).toMatchObject({ inDoubt: true, error: { code: 'unknown_outcome' } });
  });

  test('does not forget what the ledger is sure of', async () => {
    const { acceptedBefore, load, stopBy } = await stoppedAfterClaim();
    await acceptedBefore();
    await stopBy(addSeconds(due, 71));
    expect((await load()).publication).toMatchObject({ state: 'published', platformPostId: '42' });
  });
});

describe('a lane', () => {
  const texts = (published: readonly { text: string }[]) => published.map(({ text }) => text);

  test('publishes all that is due in order, on one message', async () => {
    const { another, deliver, published } = await setup();
    await another(addSeconds(due, 2).toISOString(), 'third');
    await another(addSeconds(due, 1).toISOString(), 'second');
    await another(addSeconds(due, 60).toISOString(), 'not yet');
    await deliver(addSeconds(due, 3));
    expect(texts(published)).toEqual(['Hello', 'second', 'third']);
  });

  test('keeps the order when many come to it at once', async () => {
    const { another, deliver, published } = await setup();
    for (const place of [1, 2, 3, 4]) await another(addSeconds(due, place).toISOString(), `${place}`);
    const now = addSeconds(due, 10);
    await Promise.all([deliver(now), deliver(now), deliver(now)]);
    await deliver(now);
    expect(texts(published)).toEqual(['Hello', '1', '2', '3', '4']);
  });

  test('waits for a post that is tried again, but not for long', async () => {
    const { another, deliver, published } = await setup({
      outcomes: [refused('retry_later', addSeconds(due, 600)), acceptedOutcome],
    });
    await another(addSeconds(due, 1).toISOString(), 'second');
    await deliver(addSeconds(due, 5));
    expect(texts(published)).toEqual(['Hello']);
    await deliver(addSeconds(due, 121));
    expect(texts(published)).toEqual(['Hello', 'second']);
    await deliver(addSeconds(due, 600));
    expect(texts(published)).toEqual(['Hello', 'second', 'Hello']);
  });

  test('calls a platform that limits the account no sooner than it says, for no post', async () => {
    const { another, deliver, published } = await setup({
      outcomes: [refused('rate_limited', addSeconds(due, 600)), acceptedOutcome],
    });
    await another(addSeconds(due, 1).toISOString(), 'second');
    for (const seconds of [0, 5, 121, 598]) await deliver(addSeconds(due, seconds));
    expect(texts(published)).toEqual(['Hello']);
    await deliver(addSeconds(due, 600));
    expect(texts(published)).toEqual(['Hello', 'Hello', 'second']);
  });

  test('goes on in another invocation when it takes long', async () => {
    const { another, clock, deliver, published, queue } = await setup({
      prepare: async () => {
        clock.now = addSeconds(clock.now, 12);
        return { kind: 'ready' };
      },
    });
    for (const place of [1, 2]) await another(addSeconds(due, place).toISOString(), `${place}`);
    await deliver(addSeconds(due, 5));
    expect(texts(published)).toEqual(['Hello', '1']);
    expect(queue.sent).toHaveLength(1);
    await deliver(addSeconds(due, 50));
    expect(texts(published)).toEqual(['Hello', '1', '2']);
  });
});

describe('while a call may still be at work on the platform', () => {
  /** A publisher died in the middle of the call, and its lease is over before the platform is done. */
  async function slowCall(reconciled: Reconciled) {
    const scene = await setup({ unknownPauseSeconds: 90, reconciled });
    await scene.begun();
    return scene;
  }

  test('no second one follows, whatever the class of the platform and whatever it shows', async () => {
    const { deliver, load, published } = await slowCall({ kind: 'absent' });
    await deliver(addSeconds(due, 75));
    expect(published).toEqual([]);
    expect((await load()).publication).toMatchObject({ state: 'scheduled', inDoubt: true });
    await deliver(new Date((await load()).publication?.nextAttemptAt ?? 0));
    expect(published).toHaveLength(1);
    expect((await load()).publication).toMatchObject({ state: 'published' });
  });

  test('a post that is there already is believed', async () => {
    const { deliver, load, published } = await slowCall({ ...acceptedOutcome, kind: 'published' });
    await deliver(addSeconds(due, 75));
    expect(published).toEqual([]);
    expect((await load()).publication).toMatchObject({ state: 'published' });
  });

  test('a post that is too late is in doubt, not missed', async () => {
    const scene = await setup({
      ...{ unknownPauseSeconds: 90, reconciled: { kind: 'absent' }, outcomes: [unknown] },
      lateness: { policy: 'skip', afterMinutes: 1 },
    });
    await scene.begun();
    await scene.deliver(addSeconds(due, 75));
    expect((await scene.load()).publication).toMatchObject({ state: 'unconfirmed', error: { code: 'too_late' } });
  });
});

describe('tokens that may end during the call', () => {
  const refusing = (kind: RefusalKind) => async () => {
    throw new PlatformRefused({ kind, platformCode: null, message: 'no' });
  };

  test('are renewed before the ledger says that something is sent', async () => {
    const seen: unknown[] = [];
    const scene = await setup({ renewEnding: async () => void seen.push((await scene.load()).attempts) });
    await scene.deliver();
    expect(seen).toEqual([[]]);
    expect((await scene.load()).publication).toMatchObject({ state: 'published' });
  });

  test('and cannot be renewed: nothing was sent, so the post has failed and nothing is in doubt', async () => {
    const { deliver, load, published, lost, target } = await setup({ renewEnding: refusing('reconnect') });
    await deliver();
    expect(published).toEqual([]);
    expect(await load()).toMatchObject({
      publication: { state: 'failed', error: { code: 'reconnect' } },
      attempts: [],
    });
    expect(lost).toEqual([target.id]);
  });

  test('and the platform has no time for it: the post waits', async () => {
    const { deliver, load } = await setup({ renewEnding: refusing('retry_later') });
    await deliver();
    expect(await load()).toMatchObject({ publication: { state: 'scheduled', attempts: 1 }, attempts: [] });
  });

  test('are not needed for what the ledger knows to be out', async () => {
    const { acceptedBefore, deliver, load } = await setup({ renewEnding: refusing('reconnect') });
    await acceptedBefore();
    await deliver(addSeconds(due, 4000));
    expect((await load()).publication).toMatchObject({ state: 'published', platformPostId: '42' });
  });
});

describe('the retry class of a platform', () => {
  test.each(['provable', 'duplicate_refused', 'unprovable'] as const)(
    '%s: after a lost answer the account is looked at first, and nothing is sent that is there',
    async (retryClass) => {
      const { deliver, load, published } = await setup({
        retryClass,
        outcomes: [unknown],
        reconciled: { ...acceptedOutcome, kind: 'published' },
      });
      await deliver();
      await deliver(addSeconds(due, 5));
      expect(published).toHaveLength(1);
      expect((await load()).publication).toMatchObject({ state: 'published' });
    },
  );

  test.each([
    ['provable', 1],
    ['unprovable', 1],
    ['duplicate_refused', 2],
  ] as const)('%s: what cannot be told is sent %i times', async (retryClass, times) => {
    const { deliver, published } = await setup({ retryClass, outcomes: [unknown, acceptedOutcome] });
    await deliver();
    await deliver(addSeconds(due, 5));
    expect(published).toHaveLength(times);
  });

  test('may be worse for single posts', async () => {
    const { deliver, load, published } = await setup({
      retryClass: 'duplicate_refused',
      retryClassOf: () => 'unprovable',
      outcomes: [unknown, acceptedOutcome],
    });
    await deliver();
    await deliver(addSeconds(due, 5));
    expect(published).toHaveLength(1);
    expect((await load()).attempts).toMatchObject([{ retryClass: 'unprovable' }]);
  });
});

describe('preparing', () => {
  const containers = () => {
    const made: string[] = [];
    const prepare = async () => {
      made.push(`container-${made.length}`);
      return { kind: 'ready', handle: made.at(-1) ?? '' } as const;
    };
    return { made, prepare };
  };

  test('comes before the call, and what was prepared is kept in the ledger', async () => {
    const { prepare } = containers();
    const { deliver, load, published } = await setup({ retryClass: 'provable', prepare });
    await deliver();
    expect(published).toMatchObject([{ prepared: 'container-0' }]);
    expect((await load()).attempts).toMatchObject([{ state: 'accepted', prepared: 'container-0' }]);
  });

  test('is not repeated while the platform is still processing', async () => {
    const { made, prepare } = containers();
    const answers = [{ kind: 'wait', seconds: 20 } as const, { kind: 'ready' } as const];
    const { deliver, load, published } = await setup({
      retryClass: 'provable',
      prepare,
      checkReady: async () => answers.shift() ?? { kind: 'ready' },
    });
    await deliver();
    expect(published).toEqual([]);
    expect((await load()).publication).toMatchObject({ state: 'scheduled', error: { code: 'retry_later' } });
    await deliver(addSeconds(due, 20));
    expect(made).toHaveLength(1);
    expect(published).toMatchObject([{ prepared: 'container-0' }]);
    expect((await load()).attempts).toMatchObject([{ state: 'accepted' }]);
  });

  test('is repeated after the platform refused what was prepared', async () => {
    const { prepare } = containers();
    const { deliver, published } = await setup({
      retryClass: 'provable',
      prepare,
      outcomes: [refused('retry_later'), acceptedOutcome],
    });
    await deliver();
    await deliver(addSeconds(due, 5));
    expect(published).toMatchObject([{ prepared: 'container-0' }, { prepared: 'container-1' }]);
  });

  test('after a lost answer the same container is published again when it was surely not', async () => {
    const { made, prepare } = containers();
    const { deliver, published } = await setup({
      retryClass: 'provable',
      prepare,
      outcomes: [unknown, acceptedOutcome],
      reconciled: { kind: 'absent' },
    });
    await deliver();
    await deliver(addSeconds(due, 5));
    expect(made).toHaveLength(1);
    expect(published).toMatchObject([{ prepared: 'container-0' }, { prepared: 'container-0' }]);
  });

  test('that fails or is refused publishes nothing', async () => {
    const broken = await setup({ prepare: async () => Promise.reject(new Error('bug')) });
    await broken.deliver();
    expect(broken.published).toEqual([]);
    expect((await broken.load()).publication).toMatchObject({ state: 'scheduled' });
    const rejected = await setup({
      checkReady: async () => ({
        kind: 'refused',
        refusal: { kind: 'content_rejected', platformCode: '1', message: 'too long a video' },
      }),
    });
    await rejected.deliver();
    expect(rejected.published).toEqual([]);
    expect((await rejected.load()).publication).toMatchObject({ state: 'failed', error: { action: 'edit' } });
  });
});

describe('uploading', () => {
  type Uploaded = Awaited<ReturnType<NonNullable<Adapter['upload']>>>;

  /** A platform that answers each run of an upload in order, and says ready after that. */
  function uploads(...answers: (Uploaded | Error)[]) {
    const steps: string[] = [];
    let sessions = 0;
    const script = {
      retryClass: 'provable',
      prepare: async () => {
        steps.push('prepare');
        return { kind: 'ready', handle: `session-${sessions++}` } as const;
      },
      upload: async (_: unknown, { prepared }: { prepared?: string | undefined }) => {
        steps.push(`upload ${prepared}`);
        const answer = answers.shift() ?? ({ kind: 'ready' } as const);
        if (answer instanceof Error) throw answer;
        return answer;
      },
      checkReady: async () => {
        steps.push('checkReady');
        return { kind: 'ready' } as const;
      },
    } as const;
    return { steps, script };
  }

  test('comes after preparing is written down, and before the platform is asked whether it is ready', async () => {
    const { steps, script } = uploads();
    const kept: unknown[] = [];
    const scene: Awaited<ReturnType<typeof setup>> = await setup({
      ...script,
      upload: async (account, publication) => {
        kept.push(...(await scene.load()).attempts);
        return script.upload(account, publication);
      },
    });
    await scene.deliver();
    expect(steps).toEqual(['prepare', 'upload session-0', 'checkReady']);
    expect(kept).toMatchObject([{ state: 'prepared', prepared: 'session-0' }]);
    expect(scene.published).toMatchObject([{ prepared: 'session-0' }]);
    expect((await scene.load()).attempts).toMatchObject([{ state: 'accepted', prepared: 'session-0' }]);
  });

  test('goes on in the next run with what was prepared', async () => {
    const { steps, script } = uploads({ kind: 'wait', seconds: 8 }, { kind: 'wait', seconds: 8 });
    const { deliver, load, published, queue } = await setup(script);
    await deliver();
    expect(published).toEqual([]);
    expect((await load()).publication).toMatchObject({
      state: 'scheduled',
      nextAttemptAt: addSeconds(due, 8).toISOString(),
    });
    expect(queue.sent).toMatchObject([{ delaySeconds: 8 }]);
    await deliver(addSeconds(due, 8));
    expect(published).toEqual([]);
    await deliver(addSeconds(due, 30));
    expect(steps).toEqual(['prepare', 'upload session-0', 'upload session-0', 'upload session-0', 'checkReady']);
    expect(published).toMatchObject([{ prepared: 'session-0' }]);
    expect((await load()).attempts).toMatchObject([{ state: 'accepted', prepared: 'session-0' }]);
  });

  test('keeps how far it came where the platform does not tell', async () => {
    const { steps, script } = uploads(
      { kind: 'wait', seconds: 8, handle: 'session-0 half' },
      { kind: 'ready', handle: 'session-0 whole' },
    );
    const { deliver, load, published } = await setup(script);
    await deliver();
    expect((await load()).attempts).toMatchObject([{ state: 'prepared', prepared: 'session-0 half' }]);
    await deliver(addSeconds(due, 8));
    expect(steps).toEqual(['prepare', 'upload session-0', 'upload session-0 half', 'checkReady']);
    expect(published).toMatchObject([{ prepared: 'session-0 whole' }]);
    expect((await load()).attempts).toMatchObject([{ state: 'accepted', prepared: 'session-0 whole' }]);
  });

  test('goes on at its own pace, however many runs it takes', async () => {
    const runs = 30;
    const { steps, script } = uploads(...Array.from({ length: runs }, () => ({ kind: 'wait', seconds: 8 }) as const));
    const { deliver, load } = await setup(script);
    for (let run = 0; run <= runs; run++) await deliver(addSeconds(due, run * 8));
    expect(steps).toHaveLength(1 + runs + 2);
    expect((await load()).publication).toMatchObject({ state: 'published' });
  });

  test('that never ends fails with the day', async () => {
    const endless = { kind: 'wait', seconds: 3600 } as const;
    const { script } = uploads(...Array.from({ length: 9 }, () => endless));
    const { deliver, load } = await setup(script);
    for (let run = 0; run <= 7; run++) await deliver(addSeconds(due, run * 3600));
    expect((await load()).publication).toMatchObject({
      state: 'failed',
      error: { code: 'retry_later', action: 'retry' },
    });
  });

  test('that took long leaves the call itself to a run of its own', async () => {
    const { clock, deliver, published, load } = await setup({
      prepare: async () => ({ kind: 'ready', handle: 'session' }),
      checkReady: async () => {
        if (clock.now < addSeconds(due, 5)) clock.now = addSeconds(clock.now, 25);
        return { kind: 'ready' };
      },
    });
    await deliver();
    expect(published).toEqual([]);
    expect((await load()).attempts).toMatchObject([{ state: 'prepared' }]);
    await deliver(addSeconds(due, 30));
    expect(published).toHaveLength(1);
  });

  test('that came to nothing is not used again by another try', async () => {
    const refusal = { kind: 'content_rejected', platformCode: 'ERROR', message: 'no video' } as const;
    const { script } = uploads({ kind: 'refused', refusal });
    const { deliver, load } = await setup(script);
    await deliver();
    expect((await load()).attempts).toMatchObject([{ state: 'refused', prepared: 'session-0' }]);
  });

  test('to a session that has ended begins anew', async () => {
    const { steps, script } = uploads({ kind: 'wait', seconds: 8 }, { kind: 'expired' });
    const { deliver, load, published } = await setup(script);
    await deliver();
    await deliver(addSeconds(due, 8));
    expect(steps).toEqual([
      ...['prepare', 'upload session-0'],
      ...['upload session-0', 'prepare', 'upload session-1', 'checkReady'],
    ]);
    expect(published).toMatchObject([{ prepared: 'session-1' }]);
    expect((await load()).publication).toMatchObject({ state: 'published' });
  });

  test('to sessions that end at once is tried again later, not for ever', async () => {
    const { steps, script } = uploads({ kind: 'expired' }, { kind: 'expired' }, { kind: 'expired' });
    const { deliver, load, published } = await setup(script);
    await deliver();
    expect(steps).toEqual(['prepare', 'upload session-0']);
    expect((await load()).publication).toMatchObject({ state: 'scheduled', error: { code: 'retry_later' } });
    await deliver(addSeconds(due, 5));
    expect(steps.slice(2)).toEqual(['upload session-0', 'prepare', 'upload session-1']);
    expect(published).toEqual([]);
  });

  test('that is refused ends the publication; one that fails is tried again', async () => {
    const refusal = { kind: 'content_rejected', platformCode: '1', message: 'too large a file' } as const;
    const rejected = await setup(uploads({ kind: 'refused', refusal }).script);
    await rejected.deliver();
    expect(rejected.published).toEqual([]);
    expect((await rejected.load()).publication).toMatchObject({ state: 'failed', error: { action: 'edit' } });
    const broken = await setup(uploads(new Error('bug')).script);
    await broken.deliver();
    expect((await broken.load()).publication).toMatchObject({ state: 'scheduled' });
    await broken.deliver(addSeconds(due, 5));
    expect(broken.published).toMatchObject([{ prepared: 'session-0' }]);
  });
});
