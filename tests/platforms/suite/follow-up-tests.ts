import { describe, expect, test } from 'vitest';
import type { PublishedPart } from '../../../functions/posts/publication.ts';
import { type AdapterCase, publishOnce, type Setting } from './adapter-case.ts';
import { holdMs } from './publisher.ts';

const moments = ['before', 'during', 'after'] as const;
const faults = ['drop_before', 'drop_after', 'malformed', 'error', 'rate_limit'] as const;

/** What follows a post is there once as well, below the part it answers, whatever happens on the way. */
export function followUpTests(
  { adapter, account, publication, control, followUpPublisher }: Setting,
  followUp: NonNullable<AdapterCase['followUp']>,
) {
  const steps = (['prepare', 'upload', 'checkReady', 'publish'] as const).flatMap((step) => {
    const operation = followUp[step];
    return operation === undefined ? [] : [{ step, operation }];
  });

  /** So many parts of a thread, each below the one before. */
  async function published(count: number): Promise<PublishedPart[]> {
    const { outcome } = await publishOnce(adapter(), account(), publication());
    const parts = [partOf(outcome)];
    for (let place = 1; place < count; place++)
      parts.push(partOf(await (await followUpPublisher([...parts])).settle()));
    return parts;
  }

  /** Nothing but the parts and one more, which answers the last of them. */
  async function expectOneMore(outcome: unknown, parts: readonly PublishedPart[]) {
    expect(outcome).toMatchObject({ kind: 'accepted', platformPostId: expect.any(String), url: expect.any(String) });
    const all = await control().posts();
    expect(all).toHaveLength(parts.length + 1);
    const answered = followUp.kind === 'comment' ? parts[0] : parts.at(-1);
    const newest = all.filter(({ replyTo }) => replyTo === answered?.platformPostId);
    expect(newest).toMatchObject([{ text: expect.stringMatching(/^More news/) }]);
  }

  describe('what follows a post', () => {
    test('is there once, below it', async () => {
      const parts = await published(1);
      await expectOneMore(await (await followUpPublisher(parts)).settle(), parts);
    });

    test.skipIf(followUp.kind === 'comment')('is below the part before it, when there are several', async () => {
      const parts = await published(2);
      await expectOneMore(await (await followUpPublisher(parts)).settle(), parts);
    });

    test.each(steps.flatMap((step) => moments.map((moment) => [step, moment] as const)))(
      'is there once when the publisher dies in $step: %o %s',
      async ({ step, operation }, moment) => {
        const parts = await published(1);
        if (moment === 'during') await control().fail({ operation, kind: 'delay', delayMs: holdMs / 4 });
        const one = await followUpPublisher(parts);
        await one.crashIn(step, moment);
        await expectOneMore(await one.settle(), parts);
      },
    );

    test.each(steps.flatMap((step) => faults.map((fault) => [step, fault] as const)))(
      'is there once after $operation: %o %s',
      async ({ operation }, kind) => {
        const parts = await published(1);
        await control().fail({ operation, kind });
        await expectOneMore(await (await followUpPublisher(parts)).settle(), parts);
      },
    );

    test('is there once when its answer is lost and the first look fails too', async () => {
      const parts = await published(1);
      await control().fail({ operation: followUp.publish, kind: 'drop_after' });
      await control().fail({ operation: followUp.list, kind: 'error' });
      await expectOneMore(await (await followUpPublisher(parts)).settle(), parts);
    });

    test('is refused for good when the post is gone', async () => {
      const parts = await published(1);
      await control().clear();
      const outcome = await (await followUpPublisher(parts)).settle();
      expect(outcome).toMatchObject({ kind: 'refused' });
      expect(['target_gone', 'content_rejected']).toContain(outcome.kind === 'refused' && outcome.refusal.kind);
    });
  });
}

const publishedNow = () => ({ publishedAt: new Date().toISOString(), latenessMs: 0 });

function partOf(outcome: { kind: string; platformPostId?: string; url?: string }): PublishedPart {
  const { platformPostId, url } = outcome;
  if (platformPostId === undefined || url === undefined) throw new Error(`not out: ${JSON.stringify(outcome)}`);
  return { platformPostId, url, ...publishedNow() };
}
