import * as z from 'zod';
import { avatarUrl } from '../sandbox-pages.ts';
import { blobAddress } from './blobs.ts';
import { BlobRef } from './post-rules.ts';
import { recordsOf } from './records.ts';
import type { Account, StoredRecord } from './state.ts';
import type { BlueskyStore } from './store.ts';

const nameOf = ({ handle }: Account) => handle.split('.')[0] ?? handle;

const actorView = (account: Account) => ({
  did: account.did,
  handle: account.handle,
  displayName: nameOf(account),
  viewer: { muted: false, blockedBy: false },
  labels: [],
  createdAt: account.createdAt,
});

export const profileView = (store: BlueskyStore, account: Account) => ({
  ...actorView(account),
  avatar: avatarUrl(store.url),
  description: 'A sandbox account.',
  followersCount: 0,
  followsCount: 0,
  postsCount: recordsOf(store, account.did, 'app.bsky.feed.post').length,
  indexedAt: account.createdAt,
});

export function postView(store: BlueskyStore, post: StoredRecord) {
  const account = store.state.current.accounts[post.did];
  if (!account) throw new Error(`The sandbox lost the account of ${post.uri}.`);
  const images = imagesOf(store, post);
  return {
    uri: post.uri,
    cid: post.cid,
    author: actorView(account),
    record: post.value,
    ...(images.length === 0 ? {} : { embed: { $type: 'app.bsky.embed.images#view', images } }),
    bookmarkCount: 0,
    replyCount: post.replies,
    repostCount: post.reposts,
    likeCount: post.likes,
    quoteCount: post.quotes,
    indexedAt: post.indexedAt,
    viewer: { bookmarked: false, threadMuted: false, embeddingDisabled: false },
    labels: [],
  };
}

const WithImages = z.object({ embed: z.object({ images: z.array(z.object({ image: BlobRef, alt: z.string() })) }) });

export function imagesOf(store: BlueskyStore, { did, value }: StoredRecord) {
  const images = WithImages.safeParse(value).data?.embed.images ?? [];
  return images.map(({ image, alt }) => {
    const address = blobAddress(store, did, image.ref.$link);
    return { thumb: address, fullsize: address, alt };
  });
}
