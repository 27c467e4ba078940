import * as z from 'zod';
import { AppPlatformId, InstagramLogin, OAuthPlatformId, PlatformId } from '../platforms/contract.ts';
import { idOf } from '../runtime/ids.ts';
import { UtcInstant } from '../runtime/shapes.ts';
import { Connection } from './schemas.ts';

const ServerUrl = z.url().max(255).meta({ example: 'https://mastodon.social' });

const RedirectUri = z.url().max(500).meta({
  description: 'Where the platform sends the user back to, with its answer; it must know the address.',
  example: 'https://app.example.com/connected',
});
const ReturnTo = z.url().max(500).meta({
  description:
    'In place of `redirectUri`: the platform sends the user to `GET /v1/connections/callback`, which sends them on to this address of a frontend that this installation knows.',
  example: 'https://app.example.com/connected',
});

/** `back`: where the user comes back to. To a frontend with the platform's answer, or to us, who keep it and send the user on. */
const consentOf = <Back extends z.ZodRawShape>(back: Back) =>
  z.discriminatedUnion('platform', [
    z.strictObject({
      platform: z.literal('mastodon'),
      server: ServerUrl.default('https://mastodon.social'),
      ...back,
    }),
    z.strictObject({
      platform: z.literal('instagram'),
      login: InstagramLogin.default('instagram').meta({
        description:
          '`instagram`: the account signs in itself. `facebook`: with our Facebook app, and the user chooses among the accounts that are linked to pages.',
      }),
      ...back,
    }),
    z.strictObject({
      platform: z.literal('bluesky'),
      identifier: z.string().trim().min(1).max(255).meta({
        description: 'Handle or DID of the account; or the address of its server, where the user signs in by e-mail.',
        example: 'ada.bsky.social',
      }),
      ...back,
    }),
    z.strictObject({ platform: AppPlatformId.exclude(['instagram', 'bluesky']), ...back }),
  ]);

const ConsentRequest = /* @__PURE__ */ consentOf({ redirectUri: RedirectUri });
/** What is asked of a platform, with the address that it is to answer to. */
export type ConsentRequest = z.infer<typeof ConsentRequest>;

export const AuthorizationRequest = z.union([ConsentRequest, consentOf({ returnTo: ReturnTo })]);
export type AuthorizationRequest = z.infer<typeof AuthorizationRequest>;

const login = InstagramLogin.optional().meta({ description: 'Instagram: by which login; its own without it.' });
export const Reconnection = z.union([
  z.strictObject({ redirectUri: RedirectUri, login }),
  z.strictObject({ returnTo: ReturnTo, login }),
]);
export type Reconnection = z.infer<typeof Reconnection>;

const State = z.string().meta({ example: 'q1w2e3r4t5y6' });
const Code = z.string().meta({ example: 'Yx9mP2vQ7rT4', description: 'As it came back with the user.' });
const Issuer = z.url().max(255).meta({ description: 'The server that answers, as it came back with the code.' });

/** Where to send the user. */
export const Authorization = z.object({
  authorizationUrl: z
    .url()
    .meta({ example: 'https://mastodon.social/oauth/authorize?response_type=code&client_id=c1&state=q1w2e3r4t5y6' }),
  state: State,
});

/** What a platform adds to our address. It may add what we know nothing of (RFC 6749 §4.1.2): that is dropped. */
export const ConsentAnswer = z.object({
  state: State.min(1).max(256),
  // As the RFC bounds it; and no more bytes than can be sealed at once.
  code: Code.min(1)
    .max(2048)
    .regex(/^[\x20-\x7e]*$/)
    .optional(),
  error: z.string().min(1).max(256).optional().meta({
    description: 'Why there is no code, in the words of the platform.',
    example: 'access_denied',
  }),
  error_description: z.string().max(2048).optional().meta({ description: 'Goes nowhere.' }),
  iss: Issuer.optional(),
});

export type ConsentAnswer = z.infer<typeof ConsentAnswer>;

/** What a frontend is told in its own address; other words of platforms go nowhere. */
export type ConsentError = 'access_denied' | 'platform_unavailable' | 'consent_failed';

const Ticket = z.string().meta({
  description: 'As it came back with the user from `GET /v1/connections/callback`.',
  example: 'mB3kT8wL1xQ9',
});

const BlueskyAppPassword = z.strictObject({
  platform: z.literal('bluesky'),
  server: ServerUrl.default('https://bsky.social').meta({ example: 'https://bsky.social' }),
  identifier: z.string().min(1).max(255).meta({ example: 'ada.bsky.social' }),
  appPassword: z.string().min(1).max(128).meta({ example: 'abcd-efgh-ijkl-mnop' }),
});
const BlueskyCode = z.strictObject({
  platform: z.literal('bluesky'),
  code: Code.min(1).max(2048),
  state: State.min(1).max(256),
  iss: Issuer,
});
/** The answer of the platform is with us. */
const KeptCode = z.strictObject({
  platform: PlatformId,
  state: State.min(1).max(256),
  ticket: Ticket.min(1).max(256),
});

export const NewConnection = z.union([
  z.discriminatedUnion('platform', [
    z.strictObject({
      platform: OAuthPlatformId,
      code: Code.min(1).max(2048),
      state: State.min(1).max(256),
    }),
    BlueskyAppPassword,
  ]),
  BlueskyCode,
  KeptCode,
]);
export type NewConnection = z.infer<typeof NewConnection>;

/** An account that a consent opens, before it is connected. */
export const OfferedAccount = Connection.pick({ accountId: true, accountName: true, accountUrl: true });

/** A consent that opens several accounts: which of them are to be connected is still to be said. */
export const PendingConnection = z.object({
  pendingId: idOf('pending'),
  platform: PlatformId,
  accounts: z.array(OfferedAccount),
  expiresAt: UtcInstant,
});
export type PendingConnection = z.infer<typeof PendingConnection>;
