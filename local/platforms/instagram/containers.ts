import { objectMissing, permissionMissing } from '../graph-refusals.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { checkImage, videoProblem } from './fetched-media.ts';
import {
  captionTooLong,
  carouselSize,
  containerMissing,
  invalid,
  mediaMissing,
  notReady,
  quotaReached,
  typeUnknown,
} from './refusals.ts';
import type { Account, Container, Item, Post } from './state.ts';
import { callingAccount, type InstagramStore, nextId, parametersOf } from './store.ts';
import { versionPath } from './version.ts';

export const quota = { quota_total: 100, quota_duration: 86_400 };
const lifeMs = 24 * 3600_000;
const maxCaption = 2200;

/** The two steps of publishing, and the status between them. */
export function addContainers(app: SandboxApp, store: InstagramStore) {
  const { current, changed } = store.state;

  app.post(`${versionPath}/:user/media`, async (c) => {
    const account = await callingAccount(c, store, 'publish');
    ownOnly(account, c.req.param('user'));
    const container = await newContainer(store, account, await parametersOf(c));
    current.containers[container.id] = container;
    changed();
    return c.json({ id: container.id });
  });

  app.post(`${versionPath}/:user/media_publish`, async (c) => {
    const account = await callingAccount(c, store, 'publish');
    ownOnly(account, c.req.param('user'));
    const { creation_id = '' } = await parametersOf(c);
    const container = current.containers[creation_id];
    current.posts[container?.postId ?? '']?.arrivals.push(store.now().toISOString());
    if (container?.accountId !== account.id || container.isCarouselItem) throw containerMissing(creation_id);
    const status = statusOf(store, container);
    if (status === 'IN_PROGRESS') throw notReady();
    if (status === 'EXPIRED') throw containerMissing(creation_id);
    if (status !== 'FINISHED') throw mediaMissing(creation_id);
    if (usedQuota(store, account) >= quota.quota_total) throw quotaReached();
    return c.json({ id: publish(store, container).id });
  });
}

export const usedQuota = ({ state, now }: InstagramStore, { id }: Account) =>
  Object.values(state.current.posts).filter(
    ({ accountId, createdAt }) =>
      accountId === id && now().getTime() - Date.parse(createdAt) < quota.quota_duration * 1000,
  ).length;

const ownOnly = ({ id }: Account, user: string) => {
  if (user !== 'me' && user !== id) throw permissionMissing('instagram_content_publish');
};

type Parameters = Record<string, string>;

async function newContainer(store: InstagramStore, account: Account, given: Parameters): Promise<Container> {
  const { access_token: _, appsecret_proof: __, caption = '', ...wishes } = given;
  if ([...caption].length > maxCaption) throw captionTooLong([...caption].length);
  const made = await contentOf(store, account, given);
  const at = store.now();
  const isVideo = made.items.some(({ kind }) => kind === 'VIDEO');
  return {
    ...made,
    id: nextId(store),
    accountId: account.id,
    isCarouselItem: given.is_carousel_item === 'true',
    caption,
    wishes,
    createdAt: at.toISOString(),
    readyAt: new Date(at.getTime() + (isVideo ? store.processingMs : 0)).toISOString(),
    postId: null,
  };
}

type Content = Pick<Container, 'mediaType' | 'items' | 'error'>;

async function contentOf(store: InstagramStore, account: Account, given: Parameters): Promise<Content> {
  const { media_type, image_url, video_url, alt_text = null } = given;
  if (media_type === 'CAROUSEL') return carousel(store, account, given.children);
  if (media_type === undefined || media_type === 'IMAGE') {
    if (!image_url) throw invalid('The parameter image_url is required');
    await checkImage(image_url);
    return { mediaType: 'IMAGE', items: [{ kind: 'IMAGE', url: image_url, altText: alt_text }], error: null };
  }
  const isReel = media_type === 'REELS';
  if (!isReel && (media_type !== 'VIDEO' || given.is_carousel_item !== 'true')) throw typeUnknown(media_type);
  if (!video_url) throw invalid('The parameter video_url is required');
  const items: Item[] = [{ kind: 'VIDEO', url: video_url, altText: null }];
  return { mediaType: isReel ? 'REELS' : 'VIDEO', items, error: await videoProblem(video_url) };
}

function carousel(store: InstagramStore, account: Account, children = ''): Content {
  const ids = children.split(',').filter(Boolean);
  if (ids.length < 2 || ids.length > 10) throw carouselSize();
  const items = ids.flatMap((id) => {
    const child = store.state.current.containers[id];
    if (child?.accountId !== account.id || !child.isCarouselItem) throw invalid(`The child ${id} is no carousel item`);
    if (statusOf(store, child) === 'IN_PROGRESS') throw notReady();
    if (statusOf(store, child) !== 'FINISHED') throw mediaMissing(id);
    return child.items;
  });
  return { mediaType: 'CAROUSEL', items, error: null };
}

type Status = 'EXPIRED' | 'ERROR' | 'FINISHED' | 'IN_PROGRESS' | 'PUBLISHED';

function statusOf({ now }: InstagramStore, { createdAt, readyAt, error, postId }: Container): Status {
  if (postId !== null) return 'PUBLISHED';
  if (now().getTime() - Date.parse(createdAt) > lifeMs) return 'EXPIRED';
  if (readyAt > now().toISOString()) return 'IN_PROGRESS';
  return error === null ? 'FINISHED' : 'ERROR';
}

const words: Readonly<Record<Status, string>> = {
  EXPIRED: 'Expired: The container was not published within 24 hours and has expired.',
  ERROR: 'Error: Media upload has failed with error code',
  FINISHED: 'Finished: Media has been uploaded and it is ready to be published.',
  IN_PROGRESS: 'In Progress: Media is still being processed.',
  PUBLISHED: 'Published: Media has been successfully published.',
};

/** A container as `GET /{id}` answers it. */
export function containerView(store: InstagramStore, id: string, { id: accountId }: Account): Record<string, unknown> {
  const container = store.state.current.containers[id];
  if (container?.accountId !== accountId) throw objectMissing(id);
  const status = statusOf(store, container);
  const code = status === 'ERROR' ? ` ${container.error}` : '';
  return { status_code: status, status: `${words[status]}${code}` };
}

function publish(store: InstagramStore, container: Container): Post {
  const at = store.now().toISOString();
  const id = nextId(store);
  const { accountId, mediaType, caption, items, wishes } = container;
  const post: Post = {
    id,
    accountId,
    mediaType,
    caption,
    items,
    wishes,
    shortcode: `C${BigInt(id).toString(36)}`,
    createdAt: at,
    containerId: container.id,
    arrivals: [at],
    likes: 0,
    reposts: 0,
    replies: 0,
  };
  container.postId = id;
  store.state.current.posts[id] = post;
  store.state.changed();
  return post;
}
