import * as z from 'zod';
import { type Account, type Attempted, PlatformRefused, type Reconciled } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { isSameText } from '../same-text.ts';
import { videoUrl, youtubeUrl } from './api.ts';
import { demanded } from './refusals.ts';
import { youtubeSession } from './session.ts';
import { probeCall, sessionOf, stateOf } from './upload-session.ts';
import { titleOf } from './video.ts';

const Channels = z.object({
  items: z
    .array(z.object({ contentDetails: z.object({ relatedPlaylists: z.object({ uploads: z.string().min(1) }) }) }))
    .default([]),
});
const Uploads = z.object({
  items: z
    .array(
      z.object({
        snippet: z.object({
          publishedAt: z.string().transform((text) => new Date(text)),
          title: z.string(),
          description: z.string().default(''),
          resourceId: z.object({ videoId: z.string().min(1) }),
        }),
      }),
    )
    .default([]),
});

/** Google's clock and ours may differ. */
const clockSkewMs = 60_000;
/** How long a video may take to come onto the list of the channel. */
const listedAfterMs = 15 * 60_000;
const listLimit = 50;

/** The session knows what became of it; only where it is gone, the list of the channel must tell. */
export async function reconcile(tools: AppTools, account: Account, attempt: Attempted): Promise<Reconciled> {
  try {
    const probe = probeCall(sessionOf(attempt.prepared));
    const state = stateOf(await ask(youtubeSession(tools, account).send, probe), tools.now());
    if (state.kind === 'done')
      return { kind: 'published', platformPostId: state.videoId, url: videoUrl(tools, state.videoId) };
    if (state.kind === 'open') return { kind: 'absent' };
    if (state.kind === 'refused') return { kind: 'unknown', message: state.refusal.message };
    return await findUploaded(tools, account, attempt);
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}

async function findUploaded(tools: AppTools, account: Account, attempt: Attempted): Promise<Reconciled> {
  const since = new Date(attempt.attemptedAt.getTime() - clockSkewMs);
  const videos = await listUploads(tools, account);
  const ours = videos.findLast(
    ({ snippet: { publishedAt, title, description } }) =>
      publishedAt >= since && isSameText(title, titleOf(attempt)) && isSameText(description, attempt.text),
  );
  if (ours) {
    const { videoId } = ours.snippet.resourceId;
    return { kind: 'published', platformPostId: videoId, url: videoUrl(tools, videoId) };
  }
  const isFull = videos.length >= listLimit && videos.every(({ snippet }) => snippet.publishedAt >= since);
  if (isFull) return { kind: 'unknown', message: 'There are too many newer videos to tell.' };
  return tools.now().getTime() - attempt.attemptedAt.getTime() < listedAfterMs
    ? { kind: 'unknown', message: 'YouTube may not list the video yet.' }
    : { kind: 'absent' };
}

/** The newest uploads of the channel, private ones too. A channel that never had one may have no list. */
async function listUploads(tools: AppTools, account: Account) {
  const { send } = youtubeSession(tools, account);
  const channelUrl = youtubeUrl(tools, 'channels', { part: 'contentDetails', id: account.accountId });
  const channel = demanded(Channels, await ask(send, { method: 'GET', url: channelUrl }), tools.now()).items[0];
  const playlistId = channel?.contentDetails.relatedPlaylists.uploads;
  if (playlistId === undefined) throw new PlatformRefused(noList);
  const url = youtubeUrl(tools, 'playlistItems', { part: 'snippet', playlistId, maxResults: String(listLimit) });
  const answer = await ask(send, { method: 'GET', url });
  return answer.status === 404 ? [] : demanded(Uploads, answer, tools.now()).items;
}

const noList = { kind: 'retry_later', platformCode: null, message: 'YouTube shows no list of uploads.' } as const;
