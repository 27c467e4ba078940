import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Adapter, type ConnectedAccount, PlatformRefused } from '../../functions/platforms/adapter.ts';
import type { AdapterTools } from '../../functions/platforms/answer.ts';
import { outgoing } from '../../functions/runtime/http.ts';
import type { Sandbox } from '../../local/platforms/sandbox-platform.ts';
import { calls, keptAccount, sandboxControl } from '../support/sandbox.ts';

export type AdapterCase = {
  start: () => Promise<Sandbox>;
  connect: (server: string) => Promise<ConnectedAccount>;
  adapterOver: (tools: AdapterTools) => Adapter;
  operations: { publish: string; list: string; metrics: string; revoke: string };
  /** What a platform does when the access token has expired: the account is lost, or its session renews itself. */
  expired: 'lost' | 'renewed';
  urlPattern: RegExp;
};

const impatient: AdapterTools = { ...calls, http: (call) => calls.http({ ...call, timeoutMs: 300 }) };

/** What every adapter does, whatever its platform. */
export function adapterSuite(name: string, it: AdapterCase) {
  let sandbox: Sandbox;
  let control: ReturnType<typeof sandboxControl>;
  let connected: ConnectedAccount;
  const adapter = it.adapterOver(calls);
  const { publish: operation } = it.operations;
  const { readMetrics = async () => new Map(), revoke = async () => undefined } = adapter;
  beforeAll(async () => {
    sandbox = await it.start();
    control = sandboxControl(sandbox.url);
    connected = await it.connect(sandbox.url);
  });
  afterAll(() => sandbox.stop());
  beforeEach(() => control.clear());

  let made = 0;
  const publication = () => {
    made += 1;
    return { text: `Good news ${made}`, handle: adapter.handleFor(new Date(), `post ${made}`) };
  };
  const attempt = () => ({ ...publication(), attemptedAt: new Date() });

  describe(`${name}: publishing`, () => {
    test('is accepted, with the post’s id and address', async () => {
      const post = publication();
      const outcome = await adapter.publish(keptAccount(connected).account, post);
      expect(outcome).toMatchObject({ kind: 'accepted', platformPostId: expect.any(String) });
      expect(outcome).toMatchObject({ url: expect.stringMatching(it.urlPattern) });
      expect(await control.posts()).toMatchObject([{ text: post.text }]);
    });

    test('twice by the same handle gives one post and the same answer', async () => {
      const { account } = keptAccount(connected);
      const post = publication();
      const first = await adapter.publish(account, post);
      expect(await adapter.publish(account, post)).toEqual(first);
      expect(await control.posts()).toMatchObject([{ arrivals: [expect.any(String), expect.any(String)] }]);
    });

    test('the same text by another handle gives another post', async () => {
      const { account } = keptAccount(connected);
      const { text } = publication();
      await adapter.publish(account, { text, handle: adapter.handleFor(new Date(), 'one') });
      await adapter.publish(account, { text, handle: adapter.handleFor(new Date(), 'two') });
      expect(await control.posts()).toHaveLength(2);
    });

    test.each(['drop_after', 'malformed'] as const)('is unknown after %s, and found out', async (kind) => {
      const { account } = keptAccount(connected);
      const post = attempt();
      await control.fail({ operation, kind });
      expect(await adapter.publish(account, post)).toMatchObject({ kind: 'unknown' });
      const found = await adapter.reconcile(account, post);
      expect(found).toMatchObject({ kind: 'published' });
      expect(await adapter.publish(account, post)).toEqual({ ...found, kind: 'accepted' });
      expect(await control.posts()).toHaveLength(1);
    });

    test('is unknown when the connection ends before it, and found absent', async () => {
      const { account } = keptAccount(connected);
      const post = attempt();
      await control.fail({ operation, kind: 'drop_before' });
      expect(await adapter.publish(account, post)).toMatchObject({ kind: 'unknown' });
      expect(await adapter.reconcile(account, post)).toEqual({ kind: 'absent' });
    });

    test('is unknown when the answer takes too long, and one post by the same handle', async () => {
      const { account } = keptAccount(connected);
      const post = publication();
      await control.fail({ operation, kind: 'delay', delayMs: 600 });
      expect(await it.adapterOver(impatient).publish(account, post)).toMatchObject({ kind: 'unknown' });
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect(await adapter.publish(account, post)).toMatchObject({ kind: 'accepted' });
      expect(await control.posts()).toHaveLength(1);
    });

    test('waits for a slow answer', async () => {
      await control.fail({ operation, kind: 'delay', delayMs: 400 });
      expect(await adapter.publish(keptAccount(connected).account, publication())).toMatchObject({ kind: 'accepted' });
    });

    test('is refused until the platform says, when there were too many', async () => {
      await control.fail({ operation, kind: 'rate_limit', retryAfterSeconds: 90 });
      const outcome = await adapter.publish(keptAccount(connected).account, publication());
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'rate_limited', retryAt: expect.any(Date) } });
      const retryAt = outcome.kind === 'refused' ? outcome.refusal.retryAt?.getTime() : undefined;
      expect(Math.abs((retryAt ?? 0) - Date.now() - 90_000)).toBeLessThan(5_000);
    });

    test.each([500, 502, 503])('is unknown after status %i, for it may have been taken', async (status) => {
      await control.fail({ operation, kind: 'error', status });
      expect(await adapter.publish(keptAccount(connected).account, publication())).toMatchObject({ kind: 'unknown' });
    });

    test('is refused for a while when nobody listens', async () => {
      const account = { ...keptAccount(connected).account, server: 'http://127.0.0.1:9' };
      const outcome = await adapter.publish(account, publication());
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'retry_later' } });
    });

    test('is refused in the platform’s words when it does not take the text', async () => {
      const outcome = await adapter.publish(keptAccount(connected).account, {
        ...publication(),
        text: 'a'.repeat(501),
      });
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'content_rejected' } });
      expect(outcome.kind === 'refused' && outcome.refusal.message).toMatch(/\d00/);
      expect(await control.posts()).toEqual([]);
    });

    test('refuses a server that may not be called', async () => {
      const guarded = it.adapterOver({ ...calls, http: outgoing('refuse') });
      const outcome = await guarded.publish(keptAccount(connected).account, publication());
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'target_gone' } });
    });

    test(`with an expired token is ${it.expired}`, async () => {
      const { account, saved } = keptAccount(await it.connect(sandbox.url));
      await control.fail({ operation, kind: 'expire_tokens' });
      const outcome = await adapter.publish(account, publication());
      if (it.expired === 'lost') expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'reconnect' } });
      else expect(outcome).toMatchObject({ kind: 'accepted' });
      expect(saved).toHaveLength(it.expired === 'lost' ? 0 : 1);
      connected = await it.connect(sandbox.url);
    });

    test('tells no secret in what it answers', async () => {
      const { account } = keptAccount(connected);
      const secrets = Object.values(JSON.parse(account.secret)).map(String);
      await control.fail({ operation, kind: 'error' });
      await control.fail({ operation: it.operations.list, kind: 'error' });
      const answers = [await adapter.publish(account, publication()), await adapter.reconcile(account, attempt())];
      for (const secret of secrets.filter((one) => !account.server.startsWith(one)))
        expect(JSON.stringify(answers)).not.toContain(secret);
    });
  });

  describe(`${name}: reconciling`, () => {
    test.each(['error', 'rate_limit', 'drop_before', 'malformed'] as const)('knows nothing after %s', async (kind) => {
      const { account } = keptAccount(connected);
      const post = attempt();
      await adapter.publish(account, post);
      await control.fail({ operation: it.operations.list, kind });
      expect(await adapter.reconcile(account, post)).toMatchObject({ kind: 'unknown', message: expect.any(String) });
      expect(await adapter.reconcile(account, post)).toMatchObject({ kind: 'published' });
    });
  });

  describe(`${name}: figures`, () => {
    async function published(count: number) {
      const { account } = keptAccount(connected);
      const ids: string[] = [];
      for (let place = 0; place < count; place++) {
        const outcome = await adapter.publish(account, publication());
        if (outcome.kind === 'accepted') ids.push(outcome.platformPostId);
      }
      return { account, ids };
    }

    test('are read for many posts; one that is gone is missing', async () => {
      const { account, ids } = await published(6);
      const [first = ''] = ids;
      await control.engage(first, { likes: 3, reposts: 2, replies: 1 });
      const figures = await readMetrics(account, [...ids, `${first.slice(0, -1)}zz`]);
      expect([...figures.keys()].toSorted()).toEqual(ids.toSorted());
      expect(figures.get(first)).toEqual({ likes: 3, reposts: 2, replies: 1 });
      expect(figures.get(ids[1] ?? '')).toEqual({ likes: 0, reposts: 0, replies: 0 });
    });

    test('of nothing ask nothing', async () => {
      await control.fail({ operation: it.operations.metrics, kind: 'error' });
      expect(await readMetrics(keptAccount(connected).account, [])).toEqual(new Map());
    });

    test.each([
      ['error', 'retry_later'],
      ['malformed', 'retry_later'],
      ['drop_before', 'retry_later'],
      ['rate_limit', 'rate_limited'],
    ] as const)('are refused after %s', async (kind, refusal) => {
      const { account, ids } = await published(1);
      await control.fail({ operation: it.operations.metrics, kind });
      const reading = readMetrics(account, ids);
      await expect(reading).rejects.toThrow(PlatformRefused);
      await expect(reading).rejects.toMatchObject({ refusal: { kind: refusal } });
    });
  });

  describe(`${name}: revoking`, () => {
    test('ends the access, and may be done twice', async () => {
      const { account } = keptAccount(await it.connect(sandbox.url));
      await revoke(account);
      await revoke(account);
      connected = await it.connect(sandbox.url);
    });

    test('says when the platform does not do it', async () => {
      await control.fail({ operation: it.operations.revoke, kind: 'error' });
      await expect(revoke(keptAccount(connected).account)).rejects.toThrow(PlatformRefused);
    });
  });
}
