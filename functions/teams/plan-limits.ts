import type { Plan } from './contract.ts';

/** Requests that a team may make, over all of its members and keys. */
export type RequestLimits = { hourLimit: number; dayLimit: number };

/** And accounts on platforms that it may have. */
type PlanLimits = RequestLimits & { connections: number };

export const planLimits: Readonly<Record<Plan, PlanLimits>> = {
  free: { hourLimit: 100, dayLimit: 1_000, connections: 3 },
  starter: { hourLimit: 500, dayLimit: 10_000, connections: 10 },
  professional: { hourLimit: 2_000, dayLimit: 50_000, connections: 30 },
  business: { hourLimit: 5_000, dayLimit: 100_000, connections: 100 },
  // What holds for an enterprise team until it is given numbers of its own.
  enterprise: { hourLimit: 5_000, dayLimit: 100_000, connections: 100 },
};

/** The limits of a team: those of its plan, unless it has numbers of its own. */
export const limitsOf = ({ plan, hourLimit, dayLimit }: { plan: Plan } & Partial<RequestLimits>): RequestLimits => ({
  hourLimit: hourLimit ?? planLimits[plan].hourLimit,
  dayLimit: dayLimit ?? planLimits[plan].dayLimit,
});

/** How many connections a team may have: as its plan says, unless it has a number of its own. */
export const connectionLimitOf = ({ plan, connectionLimit }: { plan: Plan; connectionLimit?: number | undefined }) =>
  connectionLimit ?? planLimits[plan].connections;
