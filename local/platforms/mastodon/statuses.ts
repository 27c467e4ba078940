import type { Context } from 'hono';
import type { SandboxApp } from '../sandbox-platform.ts';
import { callerOf, type MastodonCaller, readerOf } from './caller.ts';
import { statusContext, statusEntity } from './entities.ts';
import { checkStatus, emptyStatus, NewStatus, notImitated } from './new-status.ts';
import { invalid, recordNotFound, repliedToNothing, unprocessable } from './refusals.ts';
import { bodyFields } from './request-body.ts';
import type { Status } from './state.ts';
import { type MastodonStore, nextId } from './store.ts';

const idempotencyMs = 3_600_000;

export function addStatuses(app: SandboxApp, store: MastodonStore) {
  app.post('/api/v1/statuses', async (c) => {
    const caller = callerOf(c, store, ['write:statuses']);
    const fields = await bodyFields(c);
    const key = c.req.header('Idempotency-Key') || null;
    // Before the key is looked at: sent again when what it answers is gone, a reply is refused although it was made.
    const parent = answeredStatus(store, caller, fields);
    const status =
      earlierStatus(store, caller, key) ?? createStatus(store, caller, { key, status: newStatus(fields), parent });
    status.arrivals.push(store.now().toISOString());
    store.state.changed();
    return c.json(statusEntity(store, status, caller.account.id));
  });

  app.get('/api/v1/statuses/:id', (c) => {
    const reader = readerOf(c, store)?.account.id;
    return c.json(statusEntity(store, visibleStatus(c, store, reader), reader));
  });

  app.get('/api/v1/statuses/:id/context', (c) => {
    const reader = readerOf(c, store)?.account.id;
    const { ancestors, descendants } = statusContext(store, visibleStatus(c, store, reader));
    const shown = (list: Status[]) =>
      list.filter((one) => isVisible(one, reader)).map((one) => statusEntity(store, one, reader));
    return c.json({ ancestors: shown(ancestors), descendants: shown(descendants) });
  });

  app.delete('/api/v1/statuses/:id', (c) => {
    const { account } = callerOf(c, store, ['write:statuses']);
    const status = store.state.current.statuses[c.req.param('id')];
    if (status?.accountId !== account.id) throw recordNotFound();
    const { content: _, ...entity } = statusEntity(store, status, account.id);
    removeStatus(store, status);
    return c.json({ ...entity, text: status.text });
  });
}

const isVisible = ({ visibility, accountId }: Status, readerId: string | undefined) =>
  visibility === 'public' || visibility === 'unlisted' || accountId === readerId;

/** The status named in the path, if this reader may see it; else it answers as if there were none. */
export function visibleStatus(c: Context, { state }: MastodonStore, readerId: string | undefined): Status {
  const status = state.current.statuses[c.req.param('id') ?? ''];
  if (!status || !isVisible(status, readerId)) throw recordNotFound();
  return status;
}

/** What a new status answers, which must be there for its author. */
function answeredStatus({ state }: MastodonStore, { account }: MastodonCaller, fields: Record<string, unknown>) {
  const id = NewStatus.shape.in_reply_to_id.parse(fields.in_reply_to_id);
  if (id === undefined) return undefined;
  const status = state.current.statuses[id];
  if (!status || !isVisible(status, account.id)) throw repliedToNothing();
  return status;
}

function newStatus(fields: Record<string, unknown>): NewStatus {
  const foreign = notImitated.find((name) => Object.keys(fields).some((field) => field.split('[')[0] === name));
  if (foreign) throw unprocessable(`The sandbox does not imitate ${foreign}`);
  const status = NewStatus.safeParse(fields);
  if (!status.success)
    throw invalid(status.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join(', '));
  return status.data;
}

/** The same key from the same token within an hour answers the first status; gone if that was deleted since. */
function earlierStatus({ state, now }: MastodonStore, { token }: MastodonCaller, key: string | null) {
  const earlier = state.current.idempotency[`${token.token} ${key}`];
  if (key === null || !earlier || Date.parse(earlier.at) <= now().getTime() - idempotencyMs) return undefined;
  const status = state.current.statuses[earlier.statusId];
  if (!status) throw recordNotFound();
  return status;
}

type Wanted = { key: string | null; status: NewStatus; parent: Status | undefined };

function createStatus(
  store: MastodonStore,
  { account, token }: MastodonCaller,
  { key, status: wanted, parent }: Wanted,
): Status {
  const { statuses, media, idempotency } = store.state.current;
  checkStatus(store, wanted, account.id);
  const at = store.now().toISOString();
  const status: Status = {
    ...emptyStatus,
    id: nextId(store),
    accountId: account.id,
    clientId: token.clientId,
    text: wanted.status.trim(),
    spoilerText: wanted.spoiler_text,
    visibility: wanted.visibility,
    sensitive: wanted.sensitive,
    language: wanted.language,
    inReplyToId: parent?.id ?? null,
    mediaIds: wanted.media_ids,
    favouritedBy: [],
    createdAt: at,
    idempotencyKey: key,
    arrivals: [],
  };
  statuses[status.id] = status;
  if (parent) parent.replies += 1;
  for (const id of status.mediaIds) if (media[id]) media[id].statusId = status.id;
  if (key !== null) idempotency[`${token.token} ${key}`] = { statusId: status.id, at };
  return status;
}

/** Boosts of a status go with it; replies to it stay and answer nothing any more. */
export function removeStatus({ state }: MastodonStore, status: Status) {
  const { statuses } = state.current;
  const parent = statuses[status.inReplyToId ?? ''];
  const boosted = statuses[status.reblogOfId ?? ''];
  if (parent) parent.replies = Math.max(0, parent.replies - 1);
  if (boosted) boosted.reposts = Math.max(0, boosted.reposts - 1);
  for (const one of Object.values(statuses)) {
    if (one.reblogOfId === status.id) delete statuses[one.id];
    if (one.inReplyToId === status.id) one.inReplyToId = null;
  }
  delete statuses[status.id];
  state.changed();
}
