import type { Context } from 'hono';
import type { SandboxApp } from '../sandbox-platform.ts';
import { invalid, missing } from './refusals.ts';
import type { Channel, Video } from './state.ts';
import { callerOf, uploadsOf, type YoutubeStore } from './store.ts';

/** What is read of channels, playlists and videos: https://developers.google.com/youtube/v3/docs */
export function addReads(app: SandboxApp, store: YoutubeStore) {
  const { current } = store.state;

  app.get('/youtube/v3/channels', (c) => {
    const caller = callerOf(c, store, 'youtube.readonly');
    const parts = partsOf(c);
    const { mine, id } = c.req.query();
    if ((mine === 'true') === (id !== undefined)) throw invalid('missingRequiredParameter', 'No filter selected.');
    const found = mine === 'true' ? [caller] : (id ?? '').split(',').flatMap((one) => current.channels[one] ?? []);
    const items = found.map((channel) => ({
      kind: 'youtube#channel',
      id: channel.id,
      ...shown(store, channel, parts),
    }));
    return c.json({ kind: 'youtube#channelListResponse', ...page(items) });
  });

  app.get('/youtube/v3/playlistItems', (c) => {
    callerOf(c, store, 'youtube.readonly');
    partsOf(c);
    const { playlistId, maxResults = '5' } = c.req.query();
    const channel = Object.values(current.channels).find((one) => uploadsOf(one) === playlistId);
    if (!channel) throw missing('playlistNotFound', 'The playlist cannot be found.');
    const videos = newestFirst(current.videos).filter(({ channelId }) => channelId === channel.id);
    const items = videos.slice(0, Number(maxResults)).map(({ id, title, description, createdAt }) => ({
      kind: 'youtube#playlistItem',
      id: `item-${id}`,
      snippet: {
        publishedAt: createdAt.replace(/\.\d+Z$/, 'Z'),
        channelId: channel.id,
        ...{ title, description, playlistId, position: 0 },
        resourceId: { kind: 'youtube#video', videoId: id },
      },
    }));
    return c.json({ kind: 'youtube#playlistItemListResponse', ...page(items) });
  });

  app.get('/youtube/v3/videos', (c) => {
    callerOf(c, store, 'youtube.readonly');
    const parts = partsOf(c);
    const ids = (c.req.query('id') ?? '').split(',');
    if (ids.length > 50) throw invalid('invalidFilters', 'Too many ids');
    const items = ids
      .flatMap((id) => current.videos[id] ?? [])
      .map((video) => ({
        kind: 'youtube#video',
        id: video.id,
        ...shownVideo(video, parts),
      }));
    return c.json({ kind: 'youtube#videoListResponse', ...page(items) });
  });
}

export const newestFirst = <Made extends { createdAt: string }>(made: Record<string, Made>) =>
  Object.values(made).toSorted((one, other) => (one.createdAt < other.createdAt ? 1 : -1));

export function partsOf(c: Context): string[] {
  const part = c.req.query('part');
  if (!part) throw invalid('missingRequiredParameter', 'No part was given.');
  return part.split(',');
}

const page = (items: object[]) => ({ pageInfo: { totalResults: items.length, resultsPerPage: 50 }, items });

function shown({ url }: YoutubeStore, channel: Channel, parts: readonly string[]) {
  const snippet = {
    title: channel.username,
    customUrl: `@${channel.username}`,
    thumbnails: { default: { url: `${url}/avatars/${channel.username}.png` } },
  };
  const contentDetails = { relatedPlaylists: { likes: '', uploads: uploadsOf(channel) } };
  return {
    ...(parts.includes('snippet') && { snippet }),
    ...(parts.includes('contentDetails') && { contentDetails }),
  };
}

function shownVideo({ privacyStatus, madeForKids, likes, replies }: Video, parts: readonly string[]) {
  const status = { uploadStatus: 'processed', privacyStatus, madeForKids: madeForKids ?? false };
  const statistics = {
    viewCount: '0',
    likeCount: String(likes),
    favoriteCount: '0',
    commentCount: String(replies),
  };
  return { ...(parts.includes('status') && { status }), ...(parts.includes('statistics') && { statistics }) };
}
