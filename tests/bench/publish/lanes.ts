import * as z from 'zod';
import { Connection } from '../../../functions/connections/contract.ts';
import { Me, Session } from '../../../functions/identity/contract.ts';
import { newId } from '../../../functions/runtime/ids.ts';
import type { Table } from '../../../functions/runtime/table.ts';
import { newTeamWrites } from '../../../functions/teams/public.ts';
import { demoUser } from '../../../local/command/demo-user.ts';
import { sandboxPassword } from '../../../local/platforms/bluesky/store.ts';
import { apiAt } from '../../support/raw-api.ts';

/** One connected account of a team of its own. */
export type BenchLane = { teamId: string; connectionId: string; userId: string };

/** Makes teams with an account each, connected through the API as a user would. */
export async function makeLanes(apiUrl: string, table: Table, { count, server }: { count: number; server: string }) {
  const { email, password } = await demoUser(apiUrl);
  const api = apiAt(apiUrl);
  const { accessToken: token } = await api.get(Session, 'POST /auth/login', { body: { email, password } });
  const { id: userId } = await api.get(Me.pick({ id: true }), 'GET /me', { token });
  const lanes: BenchLane[] = [];
  for (let place = 0; place < count; place++) {
    const teamId = newId('team');
    const createdAt = new Date().toISOString();
    await table.transact(newTeamWrites({ id: teamId, name: `Team ${place}`, createdAt }, userId, 'enterprise'));
    const identifier = `bench-${place}.test`;
    const body = { platform: 'bluesky', server, identifier, appPassword: sandboxPassword };
    const { id } = await api.get(Made, 'POST /connections', { body, token, teamId });
    lanes.push({ teamId, connectionId: id, userId });
  }
  return lanes;
}

const Made = z.object({ id: Connection.shape.id });
