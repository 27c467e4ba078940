import * as z from 'zod';
import { recordCid } from './cid.ts';
import { StrongRef } from './post-rules.ts';
import { invalidRequest, xrpcError } from './refusals.ts';
import type { RecordValue, StoredRecord } from './state.ts';
import { type BlueskyStore, nextTid } from './store.ts';

type Place = { did: string; collection: string; rkey: string };
type Swap = { record?: string | null | undefined; commit?: string | undefined };

export const uriOf = ({ did, collection, rkey }: Place) => `at://${did}/${collection}/${rkey}`;

/** Stores a record; the same one at the same place again changes nothing, whatever it is to replace, and makes no commit. */
export function writeRecord(store: BlueskyStore, place: Place, value: RecordValue, swap: Swap = {}) {
  const { records } = store.state.current;
  const uri = uriOf(place);
  const before = records[uri];
  const cid = cidOf(value);
  const isSame = before?.cid === cid;
  if (!isSame) checkSwap(store, place.did, before, swap);
  const at = store.now().toISOString();
  store.state.changed();
  before?.arrivals.push(at);
  if (isSame) return { uri, cid };
  if (before) tally(store, before.value, -1);
  const figures = { likes: 0, reposts: 0, replies: 0, quotes: 0 };
  records[uri] = { ...figures, arrivals: [at], indexedAt: at, ...before, ...place, uri, cid, value };
  tally(store, value, 1);
  return { uri, cid, commit: commit(store, place.did) };
}

/** The commit of the deletion; undefined when there was no such record. */
export function deleteRecord(store: BlueskyStore, place: Place, swap: Swap) {
  const { records } = store.state.current;
  const before = records[uriOf(place)];
  checkSwap(store, place.did, before, swap);
  if (!before) return undefined;
  tally(store, before.value, -1);
  delete records[before.uri];
  store.state.changed();
  return commit(store, place.did);
}

function cidOf(value: RecordValue): string {
  try {
    return recordCid(value);
  } catch (cause) {
    if (cause instanceof RangeError) throw invalidRequest(cause.message);
    throw cause;
  }
}

/** A client may say what it believes to be there; `null` says nothing is. */
function checkSwap({ state }: BlueskyStore, did: string, before: StoredRecord | undefined, swap: Swap) {
  if (swap.record !== undefined && (before?.cid ?? null) !== swap.record) {
    throw xrpcError(400, 'InvalidSwap', `Record was at ${before?.cid ?? 'null'}`);
  }
  const head = state.current.heads[did]?.cid;
  if (swap.commit !== undefined && head !== swap.commit) throw xrpcError(400, 'InvalidSwap', `Commit was at ${head}`);
}

function commit(store: BlueskyStore, did: string) {
  const { heads } = store.state.current;
  const rev = nextTid(store);
  heads[did] = { cid: recordCid({ did, rev, prev: heads[did]?.cid ?? null }), rev };
  return heads[did];
}

const Reference = z.object({
  $type: z.string(),
  subject: StrongRef.optional().catch(undefined),
  reply: z.object({ parent: StrongRef }).optional().catch(undefined),
  embed: z
    .object({ record: z.union([StrongRef, z.object({ record: StrongRef })]) })
    .optional()
    .catch(undefined),
});

/** Likes, reposts, replies and quotes count on the post they point at. */
function tally({ state }: BlueskyStore, value: RecordValue, change: 1 | -1) {
  const { $type, subject, reply, embed } = Reference.parse(value);
  const add = (uri: string | undefined, figure: 'likes' | 'reposts' | 'replies' | 'quotes') => {
    const record = state.current.records[uri ?? ''];
    if (record) record[figure] = Math.max(0, record[figure] + change);
  };
  if ($type === 'app.bsky.feed.like') add(subject?.uri, 'likes');
  if ($type === 'app.bsky.feed.repost') add(subject?.uri, 'reposts');
  if ($type !== 'app.bsky.feed.post') return;
  add(reply?.parent.uri, 'replies');
  const quoted = embed?.record;
  add(quoted && 'record' in quoted ? StrongRef.safeParse(quoted.record).data?.uri : quoted?.uri, 'quotes');
}
