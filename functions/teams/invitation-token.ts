import { randomSecret } from './digest.ts';

const form = /^cn_invite_([0-7][0-9a-hjkmnp-tv-z]{25})([0-7][0-9a-hjkmnp-tv-z]{25})_[\w-]{43}$/;

type InvitationRef = { teamId: string; id: string };

/** The token names its team and invitation: whoever brings it knows no more than it. */
export const newInvitationToken = ({ teamId, id }: InvitationRef) =>
  `cn_invite_${teamId.replace('team_', '')}${id.replace('invite_', '')}_${randomSecret()}`;

/** Which invitation a token says it is of; undefined for what is no token. */
export function invitationOf(token: string): InvitationRef | undefined {
  const [, team, invitation] = form.exec(token) ?? [];
  return team && invitation ? { teamId: `team_${team}`, id: `invite_${invitation}` } : undefined;
}
