import * as z from 'zod';
import { addSeconds } from '../../runtime/clock.ts';
import { type Account, PlatformRefused, type Prepared, type Publication } from '../adapter.ts';
import { type AppTools, ask, type MediaTools, refusing } from '../answer.ts';
import type { Media } from '../contract.ts';
import { isVideo, mediaProblems } from '../media-limits.ts';
import { mp4Seconds } from '../mp4-duration.ts';
import { demanded, tiktokUrl } from './api.ts';
import { askCreator, type Creator, disclosuresOf, interactionsOf, privacyOf } from './creator.ts';
import { tiktokFacts } from './facts.ts';
import { chunksOf, type PreparedPhotos, type PreparedVideo } from './prepared.ts';
import { tiktokSession } from './session.ts';

type Tools = AppTools & MediaTools;

/** An address for bytes lives an hour; one that ends on the way is of no use. */
const uploadSeconds = 3600 - 120;
/** Enough for the head of a file. */
const beginningBytes = 64 * 1024;

const Begun = z.object({ publish_id: z.string().min(1), upload_url: z.url() });

/** Asks what the creator allows, and opens an upload for a video; nothing is posted before its last byte. */
export function prepare(tools: Tools, account: Account, publication: Publication): Promise<Prepared> {
  return refusing(async () => {
    const { media = [] } = publication;
    const [wrong] = mediaProblems(media, tiktokFacts.limits.media);
    const [file] = media;
    if (wrong || !file)
      throw new PlatformRefused(unfit('media_refused', `TikTok ${wrong?.problem ?? 'takes no post without files'}.`));
    const creator = await askCreator(tools, account);
    const privacy = privacyOf(publication, creator);
    const made = isVideo(file)
      ? await beginVideo(tools, account, { publication, file, creator, privacy })
      : photos(publication, creator, privacy);
    return { kind: 'ready', handle: JSON.stringify(made) };
  });
}

const photos = (publication: Publication, creator: Creator, privacy: string): PreparedPhotos => ({
  privacy,
  disableComment: interactionsOf(publication, creator).disable_comment,
  username: creator.creator_username,
});

type Wanted = { publication: Publication; file: Media; creator: Creator; privacy: string };

async function beginVideo(tools: Tools, account: Account, wanted: Wanted): Promise<PreparedVideo> {
  const { publication, file, creator, privacy } = wanted;
  const size = await tools.media.sizeOf(file);
  await checkLength(tools, { file, size, most: creator.max_video_post_duration_sec });
  const { chunk, count } = chunksOf(size);
  const { coverAtMs, aiGenerated = false } = publication.overrides?.tiktok ?? {};
  const body = {
    post_info: {
      title: publication.text,
      privacy_level: privacy,
      ...interactionsOf(publication, creator),
      ...disclosuresOf(publication),
      is_aigc: aiGenerated,
      ...(coverAtMs !== undefined && { video_cover_timestamp_ms: coverAtMs }),
    },
    source_info: { source: 'FILE_UPLOAD', video_size: size, chunk_size: chunk, total_chunk_count: count },
  };
  const call = { method: 'POST', url: tiktokUrl(tools, 'post/publish/video/init'), body } as const;
  const begun = demanded(Begun, await ask(tiktokSession(tools, account).send, call), tools.now());
  return {
    publishId: begun.publish_id,
    uploadUrl: begun.upload_url,
    expiresAt: addSeconds(tools.now(), uploadSeconds).toISOString(),
    ...{ size, chunk, sent: 0, username: creator.creator_username },
  };
}

type Checked = { file: Media; size: number; most: number | undefined };

/** Spares the way of a video that TikTok would refuse only after it has all of it. */
async function checkLength({ media }: Tools, { file, size, most }: Checked): Promise<void> {
  if (most === undefined) return;
  const seconds = mp4Seconds(await media.piece(file, { from: 0, length: Math.min(size, beginningBytes) }));
  if (seconds === undefined || seconds <= most) return;
  const message = `The video is ${Math.ceil(seconds)} seconds long; the account may post ${most}.`;
  throw new PlatformRefused(unfit('duration_check_failed', message));
}

const unfit = (platformCode: string, message: string) => ({ kind: 'content_rejected', platformCode, message }) as const;
