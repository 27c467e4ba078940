import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import { callerOf, readerOf } from './caller.ts';
import { accountEntity, credentialAccountEntity, statusEntity } from './entities.ts';
import { recordNotFound } from './refusals.ts';
import type { Status } from './state.ts';
import { type MastodonStore, newestFirst } from './store.ts';

const Query = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .catch(20)
    .transform((limit) => Math.min(limit, 40)),
  max_id: z.string().optional(),
  since_id: z.string().optional(),
  exclude_replies: z.stringbool().catch(false),
  exclude_reblogs: z.stringbool().catch(false),
});
type Query = z.infer<typeof Query>;

export function addAccounts(app: SandboxApp, store: MastodonStore) {
  app.get('/api/v1/accounts/verify_credentials', (c) => {
    const { account } = callerOf(c, store, ['profile', 'read:accounts']);
    return c.json(credentialAccountEntity(store, account));
  });

  app.get('/api/v1/accounts/:id', (c) => {
    const account = store.state.current.accounts[c.req.param('id')];
    if (!account) throw recordNotFound();
    return c.json(accountEntity(store, account));
  });

  app.get('/api/v1/accounts/:id/statuses', (c) => {
    const reader = readerOf(c, store)?.account.id;
    const account = store.state.current.accounts[c.req.param('id')];
    if (!account) throw recordNotFound();
    const query = Query.parse(c.req.query());
    const own = Object.values(store.state.current.statuses).filter(({ accountId }) => accountId === account.id);
    const wanted = own.filter(
      (status) => (account.id === reader || status.visibility === 'public') && asked(status, query),
    );
    return c.json(
      newestFirst(wanted)
        .slice(0, query.limit)
        .map((status) => statusEntity(store, status, reader)),
    );
  });
}

const asked = ({ id, inReplyToId, reblogOfId }: Status, query: Query) =>
  (query.max_id === undefined || id < query.max_id) &&
  (query.since_id === undefined || id > query.since_id) &&
  !(query.exclude_replies && inReplyToId !== null) &&
  !(query.exclude_reblogs && reblogOfId !== null);
