import { describe, expect, test } from 'vitest';
import { usualLateness } from '../../functions/publishing/lateness.ts';
import { publishingSettingsTable } from '../../functions/publishing/publishing-settings-table.ts';
import type { Lateness } from '../../functions/publishing/schemas.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { noon } from '../support/posts.ts';
import { otherTeamId, testTeamId, testUserId } from '../support/request.ts';
import { freshTable } from '../support/table.ts';

const teamId = testTeamId;
const lane = { teamId, connectionId: newId('conn') };
const stop = { pausedAt: noon.toISOString(), pausedBy: testUserId };
const skip: Lateness = { policy: 'skip', afterMinutes: 10 };

const setup = async () => publishingSettingsTable(await freshTable());

describe('settings', () => {
  test('of a team that set nothing are the usual ones', async () => {
    const settings = await setup();
    expect(await settings.find(teamId)).toEqual({ lateness: usualLateness, revision: 0 });
    expect(await settings.terms(lane)).toEqual({ lateness: usualLateness, isPaused: false });
  });

  test('are kept under a revision that grows, for this team only', async () => {
    const settings = await setup();
    expect(await settings.setLateness(teamId, skip, 0)).toEqual({ lateness: skip, revision: 1 });
    expect(await settings.setLateness(teamId, usualLateness, undefined)).toMatchObject({ revision: 2 });
    expect(await settings.setLateness(teamId, skip, 1)).toBeUndefined();
    expect(await settings.find(teamId)).toEqual({ lateness: usualLateness, revision: 2 });
    expect(await settings.find(otherTeamId)).toMatchObject({ revision: 0 });
  });

  test('of one revision are changed by one of many; without a revision by all, one after the other', async () => {
    const settings = await setup();
    const all = await Promise.all([1, 2, 3, 4].map(() => settings.setLateness(teamId, skip, 0)));
    expect(all.filter(Boolean)).toHaveLength(1);
    await Promise.all([1, 2, 3, 4].map(() => settings.setLateness(teamId, skip, undefined)));
    expect(await settings.find(teamId)).toMatchObject({ revision: 5 });
  });
});

describe('a crisis stop', () => {
  test('holds all connections of the team until it ends', async () => {
    const settings = await setup();
    await settings.pause({ teamId }, stop);
    expect(await settings.terms(lane)).toMatchObject({ isPaused: true });
    expect(await settings.terms({ ...lane, teamId: otherTeamId })).toMatchObject({ isPaused: false });
    await settings.resume({ teamId });
    expect(await settings.terms(lane)).toMatchObject({ isPaused: false });
    expect(await settings.pauses(teamId)).toEqual({ team: undefined, connections: new Map() });
  });

  test('of a connection holds this one, whatever happens to that of the team', async () => {
    const settings = await setup();
    const other = { teamId, connectionId: newId('conn') };
    await settings.pause(lane, stop);
    await settings.pause({ teamId }, stop);
    await settings.resume({ teamId });
    expect(await settings.terms(lane)).toMatchObject({ isPaused: true });
    expect(await settings.terms(other)).toMatchObject({ isPaused: false });
    expect(await settings.pauses(teamId)).toEqual({
      team: undefined,
      connections: new Map([[lane.connectionId, stop]]),
    });
    await settings.resume(lane);
    expect(await settings.terms(lane)).toMatchObject({ isPaused: false });
  });

  test('tells who ordered it first; ending what is not stopped is nothing', async () => {
    const settings = await setup();
    const second = { pausedAt: '2030-01-01T12:30:00.000Z', pausedBy: newId('user') };
    await settings.resume({ teamId });
    await settings.resume(lane);
    for (const stopped of [{ teamId }, lane]) {
      await settings.pause(stopped, stop);
      await settings.pause(stopped, second);
    }
    expect(await settings.pauses(teamId)).toEqual({ team: stop, connections: new Map([[lane.connectionId, stop]]) });
  });

  test('and changes of settings at the same moment lose nothing of each other, from the first write on', async () => {
    for (let round = 0; round < 10; round++) {
      const settings = await setup();
      await Promise.all([
        settings.setLateness(teamId, skip, undefined),
        settings.pause({ teamId }, stop),
        settings.setLateness(teamId, skip, undefined),
        settings.pause({ teamId }, { ...stop, pausedAt: '2030-01-01T12:00:01.000Z' }),
      ]);
      const { lateness, pause, revision } = await settings.find(teamId);
      expect({ lateness, revision }).toEqual({ lateness: skip, revision: 2 });
      expect(pause).toMatchObject({ pausedBy: testUserId });
    }
  });

  test('leaves the revision of the settings alone: who edits them meanwhile is not refused', async () => {
    const settings = await setup();
    await settings.pause({ teamId }, stop);
    expect(await settings.setLateness(teamId, skip, 0)).toMatchObject({ revision: 1 });
    await settings.resume({ teamId });
    expect(await settings.setLateness(teamId, skip, 1)).toMatchObject({ revision: 2 });
  });
});
