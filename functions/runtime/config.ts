import * as z from 'zod';

/** Every environment variable a function may have. `lib/grants.ts` sets them from the `needs` of its contract entry. */
const variables = {
  AWS_REGION: z.string().min(1),
  TABLE_NAME: z.string().min(3),
  PUBLISH_QUEUE_URL: z.url(),
  SECRETS_KEY_ID: z.string().min(1),
  USER_POOL_ID: z.string().min(1),
  USER_POOL_CLIENT_ID: z.string().min(1),
  EVENT_BUS_NAME: z.string().min(1),
  CURSOR_KEY: z.string().min(32),
  /** Partitions of the due index; may grow, never shrink while rows are due. */
  DUE_SHARDS: z.coerce.number().int().min(1).max(1024),
  /** The plan of new teams, where it is not the smallest. */
  DEFAULT_PLAN: z.string().optional(),
  /** Where each platform is called, as JSON; and where the credentials of our apps there are. */
  PLATFORM_APIS: z.string().min(2),
  PLATFORM_APPS_PATH: z.string().startsWith('/'),
  /** Our own address that consent may come back to, and the origins of the frontends that users are then sent on to. */
  CONSENT_CALLBACK: z.url(),
  FRONTEND_ORIGINS: z.string().transform((list) => list.split(' ')),
  PRIVATE_HOSTS: z.enum(['refuse', 'allow']),
  /** Attempts at signing in and the like that are let through in a quarter of an hour. */
  ATTEMPTS_PER_ACCOUNT: z.coerce.number().int().min(1),
  ATTEMPTS_PER_ADDRESS: z.coerce.number().int().min(1),
  /** The SDK's own variable for another endpoint; read here only to fetch the user pool's public keys from there too. */
  AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: z.url().optional(),
};
export type VariableName = keyof typeof variables;
type Values = { [Name in VariableName]: z.output<(typeof variables)[Name]> };

/** The asked-for variables, parsed; one error names all that are missing or wrong. */
export function config<Name extends VariableName>(...names: Name[]): Pick<Values, Name> {
  const asked = Object.fromEntries(names.map((name) => [name, variables[name]]));
  const parsed = z.object(asked).safeParse(process.env);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`environment: ${wrong.join('; ')}`);
  }
  return parsed.data as Pick<Values, Name>;
}
