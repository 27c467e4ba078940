import { fetchedFile } from '../fetched-file.ts';
import { keepFile } from '../kept-files.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { checkMessage, publishPost } from './new-post.ts';
import { invalid, mayNotPost, videoFormat, videoNotFetched } from './refusals.ts';
import type { Video } from './state.ts';
import { callingPage, type FacebookStore, isPermitted, nextId, onlyKnown, parametersOf } from './store.ts';
import { versionPath } from './version.ts';

const maxBytes = 1024 * 1024 * 1024;
const types = ['video/mp4', 'video/quicktime'];

/** https://developers.facebook.com/docs/graph-api/reference/page/videos; published later at the video itself. */
export function addVideos(app: SandboxApp, store: FacebookStore) {
  app.post(`${versionPath}/:page/videos`, async (c) => {
    const caller = await callingPage(c, store);
    if (!isPermitted(caller, c.req.param('page'), 'pages_manage_posts')) throw mayNotPost();
    const given = await parametersOf(c);
    onlyKnown(given, ['file_url', 'published', 'description', 'title']);
    if (given.published !== 'false') throw invalid('The sandbox takes videos with published=false only');
    checkMessage(given.description ?? '');
    const file = await fetchedFile(given.file_url ?? '', maxBytes);
    if (file === 'unreachable') throw videoNotFetched();
    if (file === 'too_large' || !types.includes(file.type)) throw videoFormat();
    const at = store.now();
    const video: Video = {
      id: nextId(store),
      pageId: caller.page.id,
      file: { altText: null, ...(await keepFile(store.files, file)) },
      isReel: false,
      description: (given.description ?? '').trim(),
      title: given.title ?? null,
      readyAt: new Date(at.getTime() + store.processingMs).toISOString(),
      postId: null,
    };
    store.state.current.videos[video.id] = video;
    store.state.changed();
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
    if (!isReady(store, video)) throw invalid('The video is not ready');
    publishVideo(store, video);
    return c.json({ success: true });
  });
}

const isReady = ({ now }: FacebookStore, { readyAt }: Video) => readyAt <= now().toISOString();

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
  const isUploaded = video.file !== null;
  // A reel is processed when it is published.
  const isDone = isUploaded && isReady(store, video) && (isPublished || !video.isReel);
  return {
    status: {
      video_status: statusOf(video, isDone),
      uploading_phase: { status: isUploaded ? 'complete' : 'not_started' },
      processing_phase: { status: isDone ? 'complete' : 'in_progress' },
      publishing_phase: isPublished
        ? { status: 'complete', publish_status: 'published' }
        : { status: 'not_started', publish_status: 'draft' },
    },
    published: isPublished,
    description: video.description,
    permalink_url: `/reel/${video.id}/`,
    ...(video.postId !== null && { post_id: video.postId.split('_')[1] }),
    ...(video.title !== null && { title: video.title }),
  };
}

function statusOf({ file, isReel }: Video, isDone: boolean) {
  if (isDone) return 'ready';
  if (file === null) return 'uploading';
  return isReel ? 'upload_complete' : 'processing';
}
