import { avatarUrl } from '../sandbox-pages.ts';
import type { Account, Media, Status } from './state.ts';
import { isMentioned, statusHtml } from './status-html.ts';
import { textParts } from './status-text.ts';
import { findAccountNamed, type MastodonStore, repliesTo } from './store.ts';

export function accountEntity(store: MastodonStore, account: Account) {
  const own = Object.values(store.state.current.statuses).filter(({ accountId }) => accountId === account.id);
  const picture = avatarUrl(store.url);
  return {
    id: account.id,
    username: account.username,
    acct: account.username,
    display_name: account.username,
    locked: false,
    bot: false,
    discoverable: true,
    indexable: false,
    group: false,
    created_at: `${account.createdAt.slice(0, 10)}T00:00:00.000Z`,
    note: '<p>A sandbox account.</p>',
    url: `${store.url}/@${account.username}`,
    uri: `${store.url}/users/${account.username}`,
    avatar: picture,
    avatar_static: picture,
    header: picture,
    header_static: picture,
    followers_count: 0,
    following_count: 0,
    statuses_count: own.length,
    last_status_at: own.at(-1)?.createdAt.slice(0, 10) ?? null,
    emojis: [],
    fields: [],
  };
}

/** What `verify_credentials` adds for the account itself. */
export const credentialAccountEntity = (store: MastodonStore, account: Account) => ({
  ...accountEntity(store, account),
  source: {
    privacy: 'public',
    sensitive: false,
    language: null,
    note: 'A sandbox account.',
    fields: [],
    follow_requests_count: 0,
  },
  role: { id: '-99', name: '', permissions: '65536', color: '', highlighted: false },
});

export const isReady = (media: Media, now: Date) => media.readyAt <= now.toISOString();

export function mediaEntity(store: MastodonStore, media: Media) {
  const address = `${store.url}/media/${media.id}`;
  return {
    id: media.id,
    type: media.kind,
    url: isReady(media, store.now()) ? address : null,
    preview_url: address,
    remote_url: null,
    text_url: null,
    meta: { focus: media.focus },
    description: media.description,
    blurhash: null,
  };
}

/** A status as `readerId` sees it. */
export function statusEntity(store: MastodonStore, status: Status, readerId?: string): Record<string, unknown> {
  const { accounts, apps, media, statuses } = store.state.current;
  const author = accounts[status.accountId];
  if (!author) throw new Error(`The sandbox lost the account of status ${status.id}.`);
  const app = apps[status.clientId];
  const reblogged = statuses[status.reblogOfId ?? ''];
  return {
    id: status.id,
    created_at: status.createdAt,
    in_reply_to_id: status.inReplyToId,
    in_reply_to_account_id: statuses[status.inReplyToId ?? '']?.accountId ?? null,
    sensitive: status.sensitive,
    spoiler_text: status.spoilerText,
    visibility: status.visibility,
    language: status.language,
    uri: `${store.url}/users/${author.username}/statuses/${status.id}`,
    url: statusUrl(store, status),
    replies_count: status.replies,
    reblogs_count: status.reposts,
    favourites_count: status.likes,
    quotes_count: 0,
    edited_at: null,
    ...(readerId === undefined ? {} : viewOf(store, status, readerId)),
    content: statusHtml(store, status.text),
    reblog: reblogged ? statusEntity(store, reblogged, readerId) : null,
    application: app ? { name: app.name, website: app.website } : null,
    account: accountEntity(store, author),
    media_attachments: status.mediaIds.flatMap((id) => (media[id] ? [mediaEntity(store, media[id])] : [])),
    ...entitiesIn(store, status.text),
    emojis: [],
    card: null,
    poll: null,
    quote: null,
  };
}

export function statusUrl(store: MastodonStore, { accountId, id }: Status) {
  return `${store.url}/@${store.state.current.accounts[accountId]?.username}/${id}`;
}

const viewOf = ({ state }: MastodonStore, { id, favouritedBy }: Status, readerId: string) => ({
  favourited: favouritedBy.includes(readerId),
  reblogged: Object.values(state.current.statuses).some((one) => one.reblogOfId === id && one.accountId === readerId),
  muted: false,
  bookmarked: false,
  pinned: false,
});

function entitiesIn(store: MastodonStore, text: string) {
  const parts = textParts(text);
  const mentions = parts.filter((part) => isMentioned(store, part));
  const mentioned = mentions.flatMap(({ name }) => findAccountNamed(store, name) ?? []);
  const tags = parts.flatMap(({ kind, name }) => (kind === 'hashtag' ? [name.toLowerCase()] : []));
  return {
    mentions: mentioned.map(({ id, username }) => ({ id, username, acct: username, url: `${store.url}/@${username}` })),
    tags: tags.map((name) => ({ name, url: `${store.url}/tags/${name}` })),
  };
}

/** Those above a status, oldest first, and those below it. */
export function statusContext(store: MastodonStore, status: Status) {
  const parent = store.state.current.statuses[status.inReplyToId ?? ''];
  const ancestors: Status[] = parent ? [...statusContext(store, parent).ancestors, parent] : [];
  const below = (id: string): Status[] => repliesTo(store, id).flatMap((reply) => [reply, ...below(reply.id)]);
  return { ancestors, descendants: below(status.id) };
}
