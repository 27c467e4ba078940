import type { SandboxApp } from '../sandbox-platform.ts';
import { callerOf } from './caller.ts';
import { statusEntity } from './entities.ts';
import { emptyStatus } from './new-status.ts';
import type { Status } from './state.ts';
import { removeStatus, visibleStatus } from './statuses.ts';
import { type MastodonStore, nextId } from './store.ts';

/** What readers do with a status. Doing it twice changes nothing. */
export function addStatusActions(app: SandboxApp, store: MastodonStore) {
  app.post('/api/v1/statuses/:id/favourite', (c) => {
    const { account } = callerOf(c, store, ['write:favourites']);
    const status = visibleStatus(c, store, account.id);
    if (!status.favouritedBy.includes(account.id)) {
      status.favouritedBy.push(account.id);
      status.likes += 1;
      store.state.changed();
    }
    return c.json(statusEntity(store, status, account.id));
  });

  app.post('/api/v1/statuses/:id/unfavourite', (c) => {
    const { account } = callerOf(c, store, ['write:favourites']);
    const status = visibleStatus(c, store, account.id);
    if (status.favouritedBy.includes(account.id)) {
      status.favouritedBy = status.favouritedBy.filter((id) => id !== account.id);
      status.likes = Math.max(0, status.likes - 1);
      store.state.changed();
    }
    return c.json(statusEntity(store, status, account.id));
  });

  app.post('/api/v1/statuses/:id/reblog', (c) => {
    const { account, token } = callerOf(c, store, ['write:statuses']);
    const status = visibleStatus(c, store, account.id);
    const boost =
      boostBy(store, status, account.id) ??
      addBoost(store, status, { accountId: account.id, clientId: token.clientId });
    return c.json(statusEntity(store, boost, account.id));
  });

  app.post('/api/v1/statuses/:id/unreblog', (c) => {
    const { account } = callerOf(c, store, ['write:statuses']);
    const status = visibleStatus(c, store, account.id);
    const boost = boostBy(store, status, account.id);
    if (boost) removeStatus(store, boost);
    return c.json(statusEntity(store, status, account.id));
  });
}

const boostBy = ({ state }: MastodonStore, { id }: Status, accountId: string) =>
  Object.values(state.current.statuses).find((one) => one.reblogOfId === id && one.accountId === accountId);

function addBoost(store: MastodonStore, status: Status, by: Pick<Status, 'accountId' | 'clientId'>): Status {
  const boost: Status = {
    ...emptyStatus,
    ...by,
    id: nextId(store),
    reblogOfId: status.id,
    mediaIds: [],
    favouritedBy: [],
    createdAt: store.now().toISOString(),
    arrivals: [],
  };
  store.state.current.statuses[boost.id] = boost;
  status.reposts += 1;
  store.state.changed();
  return boost;
}
