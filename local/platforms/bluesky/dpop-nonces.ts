import { createHmac } from 'node:crypto';
import type { BlueskyStore } from './store.ts';

/** No nonce lives longer than five minutes: the one before is good until the next comes. */
const rotationMs = 150_000;

const nonceOf = ({ state }: BlueskyStore, turn: number) =>
  createHmac('sha256', state.current.jwtSecret).update(`nonce ${turn}`).digest('base64url');

const turnNow = ({ now }: BlueskyStore) => Math.floor(now().getTime() / rotationMs);

export const currentNonce = (store: BlueskyStore) => nonceOf(store, turnNow(store));

export const isGoodNonce = (store: BlueskyStore, nonce: string) =>
  [turnNow(store), turnNow(store) - 1].some((turn) => nonceOf(store, turn) === nonce);
