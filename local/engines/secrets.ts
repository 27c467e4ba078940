import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { flag } from '../template/flag.ts';
import type { Resources } from '../template/resources.ts';
import { ServiceError } from './json-rpc.ts';
import { keptFile } from './kept-file.ts';

const off = flag.default(false);
const Generation = z.object({
  PasswordLength: z.coerce.number().int().default(32),
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: off,
  ExcludeUppercase: off,
  ExcludeNumbers: off,
  ExcludePunctuation: off,
  IncludeSpace: off,
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
});
type Generation = z.infer<typeof Generation>;

const Secret = z.object({ SecretString: z.string().optional(), GenerateSecretString: Generation.optional() });
const SecretFile = z.record(z.string(), z.string());
const AskedFor = z.object({ SecretId: z.string() });

/** The secrets of the template. A generated one is generated once. */
export function startSecrets(resources: Resources, file?: string) {
  const kept = keptFile(file, SecretFile, {});
  for (const { ref, properties } of resources.list('AWS::SecretsManager::Secret', Secret)) {
    const { SecretString, GenerateSecretString } = properties;
    const value = SecretString ?? kept.get()[ref] ?? generate(GenerateSecretString ?? Generation.parse({}));
    if (value !== kept.get()[ref]) kept.set({ ...kept.get(), [ref]: value });
  }
  /** The ARN of a secret named by ARN, by ARN without its random ending, or by name. */
  const findArn = (id: string) =>
    Object.keys(kept.get()).find(
      (arn) => arn === id || [arn, arn.split(':').at(-1)].some((full) => full?.slice(0, -7) === id),
    );
  const load = (id: string) => {
    const arn = findArn(id);
    const value = arn === undefined ? undefined : kept.get()[arn];
    if (arn === undefined || value === undefined)
      throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return { arn, value };
  };
  const actions: Readonly<Record<string, (input: unknown) => object>> = {
    GetSecretValue: (input) => {
      const { arn, value } = load(AskedFor.parse(input).SecretId);
      return {
        ARN: arn,
        Name: arn.split(':').at(-1)?.slice(0, -7),
        SecretString: value,
        VersionStages: ['AWSCURRENT'],
      };
    },
  };
  return { actions, findArn, resolveIn: (text: string) => resolveReferences(text, (id) => load(id).value) };
}

/** `{{resolve:secretsmanager:<name or ARN>:SecretString:<JSON key>:<stage>:<version>}}`, all after the name optional. */
const reference =
  /\{\{resolve:secretsmanager:((?:arn:(?:[^:}]*:){5})?[^:}]+)(?::SecretString(?::([^:}]*))?[^}]*)?\}\}/g;

function resolveReferences(text: string, secretOf: (id: string) => string) {
  return text.replace(reference, (_, id: string, key: string | undefined) => {
    const value = secretOf(id);
    if (key === undefined || key === '') return value;
    const field = z.record(z.string(), z.unknown()).parse(JSON.parse(value))[key];
    if (field === undefined) throw new Error(`local: the secret ${id} has no field ${key}`);
    return String(field);
  });
}

function generate(rules: Generation): string {
  const password = randomText(rules);
  const { SecretStringTemplate, GenerateStringKey } = rules;
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) return password;
  const template = z.record(z.string(), z.unknown()).parse(JSON.parse(SecretStringTemplate));
  return JSON.stringify({ ...template, [GenerateStringKey]: password });
}

function randomText(rules: Generation): string {
  const groups = [
    rules.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    rules.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    rules.ExcludeNumbers ? '' : '0123456789',
    rules.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    rules.IncludeSpace ? ' ' : '',
  ];
  const letters = [...groups.join('')].filter((letter) => !rules.ExcludeCharacters.includes(letter));
  if (letters.length === 0) throw new Error('local: a secret excludes every character');
  return Array.from({ length: rules.PasswordLength }, () => letters[randomInt(letters.length)]).join('');
}
