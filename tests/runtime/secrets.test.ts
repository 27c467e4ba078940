import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { secretBox } from '../../functions/runtime/secrets.ts';
import { type ServiceCall, startService, stubEnvironment } from '../support/aws-service.ts';

const Sealing = z.object({ KeyId: z.string(), Plaintext: z.base64(), EncryptionContext: z.unknown() });
const Opening = z.object({ KeyId: z.string(), CiphertextBlob: z.base64(), EncryptionContext: z.unknown() });
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

/** KMS as far as it matters here: what was sealed opens only under the same key and context. */
function kms({ action, input }: ServiceCall) {
  if (isSilent) return { output: {} };
  if (action === 'Encrypt') {
    const { KeyId, Plaintext, EncryptionContext } = Sealing.parse(input);
    return { output: { CiphertextBlob: encode([KeyId, EncryptionContext, Plaintext]) } };
  }
  const { KeyId, CiphertextBlob, EncryptionContext } = Opening.parse(input);
  const [sealedBy, sealedFor, Plaintext] = JSON.parse(Buffer.from(CiphertextBlob, 'base64').toString());
  const opens = encode([KeyId, EncryptionContext]) === encode([sealedBy, sealedFor]);
  return opens ? { output: { Plaintext } } : { error: 'InvalidCiphertextException' };
}
let isSilent = false;
let service: Awaited<ReturnType<typeof startService>>;

beforeAll(async () => {
  service = await startService(kms);
  stubEnvironment({ AWS_ENDPOINT_URL_KMS: service.url, SECRETS_KEY_ID: 'key-1' });
});
beforeEach(() => {
  service.calls.length = 0;
  isSilent = false;
});

const context = { teamId: 'team_1', connectionId: 'conn_1' };

describe('secret box', () => {
  test('opens what it sealed', async () => {
    const { seal, open } = secretBox();
    const sealed = await seal('tökens', context);
    expect(sealed).not.toContain('tökens');
    expect(await open(sealed, context)).toBe('tökens');
  });

  test('names key and context to KMS, both ways', async () => {
    const { seal, open } = secretBox();
    await open(await seal('x', context), context);
    expect(service.calls).toMatchObject([
      { action: 'Encrypt', input: { KeyId: 'key-1', EncryptionContext: context } },
      { action: 'Decrypt', input: { KeyId: 'key-1', EncryptionContext: context } },
    ]);
  });

  test.each([
    ['another connection', { ...context, connectionId: 'conn_2' }],
    ['another team', { ...context, teamId: 'team_2' }],
    ['nothing', {}],
  ])('opens nothing for %s', async (_, other) => {
    const { seal, open } = secretBox();
    const sealed = await seal('tokens', context);
    const opened = open(sealed, other);
    await expect(opened).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    await expect(opened).rejects.not.toThrow('tokens');
  });

  test('fails where KMS gives nothing', async () => {
    isSilent = true;
    await expect(secretBox().seal('x', context)).rejects.toThrow('KMS gave no ciphertext');
    await expect(secretBox().open('eA==', context)).rejects.toThrow('KMS gave no plaintext');
  });
});
