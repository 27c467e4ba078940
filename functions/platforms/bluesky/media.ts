import * as z from 'zod';
import { StreamedBody } from '../../runtime/http.ts';
import { type Account, type Prepared, type Publication, uploadSeconds } from '../adapter.ts';
import { type AppTools, ask, type MediaTools, refusing } from '../answer.ts';
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
const Blobs = z.array(Blob);

/**
 * Uploads the files of a post. A server drops a blob that no record names for a while; naming a dropped one is refused,
 * and the next try uploads it again. The name of a blob comes from its bytes, so the record stays the same.
 */
export async function prepare(
  tools: AppTools & MediaTools,
  account: Account,
  { media = [] }: Publication,
): Promise<Prepared> {
  if (media.length === 0) return { kind: 'ready' };
  return refusing(async () => {
    const blobs: z.infer<typeof Blobs> = [];
    const session = accountSession(tools, account);
    for (const one of media) blobs.push(await upload(tools, { account, session }, one));
    return { kind: 'ready', handle: JSON.stringify(blobs) };
  });
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
export function embedOf({ media = [], prepared }: Publication) {
  if (prepared === undefined) return undefined;
  const blobs = Blobs.parse(JSON.parse(prepared));
  const shown = blobs.map((blob, place) => ({ blob, alt: media[place]?.altText ?? '' }));
  const [first] = shown;
  if (first && media[0] && isVideo(media[0]))
    return { $type: 'app.bsky.embed.video', video: first.blob, ...(first.alt && { alt: first.alt }) };
  return { $type: 'app.bsky.embed.images', images: shown.map(({ blob, alt }) => ({ image: blob, alt })) };
}
