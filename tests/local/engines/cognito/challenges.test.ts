import { describe, expect, test } from 'vitest';
import { challenges } from '../../../../local/engines/cognito/challenges.ts';

const ada = { username: 'ada', clientId: 'client' };

function setup() {
  let now = 0;
  const waiting = challenges(() => now);
  const pass = (seconds: number) => {
    now += seconds * 1000;
  };
  return { waiting, session: waiting.hold({ ...ada, tokens: {} }), pass };
}
const refusal = (message: string) => expect.objectContaining({ name: 'NotAuthorizedException', message });
const expired = refusal('Invalid session for the user, session is expired.');

describe('a sign-in that waits for a code', () => {
  test('waits for three minutes', () => {
    const { waiting, session, pass } = setup();
    pass(179);
    expect(waiting.find(session, ada)).toMatchObject(ada);
    pass(1);
    expect(() => waiting.find(session, ada)).toThrow(expired);
  });

  test('is of one user and one app client', () => {
    const { waiting, session } = setup();
    const foreign = refusal('Invalid session for the user.');
    expect(() => waiting.find(session, { ...ada, username: 'eve' })).toThrow(foreign);
    expect(() => waiting.find(session, { ...ada, clientId: 'other' })).toThrow(foreign);
  });

  test('ends once', () => {
    const { waiting, session } = setup();
    waiting.end(session);
    expect(() => waiting.find(session, ada)).toThrow(expired);
  });
});
