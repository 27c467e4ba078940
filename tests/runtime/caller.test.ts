import { describe, expect, test } from 'vitest';
import { callerOf } from '../../functions/runtime/caller.ts';
import { type EndpointSpec, roles } from '../../functions/runtime/contract.ts';
import { Fault } from '../../functions/runtime/fault.ts';
import { httpEvent, testTeamId, testUserId } from '../support/request.ts';

type Caller = Parameters<typeof httpEvent>[0]['caller'];
const entryFor = (auth: EndpointSpec['auth'], role?: EndpointSpec['role']): EndpointSpec => ({
  route: 'GET /thing',
  summary: 'Reads it',
  auth,
  ...(role && { role }),
  reply: { status: 204 },
  faults: [],
  needs: [],
});

function outcome(entry: EndpointSpec, caller: Caller) {
  try {
    return callerOf(entry, httpEvent({ caller }));
  } catch (error) {
    return error instanceof Fault ? error.entry.code : error;
  }
}

const user = { userId: testUserId };
const member = { ...user, teamId: testTeamId };

describe('caller', () => {
  test('is nobody where anyone may call, whatever the authorizer says', () => {
    expect(outcome(entryFor('none'), null)).toBeUndefined();
    expect(outcome(entryFor('none'), { ...member, role: 'owner' })).toBeUndefined();
  });

  test('is the user alone where no team is asked for', () => {
    expect(outcome(entryFor('user'), user)).toEqual(user);
    expect(outcome(entryFor('user'), { ...member, role: 'owner' })).toEqual(user);
  });

  test.each(roles.flatMap((has) => roles.map((needs) => ({ has, needs }))))(
    '$has where $needs is needed',
    ({ has, needs }) => {
      const caller = { ...member, role: has };
      const mayCall = roles.indexOf(has) >= roles.indexOf(needs);
      expect(outcome(entryFor('team', needs), caller)).toEqual(mayCall ? caller : 'auth.role_too_low');
    },
  );

  test('may be a viewer where the entry names no role', () => {
    expect(outcome(entryFor('team'), { ...member, role: 'viewer' })).toMatchObject({ role: 'viewer' });
  });

  test.each(['auth.token_invalid', 'auth.token_expired', 'auth.not_a_member'])('is refused with %s', (refusal) => {
    expect(outcome(entryFor('team'), { refusal })).toBe(refusal);
    expect(outcome(entryFor('user'), { refusal })).toBe(refusal);
  });

  test('is refused when the authorizer names a user without a team', () => {
    expect(outcome(entryFor('team'), user)).toBe('auth.not_a_member');
    expect(outcome(entryFor('team'), member)).toBe('auth.not_a_member');
  });

  test('is refused when the refusal comes with a name', () => {
    const both = { ...member, role: 'owner', refusal: 'auth.token_expired' } as const;
    expect(outcome(entryFor('user'), both)).toBe('auth.token_expired');
  });

  test.each([
    ['no context', null],
    ['an unknown refusal', { refusal: 'because' }],
    ['an unknown role', JSON.parse(`{"userId":"u","teamId":"t","role":"king"}`)],
    ['an empty context', JSON.parse('{}')],
  ])('is refused when there is %s', (_, caller) => {
    expect(outcome(entryFor('team'), caller)).toBe('auth.token_invalid');
  });

  test('is refused when another kind of authorizer speaks', () => {
    const event = httpEvent({ caller: null });
    Object.assign(event.requestContext, { authorizer: { jwt: { claims: { sub: 'x' } } } });
    expect(() => callerOf(entryFor('user'), event)).toThrow(Fault);
  });
});
