import { describe, expect, test } from 'vitest';
import { outgoing } from '../../../functions/runtime/http.ts';
import { callsTo } from '../../support/sandbox.ts';
import { publishOnce, type Setting } from './adapter-case.ts';

const nobody = 'http://127.0.0.1:9';

export function publishTests(setting: Setting) {
  const { it, control, account, adapter, publication } = setting;
  const { publish: operation, list } = it.operations;
  const once = (wanted = publication(), by = adapter(), as = account()) => publishOnce(by, as, wanted);

  describe('publishing', () => {
    test('is accepted, with the post’s id and address', async () => {
      const post = publication();
      const { outcome } = await once(post);
      expect(outcome).toMatchObject({ kind: 'accepted', platformPostId: expect.any(String) });
      expect(outcome).toMatchObject({ url: expect.stringMatching(it.urlPattern) });
      expect(await control().posts()).toMatchObject([{ text: post.text }]);
    });

    test('is done twice as its retry class says', async () => {
      const { outcome: first, publication: post } = await once();
      const second = await adapter().publish(account(), post);
      const retryClass = adapter().retryClassOf?.(post) ?? adapter().retryClass;
      if (retryClass === 'idempotent' || retryClass === 'provable') expect(second).toEqual(first);
      if (retryClass === 'duplicate_refused' && second.kind === 'accepted') expect(second).toEqual(first);
      if (retryClass !== 'unprovable') expect(await control().posts()).toHaveLength(1);
      if (retryClass === 'idempotent')
        expect(await control().posts()).toMatchObject([{ arrivals: [expect.any(String), expect.any(String)] }]);
    });

    test.each(['drop_after', 'malformed'] as const)('is unknown after %s, and found out', async (kind) => {
      await control().fail({ operation, kind });
      const attemptedAt = new Date();
      const { outcome, publication: post } = await once();
      const isKnown = kind === 'malformed' && it.asksWhatCame;
      expect(outcome).toMatchObject({ kind: isKnown ? 'accepted' : 'unknown' });
      const found = await adapter().reconcile(account(), { ...post, attemptedAt });
      expect(found).toMatchObject({ kind: 'published', url: expect.stringMatching(it.urlPattern) });
      expect(await control().posts()).toHaveLength(1);
    });

    test('is unknown when the connection ends before it, and found absent', async () => {
      await control().fail({ operation, kind: 'drop_before' });
      const attemptedAt = new Date();
      const { outcome, publication: post } = await once();
      expect(outcome).toMatchObject({ kind: 'unknown' });
      expect(await adapter().reconcile(account(), { ...post, attemptedAt })).toEqual({ kind: 'absent' });
    });

    test('waits for a slow answer', async () => {
      await control().fail({ operation, kind: 'delay', delayMs: 400 });
      expect((await once()).outcome).toMatchObject({ kind: 'accepted' });
    });

    test.skipIf(it.tellsRetry === 'never')('is refused until the platform says, when there were too many', async () => {
      await control().fail({ operation, kind: 'rate_limit', retryAfterSeconds: 120 });
      const { outcome } = await once();
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'rate_limited', retryAt: expect.any(Date) } });
      const retryAt = outcome.kind === 'refused' ? outcome.refusal.retryAt?.getTime() : undefined;
      const tolerated = it.tellsRetry === 'seconds' ? 5_000 : 60_000;
      expect(Math.abs((retryAt ?? 0) - Date.now() - 120_000)).toBeLessThanOrEqual(tolerated);
    });

    test('is refused for as long as we think, when the platform does not say', async () => {
      await control().fail({ operation, kind: 'rate_limit', silent: true });
      const { outcome } = await once();
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'rate_limited', retryAt: undefined } });
    });

    test.each([500, 502, 503])('is unknown after status %i, for it may have been taken', async (status) => {
      await control().fail({ operation, kind: 'error', status });
      expect((await once()).outcome).toMatchObject({ kind: 'unknown' });
    });

    test('is refused for a while when nobody listens', async () => {
      const elsewhere = { ...account(), server: nobody };
      const { outcome } = await once(publication(), it.adapterOver(callsTo(nobody)), elsewhere);
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'retry_later' } });
    });

    test('is refused in the platform’s words when it does not take the text', async () => {
      const { max } = adapter().platform.limits.text;
      const { outcome } = await once({ ...publication(), text: 'a'.repeat(max + 1) });
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'content_rejected' } });
      expect(outcome.kind === 'refused' && outcome.refusal.message).toMatch(/[a-z]/);
      expect(await control().posts()).toEqual([]);
    });

    test('refuses a server that may not be called', async () => {
      const guarded = it.adapterOver({ ...setting.tools(), http: outgoing('refuse') });
      const { outcome } = await once(publication(), guarded);
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { kind: 'target_gone' } });
    });

    test('tells no secret in what it answers', async () => {
      const secrets = Object.entries(JSON.parse(account().secret)).flatMap(([name, value]) =>
        /token|secret|password|jwt/i.test(name) ? [String(value)] : [],
      );
      await control().fail({ operation, kind: 'error' });
      await control().fail({ operation: list, kind: 'error' });
      const { outcome, publication: post } = await once();
      const found = await adapter().reconcile(account(), { ...post, attemptedAt: new Date() });
      for (const secret of secrets) expect(JSON.stringify([outcome, found])).not.toContain(secret);
      expect(secrets).not.toEqual([]);
    });
  });

  describe('reconciling', () => {
    test.each(['error', 'rate_limit', 'drop_before', 'malformed'] as const)('knows nothing after %s', async (kind) => {
      const attemptedAt = new Date();
      const { publication: post } = await once();
      const attempt = { ...post, attemptedAt };
      await control().fail({ operation: list, kind });
      const found = await adapter().reconcile(account(), attempt);
      expect(found).toMatchObject({ kind: 'unknown', message: expect.any(String) });
      expect(await adapter().reconcile(account(), attempt)).toMatchObject({ kind: 'published' });
    });
  });
}
