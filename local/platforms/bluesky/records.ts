import type { Context } from 'hono';
import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import type { BlueskyMeter } from './limits.ts';
import { checkedRecord, checkRecordKey } from './record-check.ts';
import { failed, invalidRequest, xrpcError } from './refusals.ts';
import { deleteRecord, uriOf, writeRecord } from './repository.ts';
import { RecordValue, type StoredRecord } from './state.ts';
import { type BlueskyStore, findAccount, nextTid } from './store.ts';
import { callerOf } from './tokens.ts';
import { inputOf, queryOf } from './xrpc-input.ts';

const Collection = z.string().regex(/^[a-z][a-z\d-]*(\.[a-z\d-]+)+\.[a-z]\w*$/i, 'Invalid NSID');
const Place = z.object({ repo: z.string(), collection: Collection, rkey: z.string() });
const Swap = z.object({ swapCommit: z.string().optional(), swapRecord: z.string().nullish() });
const Put = Place.extend({ ...Swap.shape, record: RecordValue, validate: z.boolean().optional() });
const Create = Put.extend({ rkey: z.string().optional() }).omit({ swapRecord: true });
const Listing = Place.pick({ repo: true, collection: true }).extend({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().optional(),
  reverse: z.stringbool().default(false),
});

export function addRecords(app: SandboxApp, store: BlueskyStore, meter: BlueskyMeter) {
  app.post('/xrpc/com.atproto.repo.putRecord', async (c) => {
    const caller = callerOf(c, store);
    const { repo, collection, rkey, record, validate, ...swap } = await inputOf(c, Put);
    const did = ownRepo(c, store, repo);
    meter.write(c, caller.did, 2);
    checkRecordKey(collection, rkey);
    const { value, ...status } = checkedRecord(store, collection, record, validate);
    const written = writeRecord(store, { did, collection, rkey }, value, {
      record: swap.swapRecord,
      commit: swap.swapCommit,
    });
    return c.json({ ...written, ...status });
  });

  app.post('/xrpc/com.atproto.repo.createRecord', async (c) => {
    const caller = callerOf(c, store);
    const { repo, collection, rkey = nextTid(store), record, validate, swapCommit } = await inputOf(c, Create);
    const did = ownRepo(c, store, repo);
    meter.write(c, caller.did, 3);
    checkRecordKey(collection, rkey);
    const place = { did, collection, rkey };
    const { value, ...status } = checkedRecord(store, collection, record, validate);
    const taken = store.state.current.records[uriOf(place)];
    // A taken key is a bare 500 on a real server, not to be told from a fault.
    if (taken) throw failed(500);
    return c.json({ ...writeRecord(store, place, value, { commit: swapCommit }), ...status });
  });

  app.post('/xrpc/com.atproto.repo.deleteRecord', async (c) => {
    const caller = callerOf(c, store);
    const { repo, collection, rkey, ...swap } = await inputOf(c, Place.extend(Swap.shape));
    const place = { did: ownRepo(c, store, repo), collection, rkey };
    meter.write(c, caller.did, 1);
    const commit = deleteRecord(store, place, { record: swap.swapRecord ?? undefined, commit: swap.swapCommit });
    return c.json(commit ? { commit } : {});
  });

  app.get('/xrpc/com.atproto.repo.getRecord', (c) => {
    const { repo, collection, rkey, cid } = queryOf(c, Place.extend({ cid: z.string().optional() }));
    const uri = uriOf({ did: findAccount(store, repo)?.did ?? repo, collection, rkey });
    const record = store.state.current.records[uri];
    if (!record || (cid && record.cid !== cid))
      throw xrpcError(400, 'RecordNotFound', `Could not locate record: ${uri}`);
    return c.json(shown(record));
  });

  app.get('/xrpc/com.atproto.repo.listRecords', (c) => {
    const query = queryOf(c, Listing);
    const account = findAccount(store, query.repo);
    if (!account) throw invalidRequest(`Could not find repo: ${query.repo}`);
    return c.json(listed(recordsOf(store, account.did, query.collection), query));
  });
}

/** Only one's own repository can be written to. */
function ownRepo(c: Context, store: BlueskyStore, repo: string): string {
  const account = findAccount(store, repo);
  if (!account) throw xrpcError(403, 'AccountNotFound', 'Account not found');
  if (account.did !== callerOf(c, store).did) throw failed(401);
  return account.did;
}

const shown = ({ uri, cid, value }: StoredRecord) => ({ uri, cid, value });

export const recordsOf = ({ state }: BlueskyStore, did: string, collection: string) =>
  Object.values(state.current.records).filter((record) => record.did === did && record.collection === collection);

/** Newest key first, unless reversed. */
function listed(records: StoredRecord[], { limit, cursor, reverse }: z.infer<typeof Listing>) {
  const sorted = records.toSorted((one, other) => (one.rkey < other.rkey !== reverse ? 1 : -1));
  const after = sorted.filter(({ rkey }) => cursor === undefined || (reverse ? rkey > cursor : rkey < cursor));
  const page = after.slice(0, limit);
  const last = page.at(-1);
  return { records: page.map(shown), ...(last && page.length === limit ? { cursor: last.rkey } : {}) };
}
