import * as z from 'zod';
import { endpoints, events, roles, scopes, subscribers } from '../runtime/contract.ts';
import { faults } from '../runtime/fault.ts';
import { idOf } from '../runtime/ids.ts';
import { Email, Instant, PageQuery, pageOf, UtcInstant } from '../runtime/shapes.ts';

const Name = z.string().trim().min(1).max(100);
const TeamName = Name.meta({ example: 'Marketing' });
const Role = z.enum(roles);

export const Plan = z.enum(['free', 'starter', 'professional', 'business', 'enterprise']);
export type Plan = z.infer<typeof Plan>;

/** A team as the caller sees it: `role` is the caller's own. */
export const Team = z.object({
  id: idOf('team'),
  name: z.string().meta({ example: 'Marketing' }),
  plan: Plan,
  role: Role,
  createdAt: UtcInstant,
});
export type Team = z.infer<typeof Team>;

const TeamInput = z.strictObject({ name: TeamName });

export const Member = z.object({
  userId: idOf('user'),
  name: z.string().meta({ example: 'Ada Lovelace' }),
  email: z.email(),
  role: Role,
  joinedAt: UtcInstant,
});
export type Member = z.infer<typeof Member>;

/** An invitation that is neither accepted nor revoked. */
export const Invitation = z.object({
  id: idOf('invite'),
  email: z.email(),
  role: Role,
  invitedBy: idOf('user'),
  createdAt: UtcInstant,
  expiresAt: UtcInstant,
});
export type Invitation = z.infer<typeof Invitation>;

const InvitationToken = z
  .string()
  .meta({ example: 'cn_invite_01jdxb8ncye2ha5vvbz9fnzbzt01jdxb8ncye2ha5vvbz9fnzbzv_3q2-7wEjRWeJ' });

export const NewInvitation = z.strictObject({ email: Email, role: Role });

const ApiKeyScope = z.enum(scopes);
const HourLimit = z.number().int().min(1).max(1_000_000).meta({ example: 50 });

