import { newPost, type PlannedPost, plan } from '../../../functions/posts/post.ts';
import { postRow, publicationRow } from '../../../functions/posts/post-rows.ts';
import type { DueIndex } from '../../../functions/runtime/due-index.ts';
import { newId } from '../../../functions/runtime/ids.ts';
import type { Row } from '../../../functions/runtime/table.ts';
import type { BenchLane } from './lanes.ts';
import type { Arrival } from './sandbox.ts';

export type BenchPost = { lane: BenchLane; dueAt: Date; text: string };

/** As long as people write: about two hundred characters. */
const filler =
  'We open the doors at nine, there is coffee for everybody who comes early, and at ten we show what we have been up to all winter long.';

let made = 0;
export const benchPost = (lane: BenchLane, dueAt: Date): BenchPost => {
  made += 1;
  return { lane, dueAt, text: `Good news number ${made}, due at ${dueAt.toISOString()}! ${filler}` };
};

export function planned({ lane, dueAt, text }: BenchPost) {
  const now = new Date();
  const { teamId, userId, connectionId } = lane;
  const empty = newPost({ id: newId('post'), teamId, userId }, now);
  const targets = [{ connectionId, platform: 'bluesky' as const }];
  return plan(empty, { text, targets, publishAt: dueAt.toISOString() }, now);
}

type Rows = { due: DueIndex; putAll: (rows: readonly Row[]) => Promise<void> };

/** Puts posts straight into the table, with the rows that the API would have written long before they are due. */
export function schedule({ due, putAll }: Rows, all: readonly BenchPost[]): Promise<void> {
  const rowsOf = ({ post, publications }: PlannedPost) => [
    postRow(post),
    ...publications.map((one) => publicationRow(one, due)),
  ];
  return putAll(all.map(planned).flatMap(rowsOf));
}

/** How late each post arrived for the first time, in milliseconds; and how many came never or more than once. */
export function latenessOf(posts: readonly BenchPost[], arrivals: readonly Arrival[]) {
  const byText = Map.groupBy(arrivals, ({ text }) => text);
  const found = posts.map(({ text, dueAt }) => {
    const times = (byText.get(text) ?? []).map(({ at }) => at.getTime());
    return { dueAt: dueAt.getTime(), firstAt: Math.min(...times), times: times.length };
  });
  const arrived = found.filter(({ times }) => times > 0);
  return {
    ms: arrived.map(({ dueAt, firstAt }) => firstAt - dueAt),
    lastAt: Math.max(0, ...arrived.map(({ firstAt }) => firstAt)),
    lost: found.length - arrived.length,
    doubled: found.filter(({ times }) => times > 1).length,
  };
}
