import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { awsClient } from './aws-client.ts';
import { config } from './config.ts';

/** Names what a secret belongs to. KMS opens it only for the same context, so a copied row opens nothing. */
export type SecretContext = Readonly<Record<string, string>>;

let client: KMSClient | undefined;

/** Seals and opens small secrets (up to 4 KiB) with the KMS key of the stage. */
export function secretBox() {
  client ??= new KMSClient(awsClient);
  const kms = client;
  return {
    async seal(secret: string, context: SecretContext): Promise<string> {
      const KeyId = config('SECRETS_KEY_ID').SECRETS_KEY_ID;
      const sealed = await kms.send(
        new EncryptCommand({ KeyId, Plaintext: Buffer.from(secret), EncryptionContext: context }),
      );
      if (!sealed.CiphertextBlob) throw new Error('KMS gave no ciphertext');
      return Buffer.from(sealed.CiphertextBlob).toString('base64');
    },
    async open(sealed: string, context: SecretContext): Promise<string> {
      const KeyId = config('SECRETS_KEY_ID').SECRETS_KEY_ID;
      const opened = await kms.send(
        new DecryptCommand({ KeyId, CiphertextBlob: Buffer.from(sealed, 'base64'), EncryptionContext: context }),
      );
      if (!opened.Plaintext) throw new Error('KMS gave no plaintext');
      return Buffer.from(opened.Plaintext).toString();
    },
  };
}
export type SecretBox = ReturnType<typeof secretBox>;
