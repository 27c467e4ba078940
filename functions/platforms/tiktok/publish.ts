import * as z from 'zod';
import { type Account, PlatformRefused, type Publication, type PublishOutcome, type Refusal } from '../adapter.ts';
import { type AppTools, isSuccess, type MediaTools } from '../answer.ts';
import type { Media } from '../contract.ts';
import { demanded, refusalOf, tiktokUrl } from './api.ts';
import { disclosuresOf } from './creator.ts';
import { profileUrl } from './identity.ts';
import { lastChunkAt, type PreparedPhotos, photosOf, videoOf } from './prepared.ts';
import { tiktokSession } from './session.ts';
import { askStatus, type PostStatus } from './status.ts';
import { chunkCall, videoFileOf } from './upload.ts';

export type PublishTools = AppTools & MediaTools & { wait: (ms: number) => Promise<void> };

/** TikTok makes the post after it has said yes; small ones within these. */
const looks = 4;
const lookEveryMs = 3_000;

export const publish = (tools: PublishTools, account: Account, publication: Publication): Promise<PublishOutcome> => {
  const file = videoFileOf(publication);
  return file ? publishVideo(tools, account, { publication, file }) : publishPhotos(tools, account, publication);
};

type Video = { publication: Publication; file: Media };

/** Sends the last chunk, which makes the post. What is refused may have been sent before: the id of the post tells. */
async function publishVideo(tools: PublishTools, account: Account, { publication, file }: Video) {
  const video = videoOf(publication.prepared);
  const from = lastChunkAt(video);
  const bytes = await tools.media.piece(file, { from, length: video.size - from });
  const answer = await tools.http(chunkCall(video, { ...file, from, bytes }));
  const post = { publishId: video.publishId, username: video.username, kind: 'video' } as const;
  if (isSuccess(answer)) return (await outcomeAfter(tools, account, post)) ?? stillProcessing;
  const refusal = refusalOf(answer, tools.now());
  if (refusal.kind === 'retry_later') return { kind: 'unknown', message: refusal.message } as const;
  if (refusal.kind === 'rate_limited') return { kind: 'refused', refusal } as const;
  const found = await lookOnce(tools, account, post);
  if (found) return found;
  return publication.attemptedAt ? stillProcessing : ({ kind: 'refused', refusal: uploadRefused(refusal) } as const);
}

const Begun = z.object({ publish_id: z.string().min(1) });

/** One call posts pictures: TikTok fetches them by itself. Without its answer we have no id to ask for. */
async function publishPhotos(tools: PublishTools, account: Account, publication: Publication): Promise<PublishOutcome> {
  const prepared = photosOf(publication.prepared);
  const { privacy, disableComment, username } = prepared;
  const { title, autoAddMusic = false, coverIndex = 0 } = publication.overrides?.tiktok ?? {};
  const { media = [], text } = publication;
  const body = {
    media_type: 'PHOTO',
    post_mode: 'DIRECT_POST',
    post_info: {
      ...(title !== undefined && { title }),
      description: text,
      privacy_level: privacy,
      disable_comment: disableComment,
      auto_add_music: autoAddMusic,
      ...disclosuresOf(publication),
    },
    source_info: {
      source: 'PULL_FROM_URL',
      photo_images: media.map(({ url }) => url),
      photo_cover_index: Math.min(coverIndex, media.length - 1),
    },
  };
  const call = { method: 'POST', url: tiktokUrl(tools, 'post/publish/content/init'), body } as const;
  const answer = await tiktokSession(tools, account).send(call);
  const publishId = begunBy(answer, tools);
  if (typeof publishId !== 'string') return publishId;
  const post = { publishId, username, kind: 'photo' } as const;
  const found = await outcomeAfter(tools, account, post);
  return found ?? { ...stillProcessing, handle: JSON.stringify({ ...prepared, publishId } satisfies PreparedPhotos) };
}

function begunBy(answer: Parameters<typeof refusalOf>[0], tools: PublishTools): string | PublishOutcome {
  try {
    return demanded(Begun, answer, tools.now()).publish_id;
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    const { refusal } = error;
    return refusal.kind === 'retry_later'
      ? { kind: 'unknown', message: refusal.message }
      : { kind: 'refused', refusal };
  }
}

export type TiktokPost = { publishId: string; username: string; kind: 'video' | 'photo' };

/** Looks for a while; undefined when TikTok is still at it. */
async function outcomeAfter(tools: PublishTools, account: Account, post: TiktokPost) {
  for (let left = looks; left > 0; left--) {
    const found = await lookOnce(tools, account, post);
    if (found) return found;
    if (left > 1) await tools.wait(lookEveryMs);
  }
  return undefined;
}

async function lookOnce(tools: AppTools, account: Account, post: TiktokPost): Promise<PublishOutcome | undefined> {
  try {
    return outcomeOf(tools, post, await askStatus(tools, account, post.publishId));
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return undefined;
  }
}

function outcomeOf(tools: AppTools, post: TiktokPost, status: PostStatus): PublishOutcome | undefined {
  if (status.kind === 'failed') return { kind: 'refused', refusal: status.refusal };
  return status.kind === 'complete' ? { kind: 'accepted', ...addressOf(tools, post, status.postId) } : undefined;
}

/** Until a post has an id of its own it is known by the one that publishing gave, and found on the page of its creator. */
export function addressOf({ apps }: Pick<AppTools, 'apps'>, post: TiktokPost, postId: string | undefined) {
  const { publishId, username, kind } = post;
  const url = profileUrl({ apps }, username);
  return postId === undefined
    ? { platformPostId: publishId, url }
    : { platformPostId: postId, url: `${url}/${kind}/${postId}` };
}

const stillProcessing: Extract<PublishOutcome, { kind: 'unknown' }> = {
  kind: 'unknown',
  message: 'TikTok is still at work on the post.',
};

/** The next run asks for another address. */
const uploadRefused = ({ platformCode }: Refusal): Refusal => ({
  kind: 'retry_later',
  platformCode,
  message: 'TikTok did not take the file at the address that it gave.',
});
