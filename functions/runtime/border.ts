import { type AttemptLimits, attemptLimits } from './attempt-limits.ts';
import { type AuditIntake, auditIntake } from './audit-intake.ts';
import { type Idempotency, idempotency } from './idempotency.ts';
import { type RequestLimits, requestLimits } from './request-limits.ts';

/** What operations get at their border, without a line of their own. */
export type Border = {
  limits: RequestLimits;
  attempts: AttemptLimits;
  idempotency: Idempotency;
  audit: AuditIntake;
};

let deployed: Border | undefined;

export function deployedBorder(): Border {
  deployed ??= {
    limits: requestLimits(),
    attempts: attemptLimits(),
    idempotency: idempotency(),
    audit: auditIntake(),
  };
  return deployed;
}
