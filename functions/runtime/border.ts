import { type AuditIntake, auditIntake } from './audit-intake.ts';
import { type Idempotency, idempotency } from './idempotency.ts';
import { type RequestLimits, requestLimits } from './request-limits.ts';

/** What every operation of a team gets at its border, without a line of its own. */
export type Border = { limits: RequestLimits; idempotency: Idempotency; audit: AuditIntake };

let deployed: Border | undefined;

export function deployedBorder(): Border {
  deployed ??= { limits: requestLimits(), idempotency: idempotency(), audit: auditIntake() };
  return deployed;
}
