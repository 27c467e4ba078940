import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { softwareTokens } from '../../../../local/engines/cognito/software-tokens.ts';
import { temporaryDirectory } from '../../../support/stacks.ts';
import { totpCode } from '../../../support/totp.ts';

function setup() {
  const path = join(temporaryDirectory(), 'software-tokens.json');
  const tokens = softwareTokens(path);
  const enrolled = () => {
    const secret = tokens.associate('ada');
    tokens.verify('ada', totpCode(secret));
    tokens.turn('ada', true);
    return secret;
  };
  return { path, tokens, enrolled };
}
const named = (name: string) => expect.objectContaining({ name });

describe('authenticator apps', () => {
  test('are asked for once they are verified and turned on', () => {
    const { tokens } = setup();
    const secret = tokens.associate('ada');
    expect(() => tokens.turn('ada', true)).toThrow(named('InvalidParameterException'));
    tokens.verify('ada', totpCode(secret));
    expect(tokens.isAsked('ada')).toBe(false);
    tokens.turn('ada', true);
    expect([tokens.isAsked('ada'), tokens.isAsked('eve')]).toEqual([true, false]);
    tokens.turn('ada', false);
    expect(tokens.isAsked('ada')).toBe(false);
  });

  test('take each code once, and none that is older', () => {
    const { tokens, enrolled } = setup();
    const secret = enrolled();
    expect(() => tokens.check('ada', totpCode(secret))).toThrow(named('ExpiredCodeException'));
    expect(() => tokens.check('ada', totpCode(secret, 100))).toThrow(named('CodeMismatchException'));
    expect(() => tokens.verify('ada', totpCode(secret, 100))).toThrow(named('EnableSoftwareTokenMFAException'));
    tokens.check('ada', totpCode(secret, 1));
  });

  test('are none where none was begun', () => {
    const { tokens } = setup();
    expect(() => tokens.verify('ada', '123456')).toThrow(named('SoftwareTokenMFANotFoundException'));
    tokens.turn('ada', false);
    expect(tokens.isNamed('ada')).toBe(false);
  });

  test('are out of use from the moment a new one is begun, though still named', () => {
    const { tokens, enrolled } = setup();
    enrolled();
    tokens.associate('ada');
    expect([tokens.isNamed('ada'), tokens.isAsked('ada')]).toEqual([true, false]);
  });

  test('outlast a restart', () => {
    const { path, enrolled } = setup();
    enrolled();
    expect(softwareTokens(path).isAsked('ada')).toBe(true);
  });
});
