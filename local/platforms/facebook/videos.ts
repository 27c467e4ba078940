import { fetchedFile } from '../fetched-file.ts';
import { keepFile } from '../kept-files.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { checkMessage, publishPost } from './new-post.ts';
import { invalid, mayNotPost, unpublishedForAds, videoFormat, videoNotFetched } from './refusals.ts';
import type { Video } from './state.ts';
import { callingPage, type FacebookStore, isPermitted, nextId, onlyKnown, parametersOf } from './store.ts';
import { versionPath } from './version.ts';

const maxBytes = 1024 * 1024 * 1024;
const types = ['video/mp4', 'video/quicktime'];

/** https://developers.facebook.com/docs/graph-api/reference/page/videos; published there, or later at the video itself. */
export function addVideos(app: SandboxApp, store: FacebookStore) {
  app.post(`${versionPath}/:page/videos`, async (c) => {
    const caller = await callingPage(c, store);
    if (!isPermitted(caller, c.req.param('page'), 'pages_manage_posts')) throw mayNotPost();
    const given = await parametersOf(c);
    onlyKnown(given, ['file_url', 'published', 'description', 'title']);
    const { published = 'true' } = given;
    if (!['true', 'false'].includes(published)) throw invalid('published must be true or false');
    if (published === 'false' && !store.unpublishedVideos) throw unpublishedForAds();
    checkMessage(given.description ?? '');
    const file = await fetchedFile(given.file_url ?? '', maxBytes);
    if (file === 'unreachable') throw videoNotFetched();
    if (file === 'too_large' || !types.includes(file.type)) throw videoFormat();
    const video: Video = {
      id: nextId(store),
      pageId: caller.page.id,
      file: { altText: null, ...(await keepFile(store.files, file)) },
      isReel: false,
      description: (given.description ?? '').trim(),
      title: given.title ?? null,
      readyAt: '',
      problem: null,
      isAwaited: false,
      postId: null,
    };
    store.state.current.videos[video.id] = video;
    processVideo(store, video, { isAwaited: published === 'true' });
    return c.json({ id: video.id });
  });

  app.post(`${versionPath}/:id`, async (c) => {
    const caller = await callingPage(c, store);
    const video = store.state.current.videos[c.req.param('id')];
    if (video?.pageId !== caller.page.id || video.isReel) throw invalid('The sandbox changes videos only');
    if (!isPermitted(caller, caller.page.id, 'pages_manage_posts')) throw mayNotPost();
    const given = await parametersOf(c);
    onlyKnown(given, ['published']);
    if (given.published !== 'true') throw invalid('The sandbox publishes videos only');
    if (!isReady(store, video) || video.problem !== null) throw invalid('The video is not ready');
    publishVideo(store, video);
    return c.json({ success: true });
  });
}

const isReady = ({ now }: FacebookStore, { readyAt }: Video) => readyAt <= now().toISOString();

export const hasFailed = (store: FacebookStore, video: Video) => isReady(store, video) && video.problem !== null;

/** Begins to process an uploaded video. */
export function processVideo(store: FacebookStore, video: Video, { isAwaited }: Pick<Video, 'isAwaited'>): void {
  const readyAt = new Date(store.now().getTime() + store.processingMs).toISOString();
  Object.assign(video, { readyAt, problem: store.processingProblem, isAwaited });
  store.state.changed();
  publishProcessed(store);
}

/** There is nobody who would wait for the end of processing: it is seen by the next who comes. */
export function publishProcessed(store: FacebookStore): void {
  for (const video of Object.values(store.state.current.videos))
    if (video.isAwaited && video.postId === null && video.problem === null && isReady(store, video))
      publishVideo(store, video);
}

/** The second time, there is nothing left to change. */
export function publishVideo(store: FacebookStore, video: Video): void {
  const { current, changed } = store.state;
  const earlier = current.posts[video.postId ?? ''];
  earlier?.arrivals.push(store.now().toISOString());
  if (!earlier) {
    const { pageId, description, title, file, id } = video;
    video.postId = publishPost(store, {
      pageId,
      message: description,
      link: null,
      title,
      files: file === null ? [] : [file],
      videoId: id,
    }).id;
  }
  changed();
}

/** https://developers.facebook.com/docs/graph-api/reference/video: its address comes without the host. */
export function videoView(store: FacebookStore, video: Video): Record<string, unknown> {
  const isPublished = video.postId !== null;
  return {
    status: {
      video_status: statusOf(store, video),
      uploading_phase: { status: video.file === null ? 'not_started' : 'complete' },
      processing_phase: processingOf(store, video),
      publishing_phase: isPublished
        ? { status: 'complete', publish_status: 'published' }
        : { status: 'not_started', ...(!video.isAwaited && { publish_status: 'draft' }) },
    },
    published: isPublished,
    description: video.description,
    permalink_url: `/reel/${video.id}/`,
    ...(video.postId !== null && { post_id: video.postId.split('_')[1] }),
    ...(video.title !== null && { title: video.title }),
  };
}

/** A reel is processed when it is published. */
const isBegun = ({ file, isReel, isAwaited, postId }: Video) =>
  file !== null && (isAwaited || postId !== null || !isReel);

function processingOf(store: FacebookStore, video: Video) {
  if (!isBegun(video)) return { status: 'not_started' };
  if (!isReady(store, video)) return { status: 'in_progress' };
  return video.problem === null ? { status: 'complete' } : { status: 'error', errors: [{ message: video.problem }] };
}

function statusOf(store: FacebookStore, video: Video) {
  if (video.file === null) return 'uploading';
  if (!isBegun(video)) return 'upload_complete';
  if (!isReady(store, video)) return 'processing';
  return video.problem === null ? 'ready' : 'error';
}