/** An API key as it may be shown; `prefix` is how its secret begins. */
export const ApiKey = z.object({
  id: idOf('key'),
  name: z.string().meta({ example: 'Website' }),
  prefix: z.string().meta({ example: 'cn_01jdxb8ncye2ha5vvbz9fnzbzt' }),
  scopes: z.array(ApiKeyScope),
  requestsPerHour: HourLimit.nullable().meta({ description: 'null: as many as the plan allows.' }),
  expiresAt: UtcInstant.nullable(),
  createdBy: idOf('user'),
  createdAt: UtcInstant,
  lastUsedAt: UtcInstant.nullable().meta({ description: 'To the hour; null: not used yet.' }),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const NewApiKey = z.strictObject({
  name: Name.meta({ example: 'Website' }),
  scopes: z
    .array(ApiKeyScope)
    .min(1)
    .max(scopes.length)
    .refine((names) => new Set(names).size === names.length, 'must not repeat a scope'),
  expiresAt: Instant.optional().meta({ description: 'Without it, the key is good until it is deleted.' }),
  requestsPerHour: HourLimit.optional().meta({ description: 'A limit of its own, within that of the plan.' }),
});
export type NewApiKey = z.infer<typeof NewApiKey>;

export const teamFaults = faults({
  'team.not_found': {
    kind: 'missing',
    title: 'The path names no team, or not the one in `X-Team-Id`.',
    remedy: 'Send the same id in the path and in `X-Team-Id`, one of those listed by `GET /v1/teams`.',
  },
  'team.too_many': {
    kind: 'conflict',
    title: 'You are in as many teams as anyone can be.',
    remedy: 'Leave or delete a team first.',
  },
  'team.deletion_unconfirmed': {
    kind: 'conflict',
    title: 'Deleting a team takes its exact name.',
    remedy: 'Ask the user to type the name of the team, and send it as `name` in the query.',
  },
  'member.not_found': {
    kind: 'missing',
    title: 'The team has no such member.',
    remedy: 'Use a `userId` from `GET /v1/members`.',
  },
  'member.last_owner': {
    kind: 'conflict',
    title: 'A team cannot be without an owner.',
    remedy: 'Make another member an owner first, or delete the team.',
  },
  'member.already_exists': {
    kind: 'conflict',
    title: 'You are a member of this team already.',
    remedy: 'Ask an owner or admin of the team for another role, if that is what is needed.',
  },
  'invitation.not_found': {
    kind: 'missing',
    title: 'The team has no such open invitation.',
    remedy: 'Use an id from `GET /v1/invitations`; those that were accepted or revoked are gone.',
  },
  'invitation.token_invalid': {
    kind: 'invalid',
    title: 'The token is of no open invitation: it was used or revoked, or is none of ours.',
    remedy: 'Ask for a new invitation.',
  },
  'invitation.expired': {
    kind: 'invalid',
    title: 'The invitation has expired.',
    remedy: 'Ask for a new invitation.',
  },
  'invitation.email_mismatch': {
    kind: 'forbidden',
    title: 'The invitation is for another e-mail address than yours.',
    remedy: 'Sign in with the account of that address, or ask for an invitation to yours.',
  },
  'api_key.not_found': {
    kind: 'missing',
    title: 'The team has no such API key.',
    remedy: 'Use an id from `GET /v1/api-keys`.',
  },
  'api_key.too_many': {
    kind: 'conflict',
    title: 'The team has as many API keys as it can have.',
    remedy: 'Delete keys that are no longer used; expired ones count too.',
  },
  'api_key.expiry_in_past': {
    kind: 'invalid',
    title: 'The key would have expired already.',
    remedy: 'Choose a later `expiresAt`, or leave it out.',
  },
});

const TeamPath = z.object({ teamId: idOf('team') });
const MemberPath = z.object({ userId: idOf('user') });

export const teamsContract = endpoints(
  { domain: 'teams', faults: teamFaults },
  {
    listTeams: {
      route: 'GET /teams',
      summary: 'The teams I belong to',
      auth: 'user',
      query: PageQuery,
      reply: { status: 200, body: pageOf(Team) },
      faults: [],
      needs: ['table:getMany', 'table:query', 'cursor'],
    },
    createTeam: {
      route: 'POST /teams',
      summary: 'Make a team; its maker becomes its owner',
      auth: 'user',
      body: TeamInput,
      reply: { status: 201, body: Team },
      faults: ['team.too_many'],
      needs: ['table:query', 'table:put', 'plans'],
    },
    getTeam: {
      route: 'GET /teams/{teamId}',
      summary: 'One team',
      auth: 'team',
      scope: 'team:read',
      versioned: true,
      path: TeamPath,
      reply: { status: 200, body: Team },
      faults: ['team.not_found'],
      needs: ['table:get'],
    },
    updateTeam: {
      route: 'PATCH /teams/{teamId}',
      summary: 'Rename a team',
      auth: 'team',
      role: 'admin',
      audit: 'team.renamed',
      versioned: true,
      path: TeamPath,
      body: TeamInput,
      reply: { status: 200, body: Team },
      faults: ['team.not_found'],
      needs: ['table:update'],
    },
    deleteTeam: {
      route: 'DELETE /teams/{teamId}',
      summary: 'Delete a team for good',
      description:
        'Its name must be sent along. Memberships, invitations and API keys end with it, and its accounts are disconnected, so that nothing that is still scheduled goes out.',
      auth: 'team',
      role: 'owner',
      audit: 'team.deleted',
      path: TeamPath,
      query: z.strictObject({
        name: z.string().max(200).optional().meta({ description: 'The exact name of the team, as a confirmation.' }),
      }),
      reply: { status: 204 },
      faults: ['team.not_found', 'team.deletion_unconfirmed'],
      needs: ['table:put', 'table:update', 'table:check'],
    },
    listMembers: {
      route: 'GET /members',
      summary: 'The members of the team',
      auth: 'team',
      scope: 'team:read',
      query: PageQuery,
      reply: { status: 200, body: pageOf(Member) },
      faults: [],
      needs: ['table:getMany', 'table:query', 'cursor'],
    },
    updateMember: {
      route: 'PATCH /members/{userId}',
      summary: 'Give a member another role',
      description:
        'Only an owner makes or changes owners. API keys that the member made end when the new role may make none.',
      auth: 'team',
      role: 'admin',
      audit: 'member.role_changed',
      versioned: true,
      path: MemberPath,
      body: z.strictObject({ role: Role }),
      reply: { status: 200, body: Member },
      faults: ['member.not_found', 'member.last_owner'],
      needs: ['table:get', 'table:query', 'table:update', 'table:delete', 'table:check'],
    },
    deleteMember: {
      route: 'DELETE /members/{userId}',
      summary: 'Remove a member, or leave the team',
      description:
        'Admins remove others, owners only by owners; everybody may leave. API keys that the member made end too. The access ends within 60 seconds.',
      auth: 'team',
      audit: 'member.removed',
      versioned: true,
      path: MemberPath,
      reply: { status: 204 },
      faults: ['member.not_found', 'member.last_owner'],
      needs: ['table:get', 'table:query', 'table:update', 'table:delete', 'table:check'],
    },
    createInvitation: {
      route: 'POST /invitations',
      summary: 'Invite somebody by e-mail, with at most my own role',
      description: 'The reply has the token, once: put it into the link that you send. It is good for seven days.',
      auth: 'team',
      confidential: true,
      role: 'admin',
      audit: 'invitation.created',
      body: NewInvitation,
      reply: { status: 201, body: Invitation.extend({ token: InvitationToken }) },
      faults: [],
      needs: ['table:put', 'table:check'],
    },
    listInvitations: {
      route: 'GET /invitations',
      summary: 'The open invitations of the team, newest first',
      auth: 'team',
      role: 'admin',
      query: PageQuery,
      reply: { status: 200, body: pageOf(Invitation) },
      faults: [],
      needs: ['table:query', 'cursor'],
    },
    deleteInvitation: {
      route: 'DELETE /invitations/{invitationId}',
      summary: 'Revoke an invitation',
      auth: 'team',
      role: 'admin',
      audit: 'invitation.revoked',
      path: z.object({ invitationId: idOf('invite') }),
      reply: { status: 204 },
      faults: ['invitation.not_found'],
      needs: ['table:delete'],
    },
    acceptInvitation: {
      route: 'POST /invitations/accept',
      summary: 'Join a team with the token of an invitation to my e-mail',
      auth: 'user',
      confidential: true,
      audit: 'invitation.accepted',
      body: z.strictObject({ token: InvitationToken.min(1).max(256) }),
      reply: { status: 200, body: z.object({ id: idOf('invite'), teamId: idOf('team'), role: Role }) },
      faults: ['invitation.token_invalid', 'invitation.expired', 'invitation.email_mismatch', 'member.already_exists'],
      needs: ['table:get', 'table:put', 'table:update', 'table:delete'],
    },
    createApiKey: {
      route: 'POST /api-keys',
      summary: 'Make an API key of the team; the reply has its secret, once',
      description:
        'Send the secret as `Authorization: Bearer cn_…` together with `X-Team-Id`. A key ends with the membership of its maker, or when its maker may no longer make keys. A team has at most 50.',
      auth: 'team',
      confidential: true,
      role: 'admin',
      audit: 'api_key.created',
      body: NewApiKey,
      reply: {
        status: 201,
        body: ApiKey.extend({ secret: z.string().meta({ example: 'cn_01jdxb8ncye2ha5vvbz9fnzbzt_3q2-7wEjRWeJ' }) }),
      },
      faults: ['api_key.too_many', 'api_key.expiry_in_past'],
      needs: ['table:put', 'table:update'],
    },
    listApiKeys: {
      route: 'GET /api-keys',
      summary: 'The API keys of the team, newest first, without their secrets',
      auth: 'team',
      role: 'admin',
      query: PageQuery,
      reply: { status: 200, body: pageOf(ApiKey) },
      faults: [],
      needs: ['table:query', 'cursor'],
    },
    deleteApiKey: {
      route: 'DELETE /api-keys/{apiKeyId}',
      summary: 'Revoke an API key; it stops working within 60 seconds',
      auth: 'team',
      role: 'admin',
      audit: 'api_key.revoked',
      path: z.object({ apiKeyId: idOf('key') }),
      reply: { status: 204 },
      faults: ['api_key.not_found'],
      needs: ['table:update', 'table:delete'],
    },
  },
);

export const teamsEvents = events({
  'team.deleted': z.object({ deletedBy: idOf('user') }),
  /** Without its token, which only its maker is given. */
  'invitation.created': Invitation.omit({ createdAt: true }),
});

export const teamDeleted = teamsEvents['team.deleted'];

export const teamsSubscribers = subscribers('teams', {
  clearDeletedTeam: {
    summary: 'Removes the memberships, invitations and API keys of a deleted team',
    on: teamDeleted,
    needs: ['table:query', 'table:delete'],
    timeoutSeconds: 300,
  },
});
