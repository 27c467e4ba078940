import * as z from 'zod';
import { StreamedBody } from '../../runtime/http.ts';
import { type Account, uploadSeconds } from '../adapter.ts';
import { type AppTools, ask, type MediaTools } from '../answer.ts';
import type { Media } from '../contract.ts';
import { isVideo } from '../media-limits.ts';
import { readOrRefuse, xrpc } from './api.ts';
import type { BlueskySession } from './bluesky-session.ts';
import { accountSession } from './session.ts';

const Blob = z.object({
  $type: z.literal('blob'),
  ref: z.object({ $link: z.string() }),
  mimeType: z.string(),
  size: z.int().positive(),
});
const Uploaded = z.object({ blob: Blob });
export const Blobs = z.array(Blob);
export type Blobs = z.infer<typeof Blobs>;

/**
 * Uploads the files of a post. A server drops a blob that no record names for a while; naming a dropped one is refused,
 * and the next try uploads it again. The name of a blob comes from its bytes, so the record stays the same.
 */
export async function uploadAll(tools: AppTools & MediaTools, account: Account, media: readonly Media[]) {
  const blobs: Blobs = [];
  const session = accountSession(tools, account);
  for (const one of media) blobs.push(await upload(tools, { account, session }, one));
  return blobs;
}

type Uploading = { account: Account; session: BlueskySession };

async function upload(tools: AppTools & MediaTools, { account, session }: Uploading, media: Media) {
  await session.prepare();
  const answer = await ask(session.send, async () => {
    const { size, chunks } = await tools.media.stream(media);
    return {
      method: 'POST' as const,
      url: xrpc(account.server, 'com.atproto.repo.uploadBlob'),
      headers: { 'content-type': media.type },
      body: new StreamedBody(chunks, size),
      timeoutMs: uploadSeconds * 1000,
    };
  });
  return readOrRefuse(Uploaded, answer, tools.now()).blob;
}

/** What shows the files in a record; undefined without any. */
export function embedOf(blobs: Blobs, media: readonly Media[] = []) {
  if (blobs.length === 0) return undefined;
  const shown = blobs.map((blob, place) => ({ blob, alt: media[place]?.altText ?? '' }));
  const [first] = shown;
  if (first && media[0] && isVideo(media[0]))
    return { $type: 'app.bsky.embed.video', video: first.blob, ...(first.alt && { alt: first.alt }) };
  return { $type: 'app.bsky.embed.images', images: shown.map(({ blob, alt }) => ({ image: blob, alt })) };
}
