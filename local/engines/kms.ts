import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Resources } from '../template/resources.ts';
import { ServiceError } from './json-rpc.ts';
import { keptFile } from './kept-file.ts';

const Context = z.record(z.string(), z.string()).default({});
const Sealing = z.object({ KeyId: z.string(), Plaintext: z.base64(), EncryptionContext: Context });
const Opening = z.object({ KeyId: z.string().optional(), CiphertextBlob: z.base64(), EncryptionContext: Context });
const DataKey = z.object({
  KeyId: z.string(),
  KeySpec: z.enum(['AES_256', 'AES_128']).optional(),
  NumberOfBytes: z.number().int().min(1).max(1024).optional(),
  EncryptionContext: Context,
});

const KeyFile = z.record(z.string(), z.base64());

/** Ciphertext: one byte of version, the key's id, nonce, tag, sealed bytes. */
const version = Buffer.from([1]);
const idLength = 36;
const nonceLength = 12;
const tagLength = 16;
const headLength = version.length + idLength + nonceLength + tagLength;
const plaintextLimit = 4_096;

type Key = { id: string; arn: string; secret: Buffer };

/** KMS for the keys of the template: AES-256-GCM with the encryption context as authenticated data. */
export function startKms(resources: Resources, file?: string) {
  const keys = loadKeys(resources, file);
  const aliases = new Map(
    resources
      .list('AWS::KMS::Alias', z.object({ AliasName: z.string(), TargetKeyId: z.string() }))
      .map(({ properties }) => [properties.AliasName, properties.TargetKeyId]),
  );
  /** A key by id, ARN, alias name or alias ARN. */
  const find = (name: string): Key | undefined => {
    const [, alias] = /(alias\/.+)$/.exec(name) ?? [];
    const target = alias === undefined ? name : (aliases.get(alias) ?? '');
    return keys.get(target.split('/').at(-1) ?? '');
  };
  const load = (name: string): Key => {
    const key = find(name);
    if (key === undefined) throw new ServiceError('NotFoundException', `Key '${name}' does not exist`);
    return key;
  };
  const actions: Readonly<Record<string, (input: unknown) => object>> = {
    Encrypt: (input) => encrypt(Sealing.parse(input), load),
    Decrypt: (input) => decrypt(Opening.parse(input), load),
    GenerateDataKey: (input) => generateDataKey(DataKey.parse(input), load),
    GenerateDataKeyWithoutPlaintext: (input) => {
      const { Plaintext: _, ...sealed } = generateDataKey(DataKey.parse(input), load);
      return sealed;
    },
    DescribeKey: (input) => {
      const { id, arn } = load(z.object({ KeyId: z.string() }).parse(input).KeyId);
      return { KeyMetadata: { KeyId: id, Arn: arn, Enabled: true, KeyState: 'Enabled', KeyUsage: 'ENCRYPT_DECRYPT' } };
    },
  };
  return {
    actions,
    /** The key that a call is about, for its permission: a ciphertext names its own. */
    keyArn: (input: unknown) => find(keyNamed(input))?.arn,
  };
}

function loadKeys(resources: Resources, file?: string) {
  const kept = keptFile(file, KeyFile, {});
  const keys = resources.list('AWS::KMS::Key', z.unknown()).map(({ ref: id, attributes: { Arn: arn = '' } }) => {
    const secret = kept.get()[id] ?? randomBytes(32).toString('base64');
    if (!(id in kept.get())) kept.set({ ...kept.get(), [id]: secret });
    return [id, { id, arn, secret: Buffer.from(secret, 'base64') }] as const;
  });
  return new Map<string, Key>(keys);
}

type Load = (name: string) => Key;

function encrypt({ KeyId, Plaintext, EncryptionContext }: z.infer<typeof Sealing>, load: Load) {
  const plain = Buffer.from(Plaintext, 'base64');
  if (plain.length === 0 || plain.length > plaintextLimit)
    throw new ServiceError('ValidationException', `Plaintext must have 1 to ${plaintextLimit} bytes`);
  const key = load(KeyId);
  return {
    CiphertextBlob: seal(key, plain, EncryptionContext),
    KeyId: key.arn,
    EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
  };
}

function decrypt({ KeyId, CiphertextBlob, EncryptionContext }: z.infer<typeof Opening>, load: Load) {
  const sealed = Buffer.from(CiphertextBlob, 'base64');
  const key = load(keyIdOf(sealed));
  if (KeyId !== undefined && load(KeyId) !== key)
    throw new ServiceError(
      'IncorrectKeyException',
      'The key ID in the request does not identify the key of this ciphertext',
    );
  const Plaintext = open(key, sealed, EncryptionContext).toString('base64');
  return { Plaintext, KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
}

function generateDataKey({ KeyId, KeySpec, NumberOfBytes, EncryptionContext }: z.infer<typeof DataKey>, load: Load) {
  const key = load(KeyId);
  const plain = randomBytes(NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32));
  const CiphertextBlob = seal(key, plain, EncryptionContext);
  return { KeyId: key.arn, Plaintext: plain.toString('base64'), CiphertextBlob };
}

function seal({ id, secret }: Key, plain: Buffer, context: Record<string, string>) {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce).setAAD(canonical(context));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([version, Buffer.from(id), nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

function open({ secret }: Key, sealed: Buffer, context: Record<string, string>) {
  const nonceStart = version.length + idLength;
  const tagStart = nonceStart + nonceLength;
  const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(nonceStart, tagStart))
    .setAAD(canonical(context))
    .setAuthTag(sealed.subarray(tagStart, headLength));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(headLength)), decipher.final()]);
  } catch {
    throw invalidCiphertext(); // changed, or sealed for another context: KMS does not say which
  }
}

function keyIdOf(sealed: Buffer) {
  if (sealed.length < headLength || sealed[0] !== version[0]) throw invalidCiphertext();
  return sealed.subarray(version.length, version.length + idLength).toString();
}

const invalidCiphertext = () => new ServiceError('InvalidCiphertextException', '');

const canonical = (context: Record<string, string>) =>
  Buffer.from(JSON.stringify(Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1))));

function keyNamed(input: unknown): string {
  const named = z.object({ KeyId: z.string().optional(), CiphertextBlob: z.base64().optional() }).safeParse(input);
  if (!named.success) return '';
  if (named.data.KeyId !== undefined) return named.data.KeyId;
  const sealed = Buffer.from(named.data.CiphertextBlob ?? '', 'base64');
  return sealed.length < headLength ? '' : sealed.subarray(version.length, version.length + idLength).toString();
}
