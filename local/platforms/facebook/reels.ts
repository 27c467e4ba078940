import { fetchedFile } from '../fetched-file.ts';
import { keepFile } from '../kept-files.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { SandboxRefusal } from '../sandbox-refusal.ts';
import { checkMessage } from './new-post.ts';
import { invalid, mayNotPost } from './refusals.ts';
import type { Page, Video } from './state.ts';
import { callingPage, type FacebookStore, goodToken, isPermitted, nextId, onlyKnown, parametersOf } from './store.ts';
import { versionPath } from './version.ts';
import { hasFailed, processVideo, publishVideo } from './videos.ts';

const maxBytes = 1024 * 1024 * 1024;
const types = ['video/mp4', 'video/quicktime'];

type Given = Readonly<Record<string, string>>;

/** https://developers.facebook.com/docs/video-api/guides/reels-publishing: start, upload, finish */
export function addReels(app: SandboxApp, store: FacebookStore) {
  const { current } = store.state;

  app.post(`${versionPath}/:page/video_reels`, async (c) => {
    const caller = await callingPage(c, store);
    if (!isPermitted(caller, c.req.param('page'), 'pages_manage_posts')) throw mayNotPost();
    const given = await parametersOf(c);
    if (given.upload_phase === 'finish') return c.json(finish(store, caller.page, given));
    onlyKnown(given, ['upload_phase']);
    if (given.upload_phase !== 'start') throw invalid('upload_phase must be start or finish');
    const { id } = start(store, caller.page);
    return c.json({ video_id: id, upload_url: `${store.url}/video-upload${versionPath}/${id}` });
  });

  app.post(`/video-upload${versionPath}/:id`, async (c) => {
    const token = /^OAuth\s+(\S+)$/.exec(c.req.header('Authorization') ?? '')?.[1] ?? '';
    const video = current.videos[c.req.param('id')];
    if (video?.pageId !== goodToken(store, token).token.pageId || !video?.isReel) throw invalid('Invalid video id');
    const url = c.req.header('file_url');
    if (url === undefined) throw invalid('The sandbox fetches reels by file_url only');
    const file = await fetchedFile(url, maxBytes);
    if (file === 'unreachable') throw notUploaded('Unable to fetch video file from URL.');
    if (file === 'too_large' || !types.includes(file.type))
      throw notUploaded('The video file format is not supported.');
    video.file = { altText: null, ...(await keepFile(store.files, file)) };
    store.state.changed();
    return c.json({ success: true });
  });
}

function start(store: FacebookStore, page: Page): Video {
  const id = nextId(store);
  const at = store.now().toISOString();
  const video = {
    id,
    pageId: page.id,
    file: null,
    isReel: true,
    description: '',
    title: null,
    readyAt: at,
    problem: null,
    isAwaited: false,
    postId: null,
  };
  store.state.current.videos[id] = video;
  store.state.changed();
  return video;
}

function finish(store: FacebookStore, page: Page, given: Given) {
  onlyKnown(given, ['upload_phase', 'video_id', 'video_state', 'description', 'title']);
  const video = store.state.current.videos[given.video_id ?? ''];
  if (video?.pageId !== page.id || !video.isReel) throw invalid('Invalid video_id');
  if (given.video_state !== 'PUBLISHED') throw invalid('The sandbox publishes reels at once only');
  if (video.file === null) throw invalid('The video is not uploaded yet');
  checkMessage(given.description ?? '');
  if (video.postId !== null) publishVideo(store, video);
  else if (!video.isAwaited) {
    Object.assign(video, { description: (given.description ?? '').trim(), title: given.title ?? null });
    processVideo(store, video, { isAwaited: true });
  } else if (hasFailed(store, video)) throw invalid('The video could not be processed');
  return { success: true };
}

/** Uploads are refused in a shape of their own. */
const notUploaded = (message: string) =>
  new SandboxRefusal(400, { debug_info: { retriable: false, type: 'ProcessingFailedError', message } });
