import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredConnection } from '../../functions/connections/connection-table.ts';
import { xAccess } from '../../functions/platforms/x/access.ts';
import { addSeconds } from '../../functions/runtime/clock.ts';
import { noon } from '../support/accounts.ts';
import { freshDueTokens, tokensUntil } from '../support/due-tokens.ts';
import { testTeamId } from '../support/request.ts';
import { callsTo } from '../support/sandbox.ts';
import { type Received, scriptedServer } from '../support/scripted-server.ts';

const count = 1_000;
const batch = 50;
const atOnce = 10;
const perRun = 500;
const secondsLeft = 24 * 60;

/** A token endpoint whose refresh tokens work once: it tells how often it was asked, and by how many side by side. */
async function tokenEndpoint() {
  const used = new Map<string, number>();
  let open = 0;
  let most = 0;
  const server = await scriptedServer(async ({ path, body }: Received) => {
    expect(path).toBe('/2/oauth2/token');
    const token = new URLSearchParams(body).get('refresh_token') ?? '';
    used.set(token, (used.get(token) ?? 0) + 1);
    open += 1;
    most = Math.max(most, open);
    await new Promise((resolve) => setTimeout(resolve, 5));
    open -= 1;
    return { body: { access_token: `next ${token}`, refresh_token: `next ${token}`, expires_in: 7200 } };
  });
  return { ...server, used, most: () => most };
}

describe('a thousand connections whose tokens end within one hour', () => {
  let platform: Awaited<ReturnType<typeof tokenEndpoint>>;
  beforeAll(async () => {
    platform = await tokenEndpoint();
  });
  afterAll(() => platform.stop());

  /** The timer runs each minute from noon on; gives when each connection was renewed. */
  async function runFor(minutes: number, dueAtOf: (number: number) => Date) {
    platform.used.clear();
    platform.requests.length = 0;
    const clock = { at: noon };
    const access = xAccess({ ...callsTo(platform.url), now: () => clock.at });
    const fresh = await freshDueTokens(access.refresh, clock);
    const connected: StoredConnection[] = [];
    for (let start = 0; start < count; start += batch) {
      const numbers = Array.from({ length: batch }, (_, place) => start + place);
      const connecting = numbers.map((number) => {
        const dueAt = dueAtOf(number);
        const secret = tokensUntil(addSeconds(dueAt, secondsLeft), `r ${number}`);
        return fresh.connect(secret, { accountId: String(number), dueAt });
      });
      connected.push(...(await Promise.all(connecting)));
    }
    const callsOfRuns: number[] = [];
    for (let minute = 0; minute <= minutes; minute++) {
      clock.at = addSeconds(noon, minute * 60);
      const before = platform.requests.length;
      await fresh.run();
      callsOfRuns.push(platform.requests.length - before);
    }
    const after = new Map<string, StoredConnection>();
    for (let start = 0; start < count; start += batch) {
      const ids = connected.slice(start, start + batch).map(({ id }) => id);
      for (const one of await fresh.connections.findMany(testTeamId, ids)) after.set(one.id, one);
    }
    return { connected, callsOfRuns, after };
  }

  /** Renewed tokens live two hours from the moment of their renewal. */
  const latenessSeconds = ({ tokenDueAt }: StoredConnection, expiresAt: string | null | undefined) =>
    (Date.parse(expiresAt ?? '') - 7_200_000 - Date.parse(tokenDueAt ?? '')) / 1000;

  test.each([
    ['spread over it', 60, (number: number) => addSeconds(noon, (number * 3600) / count), 20],
    ['all at the same moment', 2, () => noon, perRun],
  ])('%s, are renewed on time, with one call each', { timeout: 60_000 }, async (_, minutes, dueAtOf, mostInRun) => {
    const { connected, callsOfRuns, after } = await runFor(minutes, dueAtOf);
    expect(platform.requests).toHaveLength(count);
    expect([...platform.used.values()].every((times) => times === 1)).toBe(true);
    expect(platform.used.size).toBe(count);
    expect(platform.most()).toBeLessThanOrEqual(atOnce);
    expect(Math.max(...callsOfRuns)).toBeLessThanOrEqual(mostInRun);
    for (const one of connected) {
      const row = after.get(one.id);
      expect(row).toMatchObject({ state: 'active', secretVersion: 2 });
      expect(latenessSeconds(one, row?.tokenExpiresAt)).toBeLessThanOrEqual(60);
    }
  });
});
