import * as z from 'zod';
import type { Account, Prepared, Publication } from '../adapter.ts';
import { type AppTools, type MediaTools, refusing } from '../answer.ts';
import { Blobs, uploadAll } from './media.ts';
import { findPlace, ThreadPlace } from './reply.ts';

/** The files of a post; of a reply, also its place: read once, so that the record stays the same whenever it is sent. */
const Kept = z.union([
  Blobs.transform((blobs) => ({ blobs, place: undefined })),
  z.object({ blobs: Blobs, place: ThreadPlace }),
]);

export async function prepare(
  tools: AppTools & MediaTools,
  account: Account,
  { media = [], replyTo, handle }: Publication,
): Promise<Prepared> {
  if (media.length === 0 && !replyTo) return { kind: 'ready' };
  return refusing(async () => {
    const place = replyTo && (await findPlace(tools, account, { uri: replyTo.platformPostId, handle }));
    const blobs = await uploadAll(tools, account, media);
    return { kind: 'ready', handle: JSON.stringify(place ? { blobs, place } : blobs) };
  });
}

export function preparedOf({ prepared, replyTo }: Publication): z.output<typeof Kept> {
  const kept = prepared === undefined ? { blobs: [], place: undefined } : Kept.parse(JSON.parse(prepared));
  // Without it the record would be a post of its own.
  if (replyTo && !kept.place) throw new Error('a reply to Bluesky was not prepared');
  return kept;
}
