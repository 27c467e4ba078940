import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import { newestFirst, partsOf } from './reads.ts';
import { forbidden, invalid, missing } from './refusals.ts';
import type { Comment, Video } from './state.ts';
import { callerOf, type YoutubeStore } from './store.ts';

const maxCharacters = 10_000;
const scope = 'youtube.force-ssl';

const NewThread = z.object({
  snippet: z.object({
    channelId: z.string().default(''),
    videoId: z.string().default(''),
    topLevelComment: z.object({ snippet: z.object({ textOriginal: z.string().default('') }) }),
  }),
});

/** Comments below videos: https://developers.google.com/youtube/v3/docs/commentThreads. None is answered, and none held back. */
export function addComments(app: SandboxApp, store: YoutubeStore) {
  const { current, changed } = store.state;

  app.post('/youtube/v3/commentThreads', async (c) => {
    const caller = callerOf(c, store, scope);
    partsOf(c);
    const body = NewThread.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) throw invalid('invalidCommentThreadMetadata', 'The request metadata is invalid.');
    const { channelId, videoId, topLevelComment } = body.data.snippet;
    const text = topLevelComment.snippet.textOriginal;
    if (channelId === '' || videoId === '')
      throw invalid('channelOrVideoIdMissing', 'Each comment thread must be linked to a video.');
    if (text.trim() === '') throw invalid('commentTextRequired', 'A comment cannot be empty.');
    if ([...text].length > maxCharacters) throw invalid('commentTextTooLong', 'The comment has too many characters.');
    if (!current.channels[channelId]) throw missing('channelNotFound', 'The specified channel could not be found.');
    const video = videoNamed(store, videoId);
    if (!hasComments(video))
      throw forbidden('forbidden', 'The comment thread could not be created due to insufficient permissions.');
    const comment = {
      ...{ id: newCommentId(), videoId, text },
      authorChannelId: caller.id,
      createdAt: store.now().toISOString(),
    };
    current.comments[comment.id] = comment;
    video.replies += 1;
    changed();
    return c.json(threadView(comment, video));
  });

  app.get('/youtube/v3/commentThreads', (c) => {
    callerOf(c, store, scope);
    partsOf(c);
    const { videoId, maxResults = '20', order = 'time', moderationStatus = 'published' } = c.req.query();
    if (videoId === undefined) throw invalid('missingRequiredParameter', 'The sandbox filters by videoId only.');
    if (order !== 'time') throw invalid('invalidParameter', 'The sandbox orders by time only.');
    const video = videoNamed(store, videoId);
    if (!hasComments(video))
      throw forbidden('commentsDisabled', 'The video identified by the videoId parameter has disabled comments.');
    const all = newestFirst(current.comments).filter((comment) => comment.videoId === videoId);
    const listed = moderationStatus === 'published' ? all : [];
    const items = listed.slice(0, Number(maxResults)).map((comment) => threadView(comment, video));
    return c.json({
      kind: 'youtube#commentThreadListResponse',
      ...(listed.length > items.length && { nextPageToken: 'more' }),
      pageInfo: { totalResults: items.length, resultsPerPage: Number(maxResults) },
      items,
    });
  });
}

function videoNamed({ state }: YoutubeStore, id: string): Video {
  const video = state.current.videos[id];
  if (!video) throw missing('videoNotFound', 'The specified video could not be found.');
  return video;
}

const hasComments = ({ privacyStatus, madeForKids }: Video) => privacyStatus !== 'private' && madeForKids !== true;

const newCommentId = () => `Ug${randomBytes(18).toString('base64url')}4AaABAg`.slice(0, 26);

function threadView({ id, videoId, authorChannelId, text, createdAt }: Comment, { channelId }: Video) {
  const at = createdAt.replace(/\.\d+Z$/, 'Z');
  const snippet = {
    ...{ channelId, videoId, textDisplay: text, textOriginal: text },
    authorChannelId: { value: authorChannelId },
    ...{ canRate: true, viewerRating: 'none', likeCount: 0, publishedAt: at, updatedAt: at },
  };
  return {
    kind: 'youtube#commentThread',
    id,
    snippet: {
      ...{ channelId, videoId, canReply: true, totalReplyCount: 0, isPublic: true },
      topLevelComment: { kind: 'youtube#comment', id, snippet },
    },
  };
}
