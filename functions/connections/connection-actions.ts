import { accessFor } from '../platforms/public.ts';
import { now } from '../runtime/clock.ts';
import { secretBox } from '../runtime/secrets.ts';
import { slotZones } from '../scheduling/public.ts';
import { connectionPlaces } from '../teams/public.ts';
import { accountOpener } from './account-opener.ts';
import { type CheckTools, checkAccount, type Lane } from './check-account.ts';
import { connectionChanges } from './connection-changes-table.ts';
import { connectionTable } from './connection-table.ts';
import { type RemoveTools, removeConnection } from './delete-connection.ts';
import { renewAccess } from './renew-access.ts';
import { workTools } from './scheduled-work.ts';
import type { BulkAction, Scheduled } from './schemas.ts';
import { changeConnection, type UpdateTools } from './update-connection.ts';

type Action = (lane: Lane, wish: { scheduled?: Scheduled | undefined }) => Promise<unknown>;
export type ConnectionActions = Record<BulkAction, Action>;
export type ActionTools = CheckTools & RemoveTools & UpdateTools;

/** What can be done to one of many connections. */
export const connectionActions = (tools: ActionTools): ConnectionActions => ({
  enable: (lane) => changeConnection({ ...lane, patch: { enabled: true } }, tools),
  disable: (lane) => changeConnection({ ...lane, patch: { enabled: false } }, tools),
  check: (lane) => checkAccount(lane, tools),
  refresh: (lane) => renewAccess(lane, tools),
  disconnect: (lane, { scheduled }) => removeConnection(lane, scheduled, tools),
});

/** As deployed. */
export const deployedActions = (): ConnectionActions =>
  connectionActions({
    accounts: accountOpener(),
    changes: connectionChanges(),
    connections: connectionTable(),
    ...workTools(),
    secrets: secretBox(),
    places: connectionPlaces(),
    zones: slotZones(),
    accessFor,
    now,
  });
