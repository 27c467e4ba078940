import { describe, expect, test } from 'vitest';
import { auditTable } from '../../functions/audit/audit-table.ts';
import { emptyHead, firstProblem } from '../../functions/audit/chain.ts';
import { chainAudit } from '../../functions/audit/chain-audit.ts';
import { takenRecords } from '../support/audit.ts';
import { otherTeamId, testTeamId } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

async function setup() {
  const table = await freshTable();
  const audit = auditTable(table);
  const entries = (teamId = testTeamId) => audit.read(teamId, { from: 1, limit: 1000 });
  const waiting = async () => (await table.rows()).filter(({ entity }) => entity === 'auditRecord');
  return { table, audit, entries, waiting };
}

describe('chainAudit', () => {
  test('moves records into the chain of their team, in order', async () => {
    const { table, audit, entries, waiting } = await setup();
    const ours = await takenRecords(table, 3);
    const theirs = await takenRecords(table, 2, { teamId: otherTeamId });
    await chainAudit([...ours, ...theirs], { audit });
    expect((await entries()).map(({ id }) => id)).toEqual(ours.map(({ id }) => id));
    expect(firstProblem(emptyHead, await entries())).toBeNull();
    expect(await entries(otherTeamId)).toHaveLength(2);
    expect(await waiting()).toEqual([]);
  });

  test('a batch that comes again, whole or in part, adds nothing twice', async () => {
    const { table, audit, entries } = await setup();
    const rows = await takenRecords(table, 5);
    await chainAudit(rows.slice(0, 3), { audit });
    await chainAudit(rows, { audit });
    await chainAudit(rows, { audit });
    expect(await entries()).toHaveLength(5);
    expect(firstProblem(emptyHead, await entries())).toBeNull();
  });

  test('more records than a transaction holds', async () => {
    const { table, audit, entries } = await setup();
    await chainAudit(await takenRecords(table, 95), { audit });
    expect(await entries()).toHaveLength(95);
    expect(await audit.head(testTeamId)).toMatchObject({ sequence: 95 });
  });

  test('two readers at the same time still make one chain', async () => {
    const { table, audit, entries } = await setup();
    const rows = await takenRecords(table, 30);
    const chunks = [0, 5, 10, 15, 20, 25].map((start) => rows.slice(start, start + 8));
    await Promise.all(chunks.map((chunk) => chainAudit(chunk, { audit })));
    expect(await entries()).toHaveLength(30);
    expect(firstProblem(emptyHead, await entries())).toBeNull();
  });
});
