import { describe, expect, test } from 'vitest';
import { auditTable } from '../../functions/audit/audit-table.ts';
import { emptyHead, firstProblem } from '../../functions/audit/chain.ts';
import { chainAudit } from '../../functions/audit/chain-audit.ts';
import type { Row } from '../../functions/runtime/table.ts';
import { takenRecords } from '../support/audit.ts';
import { otherTeamId, testTeamId } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

async function setup() {
  const table = await freshTable();
  const audit = auditTable(table);
  const entries = (teamId = testTeamId) => audit.read(teamId, { from: 1, limit: 1000 });
  const waiting = async () => (await table.rows()).filter(({ entity }) => entity === 'auditRecord');
  const chain = (rows: readonly Row[]) =>
    chainAudit(
      rows.map((row) => ({ row })),
      { audit },
    );
  return { table, audit, entries, waiting, chain };
}

describe('chainAudit', () => {
  test('moves records into the chain of their team, in order', async () => {
    const { table, entries, waiting, chain } = await setup();
    const ours = await takenRecords(table, 3);
    const theirs = await takenRecords(table, 2, { teamId: otherTeamId });
    await chain([...ours, ...theirs]);
    expect((await entries()).map(({ id }) => id)).toEqual(ours.map(({ id }) => id));
    expect(firstProblem(emptyHead, await entries())).toBeNull();
    expect(await entries(otherTeamId)).toHaveLength(2);
    expect(await waiting()).toEqual([]);
  });

  test('a batch that comes again, whole or in part, adds nothing twice', async () => {
    const { table, entries, chain } = await setup();
    const rows = await takenRecords(table, 5);
    await chain(rows.slice(0, 3));
    await chain(rows);
    await chain(rows);
    expect(await entries()).toHaveLength(5);
    expect(firstProblem(emptyHead, await entries())).toBeNull();
  });

  test('more records than a transaction holds', async () => {
    const { table, audit, entries, chain } = await setup();
    await chain(await takenRecords(table, 95));
    expect(await entries()).toHaveLength(95);
    expect(await audit.head(testTeamId)).toMatchObject({ sequence: 95 });
  });

  test('two readers at the same time still make one chain', async () => {
    const { table, entries, chain } = await setup();
    const rows = await takenRecords(table, 30);
    const chunks = [0, 5, 10, 15, 20, 25].map((start) => rows.slice(start, start + 8));
    await Promise.all(chunks.map(chain));
    expect(await entries()).toHaveLength(30);
    expect(firstProblem(emptyHead, await entries())).toBeNull();
  });
});
