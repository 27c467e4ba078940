import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { startKms } from '../../../local/engines/kms.ts';
import { resourcesOf } from '../resources-of.ts';

const directory = mkdtempSync(join(tmpdir(), 'kms-'));
afterAll(() => rmSync(directory, { recursive: true }));

const resources = resourcesOf({
  One: { type: 'AWS::KMS::Key' },
  Two: { type: 'AWS::KMS::Key' },
  Alias: {
    type: 'AWS::KMS::Alias',
    properties: { AliasName: 'alias/one', TargetKeyId: { 'Fn::GetAtt': ['One', 'Arn'] } },
  },
});
const [one, two] = resources.list('AWS::KMS::Key', z.unknown());
const keyOne = one?.ref ?? '';

const Plaintext = Buffer.from('hush').toString('base64');
const Sealed = z.object({ CiphertextBlob: z.string() });

function setup(file?: string) {
  const { actions, keyArn } = startKms(resources, file);
  const call = async (action: string, input: object) => (await actions[action]?.(input)) ?? {};
  const seal = async (KeyId: string, EncryptionContext?: Record<string, string>) =>
    Sealed.parse(await call('Encrypt', { KeyId, Plaintext, EncryptionContext })).CiphertextBlob;
  return { call, seal, keyArn };
}

describe('KMS', () => {
  test.each([
    ['id', keyOne],
    ['ARN', one?.attributes.Arn ?? ''],
    ['alias', 'alias/one'],
  ])('seals with a key named by %s and opens without naming it', async (_, name) => {
    const { call, seal } = setup();
    const CiphertextBlob = await seal(name, { a: '1', b: '2' });
    const opened = await call('Decrypt', { CiphertextBlob, EncryptionContext: { b: '2', a: '1' } });
    expect(opened).toMatchObject({ Plaintext, KeyId: one?.attributes.Arn });
  });

  test.each([
    ['another context', { owner: 'eve' }],
    ['no context', undefined],
    ['more context', { owner: 'ada', extra: 'x' }],
  ])('opens nothing for %s', async (_, EncryptionContext) => {
    const { call, seal } = setup();
    const CiphertextBlob = await seal(keyOne, { owner: 'ada' });
    await expect(call('Decrypt', { CiphertextBlob, EncryptionContext })).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
  });

  test('opens nothing that was changed, or that is no ciphertext', async () => {
    const { call, seal } = setup();
    const changed = Buffer.from(await seal(keyOne), 'base64');
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    for (const CiphertextBlob of [changed.toString('base64'), Plaintext])
      await expect(call('Decrypt', { CiphertextBlob })).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  });

  test('refuses the wrong key, an unknown key, and too much text', async () => {
    const { call, seal } = setup();
    const CiphertextBlob = await seal(keyOne);
    await expect(call('Decrypt', { CiphertextBlob, KeyId: two?.ref })).rejects.toMatchObject({
      name: 'IncorrectKeyException',
    });
    await expect(seal('alias/nobody')).rejects.toMatchObject({ name: 'NotFoundException' });
    const large = Buffer.alloc(4_097).toString('base64');
    await expect(call('Encrypt', { KeyId: keyOne, Plaintext: large })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('makes data keys that open to themselves', async () => {
    const { call } = setup();
    const key = z
      .object({ Plaintext: z.string(), CiphertextBlob: z.string() })
      .parse(await call('GenerateDataKey', { KeyId: keyOne }));
    expect(Buffer.from(key.Plaintext, 'base64')).toHaveLength(32);
    expect(await call('Decrypt', { CiphertextBlob: key.CiphertextBlob })).toMatchObject({ Plaintext: key.Plaintext });
    expect(await call('GenerateDataKeyWithoutPlaintext', { KeyId: keyOne })).not.toHaveProperty('Plaintext');
    expect(await call('DescribeKey', { KeyId: keyOne })).toMatchObject({
      KeyMetadata: { KeyId: keyOne, Enabled: true },
    });
  });

  test('keeps its keys in a file', async () => {
    const file = join(directory, 'keys.json');
    const CiphertextBlob = await setup(file).seal(keyOne);
    expect(await setup(file).call('Decrypt', { CiphertextBlob })).toMatchObject({ Plaintext });
    await expect(setup().call('Decrypt', { CiphertextBlob })).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
  });

  test('knows which key a call is about, for its permission', async () => {
    const { keyArn, seal } = setup();
    expect(keyArn({ KeyId: 'alias/one' })).toBe(one?.attributes.Arn);
    expect(keyArn({ CiphertextBlob: await seal(two?.ref ?? '') })).toBe(two?.attributes.Arn);
    expect([keyArn(undefined), keyArn({ CiphertextBlob: '' }), keyArn({ KeyId: 'x' })]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
