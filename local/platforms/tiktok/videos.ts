import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import { invalid } from './refusals.ts';
import type { Post } from './state.ts';
import { answered, callerOf, postUrl, type TiktokStore } from './store.ts';

const perCall = 20;
const Query = z.object({ filters: z.object({ video_ids: z.array(z.string()).min(1).max(perCall) }) });
const List = z.object({ max_count: z.int().min(1).max(perCall).default(10) });

/** https://developers.tiktok.com/doc/tiktok-api-v2-video-query and …-video-list: public posts only. */
export function addVideos(app: SandboxApp, store: TiktokStore) {
  const publicOf = (openId: string) =>
    newestFirst(store).filter((post) => post.openId === openId && post.asked.privacy_level === 'PUBLIC_TO_EVERYONE');

  app.post('/v2/video/query/', async (c) => {
    const { openId } = callerOf(c, store, 'video.list');
    const body = Query.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) throw invalid(z.prettifyError(body.error));
    const ids = new Set(body.data.filters.video_ids);
    const found = publicOf(openId).filter(({ id }) => ids.has(id));
    return answered({ videos: found.map((post) => shown(store, post, c.req.query('fields'))) });
  });

  app.post('/v2/video/list/', async (c) => {
    const { openId } = callerOf(c, store, 'video.list');
    const body = List.safeParse(await c.req.json().catch(() => ({})));
    if (!body.success) throw invalid(z.prettifyError(body.error));
    const all = publicOf(openId);
    const videos = all.slice(0, body.data.max_count).map((post) => shown(store, post, c.req.query('fields')));
    return answered({ videos, cursor: store.now().getTime(), has_more: all.length > videos.length });
  });
}

export const newestFirst = ({ state }: TiktokStore) =>
  Object.values(state.current.posts).toSorted((one, other) => (one.id < other.id ? 1 : -1));

function shown(store: TiktokStore, post: Post, fields = '') {
  const { asked, createdAt, likes, reposts, replies } = post;
  const all: Record<string, unknown> = {
    id: post.id,
    title: asked.title,
    video_description: asked.description || asked.title,
    create_time: Math.floor(Date.parse(createdAt) / 1000),
    share_url: postUrl(store, post),
    like_count: likes,
    comment_count: replies,
    share_count: reposts,
    view_count: 0,
  };
  const names = fields.split(',').filter(Boolean);
  if (names.length === 0 || names.some((name) => !(name in all))) throw invalid('Fields are invalid');
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}
