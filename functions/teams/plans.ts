import { config } from '../runtime/config.ts';
import { Plan } from './contract.ts';

/** Requests that a team may make, over all of its members and keys. */
export type RequestLimits = { hourLimit: number; dayLimit: number };

const planLimits: Readonly<Record<Plan, RequestLimits>> = {
  free: { hourLimit: 100, dayLimit: 1_000 },
  starter: { hourLimit: 500, dayLimit: 10_000 },
  professional: { hourLimit: 2_000, dayLimit: 50_000 },
  business: { hourLimit: 5_000, dayLimit: 100_000 },
  // What holds for an enterprise team until it is given numbers of its own.
  enterprise: { hourLimit: 5_000, dayLimit: 100_000 },
};

/** The limits of a team: those of its plan, unless it has numbers of its own. */
export const limitsOf = ({ plan, hourLimit, dayLimit }: { plan: Plan } & Partial<RequestLimits>): RequestLimits => ({
  hourLimit: hourLimit ?? planLimits[plan].hourLimit,
  dayLimit: dayLimit ?? planLimits[plan].dayLimit,
});

/** What new teams begin with: `free`, unless the stage says otherwise. */
export const planOfNewTeams = (): Plan => Plan.default('free').parse(config('DEFAULT_PLAN').DEFAULT_PLAN);
