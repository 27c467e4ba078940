import { type Now, now } from '../runtime/clock.ts';
import type { Call } from '../runtime/contract.ts';
import { Fault } from '../runtime/fault.ts';
import { plainEndpoint } from '../runtime/plain-endpoint.ts';
import { type SecretBox, secretBox } from '../runtime/secrets.ts';
import {
  type AuthorizationTable,
  authorizationTable,
  type KeptAnswer,
  type WaitingAuthorization,
} from './authorization-table.ts';
import type { ConsentAnswer, ConsentError } from './consent-schemas.ts';
import { newTicket, teamNamed, ticketDigest } from './consent-state.ts';
import { connectionsContract } from './contract.ts';
import { connectionFaults } from './faults.ts';
import { codeContext } from './kept-code.ts';

type Tools = {
  authorizations: Pick<AuthorizationTable, 'findWaiting' | 'answer'>;
  secrets: Pick<SecretBox, 'seal'>;
  now: Now;
};
/** What is kept, and what the frontend is told of it. */
type Outcome = { kept: KeptAnswer; told: { ticket: string } | { error: ConsentError } };

/** Nobody is signed in here, so nothing is finished: whose browser it is shows when the ticket comes (decision 0017). */
export async function receiveConsent({ query }: Call<typeof connectionsContract.receiveConsent>, tools: Tools) {
  const { state, code, error } = query;
  if (code === undefined && error === undefined) throw new Fault(connectionFaults['connection.answer_empty']);
  const teamId = teamNamed(state);
  const authorization = teamId && (await tools.authorizations.findWaiting(teamId, state, tools.now()));
  if (!authorization) throw new Fault(connectionFaults['connection.state_unknown']);
  const { kept, told } = await outcomeOf(query, authorization, tools);
  if (!(await tools.authorizations.answer(authorization, kept, tools.now())))
    throw new Fault(connectionFaults['connection.state_unknown']);
  return { location: extended(authorization.returnTo, { state, ...told }) };
}

async function outcomeOf(
  { code, error, iss: issuer }: ConsentAnswer,
  authorization: WaitingAuthorization,
  { secrets }: Tools,
): Promise<Outcome> {
  if (code === undefined || error !== undefined) return { kept: 'none', told: { error: wordFor(error) } };
  const ticket = newTicket();
  const sealedCode = await secrets.seal(code, codeContext(authorization));
  return { kept: { sealedCode, issuer, ticketDigest: ticketDigest(ticket) }, told: { ticket } };
}

/** RFC 6749 §4.1.2.1, and the words that LinkedIn has for a user who goes back. */
const words: ReadonlyMap<string | undefined, ConsentError> = new Map([
  ['access_denied', 'access_denied'],
  ['user_cancelled_authorize', 'access_denied'],
  ['user_cancelled_login', 'access_denied'],
  ['server_error', 'platform_unavailable'],
  ['temporarily_unavailable', 'platform_unavailable'],
]);
const wordFor = (error: string | undefined) => words.get(error) ?? 'consent_failed';

function extended(address: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

export const handler = plainEndpoint(connectionsContract.receiveConsent, receiveConsent, () => ({
  authorizations: authorizationTable(),
  secrets: secretBox(),
  now,
}));
