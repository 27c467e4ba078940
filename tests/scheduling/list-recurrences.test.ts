import { describe, expect, test } from 'vitest';
import { cursors } from '../../functions/runtime/cursor.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { schedulingContract } from '../../functions/scheduling/contract.ts';
import { listRecurrences } from '../../functions/scheduling/list-recurrences.ts';
import { freshRecurrences } from '../support/recurrences.ts';
import { editor, otherTeamId, type Request, send, viewer } from '../support/request.ts';

async function setup() {
  const fresh = await freshRecurrences();
  const tools = { ...fresh.tools, cursors: cursors('k'.repeat(32)) };
  const handler = endpoint(schedulingContract.listRecurrences, listRecurrences, () => tools);
  const list = (query: Record<string, string> = {}, request: Request = {}) =>
    send(handler, { method: 'GET', caller: viewer, query, ...request });
  return { ...fresh, list };
}
const idsOf = ({ body }: { body: { items: { id: string }[] } }) => body.items.map(({ id }) => id);

describe('GET /recurrences', () => {
  test('answers the newest first, in pages', async () => {
    const { create, list } = await setup();
    const made: string[] = [];
    for (const _ of [1, 2, 3]) made.unshift((await create()).body.id);
    const first = await list({ limit: '2' });
    expect(idsOf(first)).toEqual(made.slice(0, 2));
    const second = await list({ limit: '2', cursor: first.body.next });
    expect(idsOf(second)).toEqual(made.slice(2));
    expect(second.body.next).toBeNull();
  });

  test('answers none of another team, and takes none of its cursors', async () => {
    const { create, list } = await setup();
    for (const _ of [1, 2]) await create();
    const stranger = { caller: { ...editor, teamId: otherTeamId } };
    expect(idsOf(await list({}, stranger))).toEqual([]);
    const { next } = (await list({ limit: '1' })).body;
    expect(await list({ cursor: next }, stranger)).toMatchObject({ status: 400, body: { code: 'cursor.invalid' } });
  });
});
